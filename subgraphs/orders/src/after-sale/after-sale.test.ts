/** Parcels, receipts and after-sale on a real PostgreSQL: monotone tracking, refunds that never exceed, kills, and who may do what. */
import { eventSchemas } from '@souk/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signSandboxTracking } from '../index.ts'
import { orderQuery } from '../testing/documents.ts'
import {
  buyer,
  key,
  nobody,
  openOrders,
  operator,
  type OrdersUnderTest,
  provider,
  type ShownOrder,
  staff,
} from '../testing/open-orders.ts'

let souk: OrdersUnderTest
let killAt: string | undefined
const shop = staff('shop-1')

beforeAll(async () => {
  souk = await openOrders({
    requestMs: 150,
    atBoundary: async (boundary) => {
      if (boundary === killAt) await new Promise<never>(() => undefined)
    },
  })
})
afterAll(() => souk.close())

type Seen = ShownOrder & {
  readonly shipments: readonly {
    readonly state: string
    readonly events: readonly { readonly code: string }[]
  }[]
} & Record<string, unknown>

const see = async (id: string, viewer = buyer()): Promise<Seen> =>
  (await souk.get<{ order: Seen }>(viewer, orderQuery, { id })).order

const firstLine = (order: ShownOrder): string => order.lines[0]?.id ?? ''

const ask = (order: ShownOrder, quantity: number, change: object = {}) => ({
  orderId: order.id,
  kind: 'REFUND_ONLY',
  lines: [{ orderLineId: firstLine(order), quantity }],
  reason: 'broken',
  idempotencyKey: key(),
  ...change,
})

/** Until another session waits for a lock of this one. */
async function untilBlocked(database: { $queryRawUnsafe<Rows>(sql: string): Promise<Rows> }): Promise<void> {
  const sql =
    'SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))'
  for (;;) {
    const [row] = await database.$queryRawUnsafe<{ waiting: number }[]>(sql)
    if ((row?.waiting ?? 0) > 0) return
  }
}

describe('C50', () => {
  test('out-of-order and repeated tracking events move a parcel only forward, and all of them are kept', async () => {
    const order = await souk.buy(buyer(), ['o1'])
    const { shipment } = await souk.ship(order.id)
    await souk.track(shipment.waybill, 'OUT_FOR_DELIVERY')
    await souk.track(shipment.waybill, 'PICKED_UP')
    expect((await see(order.id)).shipments).toMatchObject([{ state: 'OUT_FOR_DELIVERY' }])
    expect(await souk.track(shipment.waybill, 'DELIVERED', 'IN_TRANSIT')).toMatchObject({ newEvents: 2 })
    expect(await souk.track(shipment.waybill, 'DELIVERED')).toMatchObject({ newEvents: 0 })
    await souk.track(shipment.waybill, 'EXCEPTION')
    const seen = await see(order.id)
    expect(seen.state).toBe('DELIVERED')
    expect(seen.shipments[0]).toMatchObject({ state: 'DELIVERED' })
    expect(seen.shipments[0]?.events).toHaveLength(5)
  })
  test('a tracking notice with a wrong signature changes nothing', async () => {
    const order = await souk.buy(buyer(), ['o1'])
    const { shipment } = await souk.ship(order.id)
    const notice = signSandboxTracking(
      {
        waybill: shipment.waybill,
        events: [{ id: '1', code: 'DELIVERED', occurredAt: souk.clock.now().toISOString() }],
      },
      'another secret',
    )
    expect(await souk.mutate(nobody, 'carrierNotify', notice)).toMatchObject({
      code: 'NOTICE_SIGNATURE_INVALID',
    })
    expect((await see(order.id)).state).toBe('SHIPPED')
  })
})

describe('notices', () => {
  test('a signed notice that can not be read, or that is of something unknown, is an error', async () => {
    const notify = 'mutation ($input: CarrierNotifyInput!) { carrierNotify(input: $input) { __typename } }'
    const events = [{ id: '1', code: 'DELIVERED' as const, occurredAt: souk.clock.now().toISOString() }]
    const unreadable = signSandboxTracking({ waybill: '', events })
    const unknown = signSandboxTracking({ waybill: 'SX0', events })
    expect((await souk.ask(nobody, notify, { input: unreadable })).codes).toEqual(['NOTICE_MALFORMED'])
    expect((await souk.ask(nobody, notify, { input: unknown })).codes).toEqual(['NOT_FOUND'])
  })
})

describe('shipping and receipt', () => {
  test('a repeated shipment is the same parcel, a second one is refused, and so is one of an unpaid order', async () => {
    const order = await souk.buy(buyer(), ['o1'])
    const first = await souk.ship(order.id)
    expect(await souk.ship(order.id)).toMatchObject(first)
    const again = { orderId: order.id, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() }
    expect(await souk.mutate(operator, 'shipmentCreate', again)).toMatchObject({
      code: 'ORDER_STATE_CONFLICT',
      state: 'SHIPPED',
    })
    const pending = await souk.buy(buyer('pen'), ['o1'], { paymentToken: 'sandbox-slow' })
    expect(await souk.ship(pending.id)).toMatchObject({
      code: 'ORDER_STATE_CONFLICT',
      state: 'PENDING_PAYMENT',
    })
  })
  test('the receipt completes the order once, with one event', async () => {
    const order = await souk.buy(buyer(), ['o1'])
    expect(await souk.mutate(buyer(), 'orderReceiptConfirm', { orderId: order.id })).toMatchObject({
      code: 'ORDER_STATE_CONFLICT',
      state: 'PAID',
    })
    await souk.ship(order.id)
    const confirm = () => souk.mutate(buyer(), 'orderReceiptConfirm', { orderId: order.id })
    const answers = await Promise.all([confirm(), confirm(), confirm()])
    expect(answers.map((answer) => answer.order.state)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED'])
    const events = await souk.database.$queryRawUnsafe<{ payload: unknown }[]>(
      "SELECT payload FROM outbox_event WHERE entity_id = $1 AND type = 'order.completed.v1'",
      order.id,
    )
    expect(events).toHaveLength(1)
    eventSchemas['order.completed.v1'].parse(events[0]?.payload)
  })
})

describe('after-sale', () => {
  test('a refund never exceeds what was bought, however many ask at once', async () => {
    const order = await souk.buy(buyer(), ['o2'], { quantity: 5 })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => souk.mutate(buyer(), 'afterSaleOpen', ask(order, 2))),
    )
    const opened = answers.filter((answer) => answer.__typename === 'AfterSaleOpened')
    expect(opened).toHaveLength(2)
    expect(answers.find((answer) => answer.__typename !== 'AfterSaleOpened')).toMatchObject({
      code: 'AFTER_SALE_QUANTITY_EXCEEDED',
      lines: [{ wanted: 2, refundable: 1 }],
    })
    for (const each of opened) {
      const approve = () =>
        souk.mutate(shop, 'afterSaleApprove', { caseId: each.case.id, idempotencyKey: `yes-${each.case.id}` })
      const decided = await Promise.all([approve(), approve()])
      expect(decided.map((answer) => answer.__typename)).toEqual(['AfterSaleDecided', 'AfterSaleDecided'])
    }
    expect(await see(order.id)).toMatchObject({
      refundedTotal: { amount: 40_000 },
      payment: { state: 'CAPTURED', refundedAmount: { amount: 40_000 } },
    })
    const events = await souk.database.$queryRawUnsafe<{ payload: unknown }[]>(
      "SELECT payload FROM outbox_event WHERE entity_id = $1 AND type = 'order.refunded.v1'",
      order.id,
    )
    const sums = events.map((event) =>
      eventSchemas['order.refunded.v1']
        .parse(event.payload)
        .lines.reduce((sum, line) => sum + line.amount.amount, 0),
    )
    expect(sums).toEqual([20_000, 20_000])
  })
  test('a case that is opened twice with one key is one case', async () => {
    const order = await souk.buy(buyer(), ['o2'], { quantity: 2 })
    const input = ask(order, 1)
    const answers = await Promise.all([1, 2, 3].map(() => souk.mutate(buyer(), 'afterSaleOpen', input)))
    expect(new Set(answers.map((answer) => answer.case.id)).size).toBe(1)
    expect((await see(order.id)).lines[0]?.refundableQuantity).toBe(1)
  })
  test('a rejected case frees its units and cannot be approved', async () => {
    const order = await souk.buy(buyer(), ['o2'])
    const opened = await souk.mutate(buyer(), 'afterSaleOpen', ask(order, 1))
    const decision = { caseId: opened.case.id, idempotencyKey: key() }
    expect(await souk.mutate(shop, 'afterSaleReject', { ...decision, reason: 'worn' })).toMatchObject({
      case: { state: 'REJECTED' },
    })
    expect(await souk.mutate(shop, 'afterSaleApprove', { ...decision, idempotencyKey: key() })).toMatchObject(
      { code: 'AFTER_SALE_STATE_CONFLICT', state: 'REJECTED' },
    )
    expect((await see(order.id)).lines[0]?.refundableQuantity).toBe(1)
  })
  test('a return is refunded when the goods are back, and the units are on the shelf again', async () => {
    const order = await souk.buy(buyer(), ['o3'], { quantity: 2 })
    await souk.ship(order.id)
    const { case: opened } = await souk.mutate(
      buyer(),
      'afterSaleOpen',
      ask(order, 2, { kind: 'RETURN_REFUND' }),
    )
    const approved = await souk.mutate(shop, 'afterSaleApprove', { caseId: opened.id, idempotencyKey: key() })
    expect(approved.case.state).toBe('AWAITING_RETURN')
    const stock = souk.world.stock.get('sku-of-o3') ?? 0
    const received = await souk.mutate(shop, 'afterSaleReturnReceive', {
      caseId: opened.id,
      idempotencyKey: key(),
    })
    expect(received.case).toMatchObject({ state: 'REFUNDED', amount: { amount: 20_000 } })
    expect(souk.world.stock.get('sku-of-o3')).toBe(stock + 2)
  })
  test('an order that is refunded in full before it is shipped is cancelled and restocked; it is not shipped while the case is open', async () => {
    const order = await souk.buy(buyer(), ['o3'])
    const stock = souk.world.stock.get('sku-of-o3') ?? 0
    const { case: opened } = await souk.mutate(buyer(), 'afterSaleOpen', ask(order, 1))
    expect(await souk.ship(order.id)).toMatchObject({ code: 'ORDER_STATE_CONFLICT', state: 'PAID' })
    expect((await see(order.id)).shipments).toEqual([])
    await souk.mutate(shop, 'afterSaleApprove', { caseId: opened.id, idempotencyKey: key() })
    expect(await see(order.id)).toMatchObject({
      state: 'CANCELLED',
      cancelReason: 'REFUNDED',
      refundedTotal: { amount: 10_000 },
    })
    expect(souk.world.stock.get('sku-of-o3')).toBe(stock + 1)
  })
  test('a refund that is killed at any line is paid once', async () => {
    for (const boundary of [
      'before stock return',
      'after stock return',
      'before case refund',
      'after case refund',
    ]) {
      const order = await souk.buy(buyer(), ['o3'])
      const stock = souk.world.stock.get('sku-of-o3') ?? 0
      const { case: opened } = await souk.mutate(buyer(), 'afterSaleOpen', ask(order, 1))
      killAt = boundary
      const killed = await souk.mutate(shop, 'afterSaleApprove', { caseId: opened.id, idempotencyKey: key() })
      expect(killed.case.state).toBe('REFUNDING')
      killAt = undefined
      souk.clock.advance(31_000)
      await Promise.all([
        souk.running.runJob('resume-after-sales'),
        souk.running.runJob('resume-after-sales'),
      ])
      expect(await see(order.id)).toMatchObject({
        refundedTotal: { amount: 10_000 },
        payment: { refundedAmount: { amount: 10_000 } },
      })
      expect(souk.world.stock.get('sku-of-o3')).toBe(stock + 1)
      const refunds = await souk.database.$queryRawUnsafe<unknown[]>(
        'SELECT 1 FROM sandbox_refund WHERE reference = $1',
        order.id,
      )
      expect(refunds).toHaveLength(1)
    }
  })
})

describe('access', () => {
  test('an order is read by its buyer, its shop, an assigned provider and operators, and by nobody else', async () => {
    const order = await souk.buy(buyer(), ['o1'])
    souk.world.assigned.set('agency', ['shop-1'])
    const seers = [buyer(), shop, provider('agency'), operator]
    for (const viewer of seers) expect((await see(order.id, viewer)).id).toBe(order.id)
    const strangers = [buyer('eve'), staff('shop-2'), provider('other'), { ...shop, scopes: [] }, nobody]
    for (const viewer of strangers) expect(await see(order.id, viewer)).toBeNull()
    const entity =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { id } ... on AfterSaleCase { id } ... on Shipment { id } } }'
    const { case: opened } = await souk.mutate(buyer(), 'afterSaleOpen', ask(order, 1))
    const r = [
      { __typename: 'Order', id: order.id },
      { __typename: 'AfterSaleCase', id: opened.id },
    ]
    expect(await souk.get(buyer('eve'), entity, { r })).toEqual({ _entities: [null, null] })
    expect(await souk.get(provider('agency'), entity, { r })).toEqual({
      _entities: [{ id: order.id }, { id: opened.id }],
    })
  })
  test.each(['afterSaleReject', 'afterSaleApprove'] as const)(
    '%s takes the order before the case, so that two decisions never wait for each other',
    async (decide) => {
      const order = await souk.buy(buyer(), ['o1'])
      const opened = await souk.mutate<{ case: { id: string } }>(buyer(), 'afterSaleOpen', ask(order, 1))
      const decision = { caseId: opened.case.id, idempotencyKey: key() }
      let deciding: Promise<unknown> = Promise.resolve()
      await souk.database.$transaction(async (other) => {
        await other.$queryRawUnsafe('SELECT id FROM customer_order WHERE id = $1 FOR UPDATE', order.id)
        deciding = souk.mutate(
          shop,
          decide,
          decide === 'afterSaleReject' ? { ...decision, reason: 'worn' } : decision,
        )
        await untilBlocked(other)
        // Held by the decision already, this row would make the two a deadlock.
        await other.$executeRawUnsafe(
          'UPDATE after_sale_case SET reason = reason WHERE id = $1',
          opened.case.id,
        )
      })
      expect(await deciding).toMatchObject({ __typename: 'AfterSaleDecided' })
    },
  )

  test('an assigned provider and another shop may neither ship nor decide', async () => {
    const order = await souk.buy(buyer(), ['o1'])
    const { case: opened } = await souk.mutate(buyer(), 'afterSaleOpen', ask(order, 1))
    const ship = 'mutation ($input: ShipmentCreateInput!) { shipmentCreate(input: $input) { __typename } }'
    const approve =
      'mutation ($input: AfterSaleApproveInput!) { afterSaleApprove(input: $input) { __typename } }'
    for (const viewer of [staff('shop-2'), provider('agency')]) {
      const shipped = await souk.ask(viewer, ship, {
        input: { orderId: order.id, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() },
      })
      const approved = await souk.ask(viewer, approve, {
        input: { caseId: opened.id, idempotencyKey: key() },
      })
      expect([...shipped.codes, ...approved.codes]).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    }
  })
})

/** The order flow on a real PostgreSQL: from the cart to a paid order, every refusal, repeats and races. */
import { eventSchemas } from '@souk/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  buyer,
  nobody,
  offer,
  openOrders,
  type OrdersUnderTest,
  purchase,
  type ShownOrder,
  staff,
} from '../testing/open-orders.ts'
import { orderQuery } from '../testing/documents.ts'
import { signSandboxPaymentNotice } from '../index.ts'

let souk: OrdersUnderTest

beforeAll(async () => {
  souk = await openOrders({ requestMs: 2_000 })
})
afterAll(() => souk.close())

const count = async (sql: string, ...values: unknown[]): Promise<number> =>
  ((await souk.database.$queryRawUnsafe<[{ n: number }]>(sql, ...values))[0] ?? { n: -1 }).n

const orderById = async (id: string, viewer = buyer()): Promise<ShownOrder & Record<string, unknown>> =>
  (await souk.get<{ order: ShownOrder & Record<string, unknown> }>(viewer, orderQuery, { id })).order

describe('from cart to paid', () => {
  test('an offer goes from the cart through a quote to a paid order', async () => {
    const order = await souk.buy(buyer(), ['o1', 'o2'], { quantity: 2 })
    expect(order).toMatchObject({
      state: 'PAID',
      total: { amount: 40_000, currency: 'CNY' },
      payment: { state: 'CAPTURED' },
    })
    expect(order.lines).toHaveLength(2)
    expect(await orderById(order.id)).toMatchObject({
      state: 'PAID',
      attribution: { discoveryMode: 'PEOPLE_FIND_GOODS' },
      shop: { id: 'shop-1' },
    })
    expect(souk.world.holds.get(order.id)?.state).toBe('SOLD')
    expect(await souk.get(buyer(), '{ cart { itemCount items { id } } }')).toEqual({
      cart: { itemCount: 0, items: [] },
    })
    const [event] = await souk.database.$queryRawUnsafe<{ payload: unknown }[]>(
      "SELECT payload FROM outbox_event WHERE entity_id = $1 AND type = 'order.paid.v1'",
      order.id,
    )
    expect(eventSchemas['order.paid.v1'].parse(event?.payload).lines).toHaveLength(2)
  })
  test('units added to the cart after the quote stay in the cart', async () => {
    const zoe = buyer('zoe')
    const checkoutId = await souk.quote(zoe, ['o1'])
    await souk.mutate(zoe, 'cartItemAdd', { offerId: 'o1', quantity: 4, origin: { entry: 'SEARCH' } })
    await souk.mutate(zoe, 'checkoutComplete', purchase(checkoutId))
    expect(await souk.get(zoe, '{ cart { itemCount } }')).toEqual({ cart: { itemCount: 4 } })
  })
})

describe('refusals', () => {
  test('a changed price is told with both prices, and nothing is held or paid', async () => {
    souk.world.offers.set('dear', offer('dear'))
    souk.world.stock.set('sku-of-dear', 5)
    const checkoutId = await souk.quote(buyer(), ['dear'])
    souk.world.offers.set('dear', offer('dear', { price: { amount: 12_000, currency: 'CNY' } }))
    const answer = await souk.mutate(buyer(), 'checkoutComplete', purchase(checkoutId))
    expect(answer).toMatchObject({
      code: 'PRICE_CHANGED',
      changes: [{ offer: { id: 'dear' }, quoted: { amount: 10_000 }, current: { amount: 12_000 } }],
    })
    expect(souk.world.stock.get('sku-of-dear')).toBe(5)
  })
  test('a shortage is told per SKU, and the order is cancelled', async () => {
    souk.world.offers.set('rare', offer('rare'))
    souk.world.stock.set('sku-of-rare', 2)
    const checkoutId = await souk.quote(buyer(), ['rare'], 3)
    const input = purchase(checkoutId)
    const answer = await souk.mutate(buyer(), 'checkoutComplete', input)
    expect(answer).toMatchObject({
      code: 'OUT_OF_STOCK',
      shortages: [{ sku: { id: 'sku-of-rare' }, wanted: 3, available: 2 }],
    })
    expect(await souk.mutate(buyer(), 'checkoutComplete', input)).toEqual(answer)
    expect(
      await count(
        'SELECT count(*)::int n FROM customer_order WHERE checkout_id = $1 AND state = $2',
        checkoutId,
        'CANCELLED',
      ),
    ).toBe(1)
  })
  test('a declined payment releases the stock, and a repeat gets the same answer', async () => {
    const before = souk.world.stock.get('sku-of-o3')
    const checkoutId = await souk.quote(buyer(), ['o3'])
    const input = purchase(checkoutId, { paymentToken: 'sandbox-decline' })
    const answer = await souk.mutate(buyer(), 'checkoutComplete', input)
    expect(answer).toMatchObject({ code: 'PAYMENT_DECLINED', reason: 'DECLINED_BY_PROVIDER' })
    expect(await souk.mutate(buyer(), 'checkoutComplete', input)).toEqual(answer)
    expect(souk.world.stock.get('sku-of-o3')).toBe(before)
  })
  test('an expired quote is refused', async () => {
    const checkoutId = await souk.quote(buyer(), ['o1'])
    souk.clock.advance(15 * 60_000)
    expect(await souk.mutate(buyer(), 'checkoutComplete', purchase(checkoutId))).toMatchObject({
      code: 'CHECKOUT_EXPIRED',
    })
  })
  test('a hold that is gone when the money has come gives the money back', async () => {
    const late = buyer('late')
    const checkoutId = await souk.quote(late, ['o1'])
    const slow = purchase(checkoutId, { paymentToken: 'sandbox-slow' })
    const { order } = await souk.mutate(late, 'checkoutComplete', slow)
    expect(order.state).toBe('PENDING_PAYMENT')
    const hold = souk.world.holds.get(order.id)
    if (hold) hold.state = 'EXPIRED'
    await souk.mutate(
      nobody,
      'paymentNotify',
      signSandboxPaymentNotice({ provider: 'WECHAT_PAY', orderId: order.id }),
    )
    expect(await souk.mutate(late, 'checkoutComplete', slow)).toMatchObject({
      code: 'STOCK_HOLD_LOST',
      refund: { amount: 10_000 },
    })
    expect((await orderById(order.id, late)).payment).toMatchObject({
      state: 'REFUNDED',
      refundedAmount: { amount: 10_000 },
    })
    expect(await count('SELECT count(*)::int n FROM sandbox_refund WHERE reference = $1', order.id)).toBe(1)
  })
  test('a quote becomes one order, whatever the key', async () => {
    const checkoutId = await souk.quote(buyer(), ['o1'])
    const { order } = await souk.mutate(buyer(), 'checkoutComplete', purchase(checkoutId))
    expect(await souk.mutate(buyer(), 'checkoutComplete', purchase(checkoutId))).toMatchObject({
      code: 'CHECKOUT_ALREADY_COMPLETED',
      order: { id: order.id },
    })
  })
  test('a key that was used for another purchase is an error', async () => {
    const checkoutId = await souk.quote(buyer(), ['o1'])
    const input = purchase(checkoutId)
    await souk.mutate(buyer(), 'checkoutComplete', input)
    const { codes } = await souk.ask(
      buyer(),
      'mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }',
      {
        input: { ...input, paymentToken: 'sandbox-decline' },
      },
    )
    expect(codes).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  })
  test("someone else's quote reads as not found", async () => {
    const checkoutId = await souk.quote(buyer(), ['o1'])
    const { codes } = await souk.ask(
      buyer('eve'),
      'mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { __typename } }',
      {
        input: purchase(checkoutId),
      },
    )
    expect(codes).toEqual(['NOT_FOUND'])
  })
})

describe('C49', () => {
  const charge = async (orderId: string) =>
    (
      await souk.database.$queryRawUnsafe<{ captures: number; state: string }[]>(
        'SELECT captures, state FROM sandbox_charge WHERE reference = $1',
        orderId,
      )
    )[0]

  test('a callback delivered 3 times while the client completes makes 1 order and 1 capture', async () => {
    for (const paymentToken of ['sandbox-approve', 'sandbox-slow']) {
      const checkoutId = await souk.quote(buyer(), ['o2'])
      const input = purchase(checkoutId, { paymentToken })
      const completing = souk.mutate(buyer(), 'checkoutComplete', input)
      let orderId: string | undefined
      while (orderId === undefined) {
        orderId = (
          await souk.database.$queryRawUnsafe<{ id: string }[]>(
            'SELECT id FROM customer_order WHERE checkout_id = $1',
            checkoutId,
          )
        )[0]?.id
      }
      const notice = signSandboxPaymentNotice({ provider: 'WECHAT_PAY', orderId })
      await Promise.all([
        completing,
        ...[1, 2, 3].map(() => souk.mutate(nobody, 'paymentNotify', notice)),
        souk.mutate(buyer(), 'checkoutComplete', input),
      ])
      // A slow charge that the notice was too early for is settled by the next one.
      await souk.mutate(nobody, 'paymentNotify', notice)
      expect(await souk.mutate(buyer(), 'checkoutComplete', input)).toMatchObject({
        order: { id: orderId, state: 'PAID' },
      })
      expect(await charge(orderId)).toEqual({ captures: 1, state: 'CAPTURED' })
      expect(
        await count('SELECT count(*)::int n FROM customer_order WHERE checkout_id = $1', checkoutId),
      ).toBe(1)
      expect(
        await count(
          "SELECT count(DISTINCT id)::int n FROM outbox_event WHERE entity_id = $1 AND type = 'order.paid.v1'",
          orderId,
        ),
      ).toBe(1)
      expect(await count('SELECT count(*)::int n FROM payment_notice WHERE order_id = $1', orderId)).toBe(1)
    }
  })
  test('50 completes at once with one key make one order, one capture and one answer', async () => {
    const checkoutId = await souk.quote(buyer(), ['o2'])
    const input = purchase(checkoutId)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => souk.mutate(buyer(), 'checkoutComplete', input)),
    )
    expect(new Set(answers.map((answer) => `${answer.order.id} ${answer.order.state}`)).size).toBe(1)
    expect(answers[0]?.order.state).toBe('PAID')
    expect(await charge(answers[0]?.order.id ?? '')).toEqual({ captures: 1, state: 'CAPTURED' })
  })
  test('a notice with a wrong signature changes nothing', async () => {
    const checkoutId = await souk.quote(buyer(), ['o2'])
    const { order } = await souk.mutate(
      buyer(),
      'checkoutComplete',
      purchase(checkoutId, { paymentToken: 'sandbox-slow' }),
    )
    const notice = {
      ...signSandboxPaymentNotice({ provider: 'WECHAT_PAY', orderId: order.id }),
      signature: 'forged',
    }
    expect(await souk.mutate(nobody, 'paymentNotify', notice)).toMatchObject({
      code: 'NOTICE_SIGNATURE_INVALID',
    })
    expect((await orderById(order.id)).state).toBe('PENDING_PAYMENT')
  })
  test('a capture that the provider tells of after the order was given up is refunded', async () => {
    const checkoutId = await souk.quote(buyer(), ['o2'])
    const { order } = await souk.mutate(
      buyer(),
      'checkoutComplete',
      purchase(checkoutId, { paymentToken: 'sandbox-slow' }),
    )
    // The provider takes the money, its notice is lost, and our side gives up without having heard.
    await souk.database.$executeRawUnsafe(
      "UPDATE sandbox_charge SET state = 'CAPTURED', captures = 1 WHERE reference = $1",
      order.id,
    )
    await souk.database.$executeRawUnsafe(
      "UPDATE customer_order SET state = 'CANCELLED', step = 'DONE' WHERE id = $1",
      order.id,
    )
    await souk.database.$executeRawUnsafe(
      "UPDATE payment SET state = 'CANCELLED' WHERE order_id = $1",
      order.id,
    )
    await souk.mutate(
      nobody,
      'paymentNotify',
      signSandboxPaymentNotice({ provider: 'WECHAT_PAY', orderId: order.id, outcome: 'CAPTURED' }),
    )
    expect(await orderById(order.id)).toMatchObject({ state: 'CANCELLED', payment: { state: 'REFUNDED' } })
  })
})

describe('staff', () => {
  test('the shop reads its orders in pages, another shop reads none', async () => {
    const query = `query ($representations: [_Any!]!, $after: String) { _entities(representations: $representations) {
      ... on Shop { orders(first: 2, after: $after, filter: { states: [PAID] }) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`
    const representations = [
      { __typename: 'Shop', id: 'shop-1' },
      { __typename: 'Shop', id: 'shop-2' },
    ]
    type Page = { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    const {
      _entities: [mine, other],
    } = await souk.get<{ _entities: { orders: Page | null }[] }>(staff('shop-1'), query, { representations })
    expect(other?.orders).toBeNull()
    expect(mine?.orders?.nodes).toHaveLength(2)
    const next = await souk.get<{ _entities: { orders: Page }[] }>(staff('shop-1'), query, {
      representations,
      after: mine?.orders?.pageInfo.endCursor,
    })
    const seen = [...(mine?.orders?.nodes ?? []), ...(next._entities[0]?.orders.nodes ?? [])].map(
      (node) => node.id,
    )
    expect(new Set(seen).size).toBe(4)
  })
})

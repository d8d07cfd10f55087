/** A kill at any line of the order flow: the resume job brings every order to one end, with one capture and no lost stock. */
import { createPrismaAdapter } from '@souk/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../db.ts'
import { signSandboxPaymentNotice } from '../index.ts'
import { buyer, nobody, offer, openOrders, type OrdersUnderTest, purchase } from '../testing/open-orders.ts'

let souk: OrdersUnderTest
// What a kill is to a flow: nothing after this line ever happens, and nobody is told.
let killAt: string | undefined
/** What others do just when the flow reaches a line, once. */
let meanwhile: { readonly at: string; run(): Promise<unknown> } | undefined
const reached: string[] = []
let openTransactions = 0

beforeAll(async () => {
  souk = await openOrders({
    requestMs: 150,
    atBoundary: async (boundary) => {
      reached.push(boundary)
      if (boundary === killAt) await new Promise<never>(() => undefined)
      if (boundary !== meanwhile?.at) return
      const { run } = meanwhile
      meanwhile = undefined
      await run()
    },
    wrapProvider: (provider) => ({
      ...provider,
      authorize: async (request, signal) => {
        openTransactions += await countTransactions()
        return await provider.authorize(request, signal)
      },
      capture: async (reference, signal) => {
        openTransactions += await countTransactions()
        return await provider.capture(reference, signal)
      },
    }),
  })
  souk.world.offers.set('scarce', offer('scarce'))
})
afterAll(() => souk.close())

/** Sessions of this database that hold a transaction open between two statements, as a call inside a transaction would. */
const countTransactions = async (): Promise<number> =>
  (
    await souk.database.$queryRawUnsafe<[{ n: number }]>(
      "SELECT count(*)::int n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
  )[0].n

const inDatabase = async (orderId: string) =>
  (
    await souk.database.$queryRawUnsafe<
      { state: string; step: string; payment: string; captures: number; refunds: number; events: number }[]
    >(
      `SELECT o.state, o.step, p.state AS payment, coalesce(c.captures, 0) AS captures,
         (SELECT count(*)::int FROM sandbox_refund r WHERE r.reference = o.id) AS refunds,
         (SELECT count(DISTINCT id)::int FROM outbox_event e WHERE e.entity_id = o.id AND e.consumer <> 'orders') AS events
       FROM customer_order o JOIN payment p ON p.order_id = o.id LEFT JOIN sandbox_charge c ON c.reference = o.id WHERE o.id = $1`,
      orderId,
    )
  )[0]

const chargeState = async (orderId: string) =>
  (
    await souk.database.$queryRawUnsafe<{ state: string }[]>(
      'SELECT state FROM sandbox_charge WHERE reference = $1',
      orderId,
    )
  )[0]?.state

async function killedOrder(
  boundary: string,
  paymentToken = 'sandbox-approve',
): Promise<{ orderId: string; input: object }> {
  const checkoutId = await souk.quote(buyer(`killed at ${boundary} ${paymentToken}`), ['scarce'])
  const input = purchase(checkoutId, { paymentToken })
  killAt = boundary
  await souk.mutate(buyer(`killed at ${boundary} ${paymentToken}`), 'checkoutComplete', input)
  killAt = undefined
  const [row] = await souk.database.$queryRawUnsafe<{ id: string }[]>(
    'SELECT id FROM customer_order WHERE checkout_id = $1',
    checkoutId,
  )
  return { orderId: row?.id ?? '', input }
}

const wayToPaid = [
  'before price',
  'after price',
  'before hold',
  'after hold',
  'before authorize',
  'after authorize',
  'before capture',
  'after capture',
  'before commit',
  'after commit',
]

describe('after a kill', () => {
  test.each(wayToPaid)('"%s" the job brings the order to PAID with one capture', async (boundary) => {
    souk.world.stock.set('sku-of-scarce', 10)
    const { orderId } = await killedOrder(boundary)
    await souk.running.runJob('resume-orders')
    expect((await inDatabase(orderId))?.state).toBe('PENDING_PAYMENT')
    souk.clock.advance(31_000)
    await souk.running.runJob('resume-orders')
    expect(await inDatabase(orderId)).toEqual({
      state: 'PAID',
      step: 'DONE',
      payment: 'CAPTURED',
      captures: 1,
      refunds: 0,
      events: 1,
    })
    expect(souk.world.stock.get('sku-of-scarce')).toBe(9)
  })
  test.each(['before release', 'after release'])(
    '"%s" of a declined order the stock comes back',
    async (boundary) => {
      souk.world.stock.set('sku-of-scarce', 10)
      const { orderId } = await killedOrder(boundary, 'sandbox-decline')
      souk.clock.advance(31_000)
      await souk.running.runJob('resume-orders')
      expect(await inDatabase(orderId)).toMatchObject({
        state: 'CANCELLED',
        step: 'DONE',
        payment: 'DECLINED',
        captures: 0,
      })
      expect(souk.world.stock.get('sku-of-scarce')).toBe(10)
    },
  )
  test('that outlasts the hold, an order that was not captured is cancelled and its stock released', async () => {
    souk.world.stock.set('sku-of-scarce', 10)
    for (const boundary of ['before authorize', 'after authorize', 'before capture']) {
      const { orderId, input } = await killedOrder(boundary)
      souk.clock.advance(20 * 60_000)
      await souk.running.runJob('resume-orders')
      expect(await inDatabase(orderId)).toMatchObject({
        state: 'CANCELLED',
        step: 'DONE',
        captures: 0,
        events: 0,
      })
      // Closed at the provider too: a run that wakes up now can't take money any more.
      expect(await chargeState(orderId)).toBe('CANCELLED')
      const answer = await souk.mutate(
        buyer(`killed at ${boundary} sandbox-approve`),
        'checkoutComplete',
        input,
      )
      expect(answer.code).toBe('PAYMENT_TIMED_OUT')
    }
    expect(souk.world.stock.get('sku-of-scarce')).toBe(10)
  })
  test('before the payment that outlasts the hold, an order is cancelled and its stock released', async () => {
    souk.world.stock.set('sku-of-scarce', 10)
    for (const boundary of ['after price', 'after hold']) {
      const { orderId } = await killedOrder(boundary)
      souk.clock.advance(20 * 60_000)
      await souk.running.runJob('resume-orders')
      expect(await inDatabase(orderId)).toMatchObject({ state: 'CANCELLED', step: 'DONE', events: 0 })
    }
    expect(souk.world.stock.get('sku-of-scarce')).toBe(10)
  })
  test('that outlasts the hold, a captured order whose hold is gone is refunded', async () => {
    souk.world.stock.set('sku-of-scarce', 10)
    const { orderId } = await killedOrder('after capture')
    const hold = souk.world.holds.get(orderId)
    if (hold) hold.state = 'EXPIRED'
    souk.clock.advance(20 * 60_000)
    await souk.running.runJob('resume-orders')
    expect(await inDatabase(orderId)).toMatchObject({
      state: 'CANCELLED',
      payment: 'REFUNDED',
      captures: 1,
      refunds: 1,
      events: 0,
    })
  })
  test('in the refund itself, the money still goes back once', async () => {
    for (const boundary of ['before refund', 'after refund']) {
      souk.world.stock.set('sku-of-scarce', 10)
      const { orderId } = await killedOrder('after capture')
      const hold = souk.world.holds.get(orderId)
      if (hold) hold.state = 'EXPIRED'
      souk.clock.advance(31_000)
      killAt = boundary
      void souk.running.runJob('resume-orders')
      while (reached.at(-1) !== boundary) await new Promise((done) => setTimeout(done, 5))
      killAt = undefined
      souk.clock.advance(31_000)
      await souk.running.runJob('resume-orders')
      expect(await inDatabase(orderId)).toMatchObject({
        state: 'CANCELLED',
        step: 'DONE',
        payment: 'REFUNDED',
        refunds: 1,
      })
    }
  })
  test('a client that repeats its call takes the order up without waiting for the job', async () => {
    souk.world.stock.set('sku-of-scarce', 10)
    const { orderId, input } = await killedOrder('after authorize')
    souk.clock.advance(31_000)
    const answer = await souk.mutate(buyer('killed at after authorize sandbox-approve'), 'checkoutComplete', {
      ...input,
    })
    expect(answer).toMatchObject({ order: { id: orderId, state: 'PAID' } })
  })
})

describe('without a kill', () => {
  test('a provider that fails once leaves the order pending, and the job ends it', async () => {
    souk.world.stock.set('sku-of-scarce', 10)
    const order = await souk.buy(buyer('faulty'), ['scarce'], { paymentToken: 'sandbox-error-once' })
    expect(order.state).toBe('PENDING_PAYMENT')
    souk.clock.advance(1_000)
    await souk.running.runJob('resume-orders')
    expect(await inDatabase(order.id)).toMatchObject({ state: 'PAID', captures: 1 })
  })
  test('a buyer who approves late is noticed even if the callback is lost', async () => {
    const order = await souk.buy(buyer('slow'), ['scarce'], { paymentToken: 'sandbox-slow' })
    expect(order.payment?.state).toBe('PENDING')
    souk.clock.advance(30_000)
    await souk.running.runJob('resume-orders')
    expect(await inDatabase(order.id)).toMatchObject({ state: 'PAID', captures: 1 })
  })
  test.each(['before release', 'after release'])(
    'a capture that is told "%s", while its order is being undone, goes back to the buyer',
    async (at) => {
      souk.world.stock.set('sku-of-scarce', 10)
      const { id: orderId } = await souk.buy(buyer(`too late ${at}`), ['scarce'], {
        paymentToken: 'sandbox-slow',
      })
      souk.clock.advance(20 * 60_000)
      const notice = signSandboxPaymentNotice({ provider: 'WECHAT_PAY', orderId, outcome: 'CAPTURED' })
      meanwhile = {
        at,
        run: async () => {
          await souk.database.$executeRawUnsafe(
            "UPDATE sandbox_charge SET state = 'CAPTURED', captures = 1, amount = 10000 WHERE reference = $1",
            orderId,
          )
          await souk.mutate(nobody, 'paymentNotify', notice)
        },
      }
      await souk.running.runJob('resume-orders')
      expect(await inDatabase(orderId)).toMatchObject({
        state: 'CANCELLED',
        step: 'DONE',
        payment: 'REFUNDED',
        captures: 1,
        refunds: 1,
      })
      expect(souk.world.stock.get('sku-of-scarce')).toBe(10)
    },
  )
  test('two replicas of the job never run one order at once', async () => {
    souk.world.stock.set('sku-of-scarce', 100)
    const killed: string[] = []
    for (let index = 0; index < 6; index += 1) {
      killAt = 'before hold'
      const checkoutId = await souk.quote(buyer(`replica ${index}`), ['scarce'])
      await souk.mutate(buyer(`replica ${index}`), 'checkoutComplete', purchase(checkoutId))
      killed.push(checkoutId)
    }
    killAt = undefined
    souk.clock.advance(31_000)
    reached.length = 0
    await Promise.all([1, 2, 3, 4].map(() => souk.running.runJob('resume-orders')))
    expect(reached.filter((boundary) => boundary === 'before hold')).toHaveLength(killed.length)
  })
  test('no transaction is open while a provider is called', async () => {
    expect(openTransactions).toBe(0)
    // The question is a good one: inside a transaction of our own it is answered with 1.
    const other = openDatabase(
      createPrismaAdapter({ databaseUrl: souk.databaseUrl, schema: 'orders', poolSizeMax: 1 }),
    )
    await other.$transaction(async (transaction) => {
      await transaction.$queryRawUnsafe('SELECT 1')
      expect(await countTransactions()).toBe(1)
    })
    await other.$disconnect()
  })
})

/** Money and stock under attack: refunds, retries and crowds at once, and at the end the provider's books against the orders. */
import pg from 'pg'
import { expect, test } from 'vitest'
import {
  cartItemAdd,
  checkoutComplete,
  checkoutCreate,
  key,
  openShop,
  payment,
  perform,
  placeOrder,
  quote,
} from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import {
  afterSaleApprove,
  afterSaleOpen,
  afterSaleReject,
  orderLines,
  shipmentCreate,
} from '../support/loop-documents.ts'
import { shopper } from '../support/people.ts'
import type { Platform } from '../support/platform.ts'

async function lineOf(buyer: Client, orderId: string): Promise<string> {
  const { order } = await buyer.get<{ order: { lines: { id: string }[] } }>(orderLines, { id: orderId })
  return order.lines[0]?.id ?? ''
}

async function query<Row>(
  souk: Platform,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: souk.databaseUrl })
  await client.connect()
  try {
    return (await client.query(sql, [...values])).rows as Row[]
  } finally {
    await client.end()
  }
}

/** Units of an SKU on the shelf, promised, and in orders that were paid, by the rows of both subgraphs. */
const stockOf = async (souk: Platform, skuId: string) =>
  (
    await query<{ on_hand: number; held: number; sold: number }>(
      souk,
      `SELECT s.on_hand, s.held, (SELECT coalesce(sum(l.quantity), 0)::int FROM orders.order_line l JOIN orders.customer_order o ON o.id = l.order_id
         WHERE l.sku_id = s.sku_id AND o.paid_at IS NOT NULL) AS sold FROM products.sku_stock s WHERE s.sku_id = $1`,
      [skuId],
    )
  )[0]

/** Of all orders: money that the provider took and gave back, by its own books, against what the orders say. */
const ledgerOf = async (souk: Platform) =>
  (
    await query<{ taken: string; paid: string; given: string; refunded: string; open: number }>(
      souk,
      `SELECT (SELECT coalesce(sum(amount * captures), 0) FROM orders.sandbox_charge) AS taken,
         (SELECT coalesce(sum(total), 0) FROM orders.customer_order WHERE paid_at IS NOT NULL) AS paid,
         (SELECT coalesce(sum(amount), 0) FROM orders.sandbox_refund) AS given,
         (SELECT coalesce(sum(refunded_total), 0) FROM orders.customer_order) AS refunded,
         (SELECT count(*)::int FROM orders.customer_order WHERE step <> 'DONE') AS open`,
    )
  )[0]

const codesOf = (answers: readonly { result: { code?: string; __typename: string } }[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ result }) => result.code ?? result.__typename)].map(([code, all]) => [
      code,
      all.length,
    ]),
  )

type Result = { result: { __typename: string; code?: string; case?: { id: string }; order?: { id: string } } }

eachDeployment('money and stock under attack', (souk) => {
  test('cases opened and decided at once give back no more than was paid, and units are on one shelf only', async () => {
    const shop = await openShop(souk(), [{ amount: 700, stock: 20 }])
    const [goods] = shop.goods
    const person = shopper(`refunder-${key()}`)
    const orderId = await placeOrder(souk(), { offerId: goods?.offerId ?? '', quantity: 5, buyer: person })
    const buyer = await souk().as(person)
    const asStaff = await souk().as(shop.staff)
    const orderLineId = await lineOf(buyer, orderId)
    const open = (quantity: number) =>
      buyer.get<Result>(afterSaleOpen, {
        input: {
          orderId,
          kind: 'REFUND_ONLY',
          lines: [{ orderLineId, quantity }],
          reason: 'all of it',
          idempotencyKey: key(),
        },
      })
    const opened = await Promise.all([2, 3, 5, 1, 4, 2, 1, 3].map(open))
    const caseIds = opened.flatMap(({ result }) => result.case?.id ?? [])
    await Promise.all([
      ...caseIds.flatMap((caseId) => [
        asStaff.ask(afterSaleApprove, { input: { caseId, idempotencyKey: key() } }),
        asStaff.ask(afterSaleApprove, { input: { caseId, idempotencyKey: key() } }),
        asStaff.ask(afterSaleReject, { input: { caseId, reason: 'no', idempotencyKey: key() } }),
      ]),
      asStaff.ask(shipmentCreate, { input: { orderId, carrier: 'SANDBOX_EXPRESS', idempotencyKey: key() } }),
    ])
    const [row] = await query<{
      refunded: number
      given: number
      taken: number
      claimed: number
      state: string
    }>(
      souk(),
      `SELECT o.refunded_total::int AS refunded, o.state, (SELECT sum(amount)::int FROM orders.sandbox_refund WHERE reference = o.id) AS given,
         (SELECT sum(amount * captures)::int FROM orders.sandbox_charge WHERE reference = o.id) AS taken, l.claimed_quantity AS claimed
       FROM orders.customer_order o JOIN orders.order_line l ON l.order_id = o.id WHERE o.id = $1`,
      [orderId],
    )
    expect(row?.taken).toBe(3_500)
    expect(row?.given ?? 0).toBe(row?.refunded)
    expect(row?.refunded).toBeLessThanOrEqual(3_500)
    expect(row?.refunded).toBe((row?.claimed ?? 0) * 700)
    expect(await stockOf(souk(), goods?.skuId ?? '')).toEqual({
      on_hand: 15 + (row?.claimed ?? 0),
      held: 0,
      sold: 5,
    })
  })

  test('100 orders of several SKUs in any order at once: no deadlock, every order ends, no unit is lost', async () => {
    const shop = await openShop(
      souk(),
      Array.from({ length: 8 }, () => ({ amount: 100, stock: 40 })),
    )
    const buyers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => souk().as(shopper(`crowd-${index}`))),
    )
    const inputs = await Promise.all(
      buyers.map(async (buyer, index) => {
        const picked = shop.goods
          .map((goods, at) => ({ goods, rank: (at * 5 + index * 3) % 8 }))
          .sort((a, b) => a.rank - b.rank)
          .slice(0, 5)
        const cartItemIds: string[] = []
        for (const { goods } of picked) {
          const added = await perform<{ cartItem: { id: string } }>(buyer, cartItemAdd, {
            offerId: goods.offerId,
            quantity: 1,
            origin: { entry: 'MALL' },
          })
          cartItemIds.push(added.cartItem.id)
        }
        const { checkout } = await perform<{ checkout: { id: string } }>(buyer, checkoutCreate, {
          cartItemIds,
          idempotencyKey: key(),
        })
        return payment(checkout.id, index % 10 === 0 ? 'sandbox-decline' : 'sandbox-approve')
      }),
    )
    const answers = await Promise.all(
      buyers.map((buyer, index) => buyer.get<Result>(checkoutComplete, { input: inputs[index] })),
    )
    souk().clock.advance(60_000)
    await souk().runJob('orders', 'resume-orders')
    expect(Object.keys(codesOf(answers)).sort()).toEqual([
      'CheckoutCompleted',
      'OUT_OF_STOCK',
      'PAYMENT_DECLINED',
    ])
    for (const { skuId } of shop.goods) {
      const stock = await stockOf(souk(), skuId)
      expect([stock?.held, (stock?.on_hand ?? 0) + (stock?.sold ?? 0)]).toEqual([0, 40])
    }
  })

  test('a quote that is completed under many keys at once is one order and one capture', async () => {
    const shop = await openShop(souk(), [{ amount: 900, stock: 30 }])
    const buyer = await souk().as(shopper(`many-keys-${key()}`))
    const checkoutId = await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' })
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => buyer.get<Result>(checkoutComplete, { input: payment(checkoutId) })),
    )
    expect(codesOf(answers)).toEqual({ CheckoutCompleted: 1, CHECKOUT_ALREADY_COMPLETED: 11 })
    expect(await stockOf(souk(), shop.goods[0]?.skuId ?? '')).toEqual({ on_hand: 29, held: 0, sold: 1 })
  })

  test('one key means one thing per buyer and mutation, and other buyers have keys of their own', async () => {
    const shop = await openShop(souk(), [{ stock: 30 }])
    const offerId = shop.goods[0]?.offerId ?? ''
    const shared = key()
    const orders = await Promise.all(
      ['k1', 'k2'].map(async (name) => {
        const buyer = await souk().as(shopper(`${name}-${shared}`))
        const { cartItem } = await perform<{ cartItem: { id: string } }>(buyer, cartItemAdd, {
          offerId,
          quantity: 1,
          origin: { entry: 'MALL' },
        })
        const { checkout } = await perform<{ checkout: { id: string } }>(buyer, checkoutCreate, {
          cartItemIds: [cartItem.id],
          idempotencyKey: shared,
        })
        const { order } = await perform<{ order: { id: string } }>(buyer, checkoutComplete, {
          ...payment(checkout.id),
          idempotencyKey: shared,
        })
        const next = await quote(buyer, { offerId })
        const reused = await buyer.ask(checkoutComplete, {
          input: { ...payment(next), idempotencyKey: shared },
        })
        expect(reused.errors?.[0]?.extensions?.code).toBe('IDEMPOTENCY_KEY_REUSED')
        return order.id
      }),
    )
    expect(new Set(orders).size).toBe(2)
  })

  test('the dearest offer in the largest quantity is exact to the fen', async () => {
    const shop = await openShop(souk(), [{ amount: 999_999_999, stock: 999 }])
    const person = shopper(`dear-${key()}`)
    const orderId = await placeOrder(souk(), {
      offerId: shop.goods[0]?.offerId ?? '',
      quantity: 999,
      buyer: person,
    })
    expect(
      await (
        await souk().as(person)
      ).get('query ($id: ID!) { order(id: $id) { total { amount } lines { amount { amount } } } }', {
        id: orderId,
      }),
    ).toEqual({
      order: { total: { amount: 998_999_999_001 }, lines: [{ amount: { amount: 998_999_999_001 } }] },
    })
  })

  test('in the end the provider took what orders were paid, and gave back what they refunded', async () => {
    souk().clock.advance(25 * 60_000)
    await souk().runJob('orders', 'resume-orders')
    const books = await ledgerOf(souk())
    expect(books?.open).toBe(0)
    expect(books?.taken).toBe(books?.paid)
    expect(books?.given).toBe(books?.refunded)
  })
})

/** Payments: one capture however the news of it arrives. */
import { signSandboxPaymentNotice } from '@souk/orders'
import pg from 'pg'
import { expect, test } from 'vitest'
import { checkoutComplete, key, openShop, payment, perform, quote, refusalOf } from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { paymentNotify } from '../support/loop-documents.ts'
import { shopper } from '../support/people.ts'
import type { Platform } from '../support/platform.ts'

const checkoutOrderQuery = `{ orders(first: 10) { nodes { id state payment { method state amount { amount } } } } }`

type Orders = { orders: { nodes: { id: string; state: string; payment: { state: string } }[] } }

/** What the payment provider's own books say of an order: each capture counted. */
async function capturesOf(souk: Platform, orderId: string): Promise<number> {
  const client = new pg.Client({ connectionString: souk.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ captures: number }>(
      'SELECT captures FROM orders.sandbox_charge WHERE reference = $1',
      [orderId],
    )
    return rows.reduce((sum, row) => sum + row.captures, 0)
  } finally {
    await client.end()
  }
}

eachDeployment('C49 Payments: WeChat Pay and Alipay, callbacks and completion at the same time', (souk) => {
  test.each(['WECHAT_PAY', 'ALIPAY'] as const)(
    '%s: a callback delivered three times while the client completes is 1 order and 1 capture',
    async (provider) => {
      const shop = await openShop(souk(), [{ amount: 5_000, stock: 3 }])
      const buyer = await souk().as(shopper(`c49-${provider}`))
      const checkoutId = await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' })
      const input = { ...payment(checkoutId, 'sandbox-slow'), paymentMethod: provider }
      // The buyer approves on the telephone once the provider has been asked; not before.
      const completing = buyer.get<{ result: { order: { id: string } } }>(checkoutComplete, { input })
      const orderId = await pendingOrderOf(buyer)
      const anyone = await souk().as()
      const notice = { input: signSandboxPaymentNotice({ provider, orderId }) }
      const answers = await Promise.all([
        buyer.get(checkoutComplete, { input }),
        ...[1, 2, 3].map(() => anyone.get<{ result: { __typename: string } }>(paymentNotify, notice)),
        completing,
      ])
      expect(answers).toHaveLength(5)
      const { orders } = await buyer.get<Orders>(checkoutOrderQuery)
      expect(orders.nodes).toEqual([
        {
          id: orderId,
          state: 'PAID',
          payment: { method: provider, state: 'CAPTURED', amount: { amount: 5_000 } },
        },
      ])
      expect(await capturesOf(souk(), orderId)).toBe(1)
      expect(await stockOf(souk(), shop.goods[0]?.offerId ?? '')).toBe(2)
    },
  )

  test('the same idempotency key is one order, whatever the number of tries at once', async () => {
    const shop = await openShop(souk(), [{ stock: 100 }])
    const buyer = await souk().as(shopper('impatient'))
    const input = payment(await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' }))
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        buyer.get<{ result: { order: { id: string } } }>(checkoutComplete, { input }),
      ),
    )
    expect(new Set(answers.map(({ result }) => result.order.id)).size).toBe(1)
    expect(await capturesOf(souk(), answers[0]?.result.order.id ?? '')).toBe(1)
    expect(await stockOf(souk(), shop.goods[0]?.offerId ?? '')).toBe(99)
  })

  test('the same key with other input is an error that says so', async () => {
    const shop = await openShop(souk(), [{}])
    const buyer = await souk().as(shopper('mistaken'))
    const input = payment(await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' }))
    await perform(buyer, checkoutComplete, input)
    const { errors } = await buyer.ask(checkoutComplete, { input: { ...input, paymentMethod: 'ALIPAY' } })
    expect(errors?.[0]?.extensions?.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  test('a declined payment gives the stock back', async () => {
    const shop = await openShop(souk(), [{ stock: 1 }])
    const offerId = shop.goods[0]?.offerId ?? ''
    const buyer = await souk().as(shopper('poor'))
    const refused = await refusalOf(
      buyer,
      checkoutComplete,
      payment(await quote(buyer, { offerId }), 'sandbox-decline'),
    )
    expect(refused.code).toBe('PAYMENT_DECLINED')
    expect(await stockOf(souk(), offerId)).toBe(1)
  })

  test('a provider that fails once is asked again, and the buyer pays once', async () => {
    const shop = await openShop(souk(), [{ stock: 1 }])
    const buyer = await souk().as(shopper('unlucky'))
    const { order } = await perform<{ order: { id: string } }>(
      buyer,
      checkoutComplete,
      payment(await quote(buyer, { offerId: shop.goods[0]?.offerId ?? '' }), 'sandbox-error-once'),
    )
    souk().clock.advance(5 * 60_000)
    await souk().runJob('orders', 'resume-orders')
    const later = await souk().as(shopper('unlucky'))
    const { orders } = await later.get<Orders>(checkoutOrderQuery)
    expect(orders.nodes.map(({ id, state }) => [id, state])).toEqual([[order.id, 'PAID']])
    expect(await capturesOf(souk(), order.id)).toBe(1)
  })

  test('a callback with a wrong signature changes nothing', async () => {
    const notice = signSandboxPaymentNotice({ provider: 'WECHAT_PAY', orderId: key() })
    const refused = await refusalOf(await souk().as(), paymentNotify, {
      ...notice,
      signature: '0'.repeat(64),
    })
    expect(refused.code).toBe('NOTICE_SIGNATURE_INVALID')
  })
})

async function pendingOrderOf(buyer: { get<Data>(query: string): Promise<Data> }): Promise<string> {
  for (;;) {
    const { orders } = await buyer.get<Orders>(checkoutOrderQuery)
    const [order] = orders.nodes
    if (order?.payment.state === 'PENDING') return order.id
  }
}

async function stockOf(souk: Platform, offerId: string): Promise<number> {
  const data = await (
    await souk.as()
  ).get<{ offer: { sku: { stock: { available: number } } } }>(
    'query ($id: ID!) { offer(id: $id) { sku { stock { available } } } }',
    { id: offerId },
  )
  return data.offer.sku.stock.available
}

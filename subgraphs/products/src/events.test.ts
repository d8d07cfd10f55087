/** What the subgraph does with events of others. */
import { eventSchemas } from '@souk/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { key, openProducts, type ProductsUnderTest, service, shopper } from './testing/open-products.ts'

let products: ProductsUnderTest

beforeAll(async () => {
  products = await openProducts()
})

afterAll(async () => {
  await products.close()
})

test('a paid order counts its units towards what was sold of each product, once however often it is delivered', async () => {
  const shopId = await products.openShop()
  const [first, second] = [await products.createGoods(shopId), await products.createGoods(shopId)]
  const line = (goods: typeof first, quantity: number) => ({
    orderLineId: key(),
    ...goods,
    quantity,
    amount: { amount: 100, currency: 'CNY' },
    attribution: {
      entry: 'MALL',
      discoveryMode: 'PEOPLE_FIND_GOODS',
      contentKind: null,
      contentId: null,
      creatorId: null,
    },
  })
  const payload = eventSchemas['order.paid.v1'].parse({
    orderId: key(),
    buyerId: 'ann',
    shopId,
    currency: 'CNY',
    paidAt: products.clock.now().toISOString(),
    lines: [line(first, 2), line(second, 1), line(first, 3)],
  })
  const event = {
    id: key(),
    type: 'order.paid.v1',
    entityId: payload.orderId,
    occurredAt: payload.paidAt,
    payload: JSON.stringify(payload),
  }
  const deliver =
    'mutation ($events: [InternalEventInput!]!) { _internalDeliverEventsToProducts(events: $events) }'
  await products.get(service, deliver, { events: [event] })
  await products.get(service, deliver, { events: [event, event] })
  const { a, b } = await products.get<{ a: unknown; b: unknown }>(
    shopper,
    `{ a: product(id: "${first.productId}") { unitsSold } b: product(id: "${second.productId}") { unitsSold } }`,
  )
  expect([a, b]).toEqual([{ unitsSold: 5 }, { unitsSold: 1 }])
})

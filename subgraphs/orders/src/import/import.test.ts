/** The importer's bulk path on a real PostgreSQL: speed, repeats, rules, and both sides of the reconciliation. */
import {
  afterSalesImport,
  importTotals,
  ordersImport,
  refundableLines,
  type ImportedOrder,
} from '@souk/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openOrders, type OrdersUnderTest, service, staff } from '../testing/open-orders.ts'

let souk: OrdersUnderTest

beforeAll(async () => {
  souk = await openOrders()
})
afterAll(() => souk.close())

const order = (index: number, lines: number): ImportedOrder => ({
  id: `order-${index}`,
  number: `${536_000 + index}`,
  buyerId: `buyer-${index % 50}`,
  buyerCountry: 'United Kingdom',
  shopId: 'shop-import',
  placedAt: new Date(Date.UTC(2010, 11, 1) + index * 60_000).toISOString(),
  currency: 'GBP',
  lines: Array.from({ length: lines }, (_, line) => ({
    id: `line-${index}-${line}`,
    offerId: `offer-${line}`,
    productId: `product-${line}`,
    skuId: `sku-${line}`,
    title: `WHITE HANGING HEART T-LIGHT HOLDER ${line}`,
    quantity: 1 + (line % 12),
    unitAmount: 85 + line,
  })),
})

const sum = (orders: readonly ImportedOrder[]) =>
  orders.flatMap((each) => each.lines).reduce((total, line) => total + line.quantity * line.unitAmount, 0)

describe('orders', () => {
  test('1,400 orders of 26,000 lines are imported within 3 s, once, and add up to the penny', async () => {
    const orders = Array.from({ length: 1_400 }, (_, index) =>
      order(index, index % 7 === 0 ? 20 : 18 + (index % 2)),
    )
    const batches = Array.from({ length: 7 }, (_, batch) => orders.slice(batch * 200, batch * 200 + 200))
    const started = performance.now()
    let fresh = 0
    for (const batch of batches) fresh += await souk.call(ordersImport, { importId: 'retail', orders: batch })
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(fresh).toBe(1_400)
    expect(await souk.call(ordersImport, { importId: 'again', orders: batches[0] ?? [] })).toBe(0)
    const totals = await souk.call(importTotals, { importId: 'retail' })
    expect(totals).toMatchObject({
      orders: 1_400,
      orderLines: orders.flatMap((each) => each.lines).length,
      value: sum(orders),
      cases: 0,
    })
    const { _entities } = await souk.get<{
      _entities: [
        { orders: { nodes: { state: string; attribution: unknown; buyer: { country: string } }[] } },
      ]
    }>(
      staff('shop-import'),
      '{ _entities(representations: [{ __typename: "Shop", id: "shop-import" }]) { ... on Shop { orders(first: 1) { nodes { state attribution { entry } payment { state } buyer { country } } } } } }',
    )
    expect(_entities[0].orders.nodes).toEqual([
      { state: 'COMPLETED', attribution: null, payment: null, buyer: { country: 'United Kingdom' } },
    ])
  })
  test('an order that tells where it was found counts for its room, its shop and its content', async () => {
    const attribution = {
      entry: 'LIVE_ROOM',
      contentKind: 'LIVE_ROOM',
      contentId: 'old-room',
      creatorId: 'creator-mei',
    } as const
    const told = { ...order(30_000, 2), shopId: 'shop-told', attribution }
    await souk.call(ordersImport, { importId: 'told', orders: [told] })
    expect(
      await souk.get(
        staff('shop-told'),
        `{ order(id: "order-30000") { attribution { entry discoveryMode content { __typename } creator { id } } lines { origin { entry } } }
           _entities(representations: [{ __typename: "Shop", id: "shop-told" }, { __typename: "LiveRoomCommerceSummary", liveRoomId: "old-room" }]) {
             ... on Shop { discoveryShares { mode orders share } } ... on LiveRoomCommerceSummary { paidAmount { amount currency } } } }`,
      ),
    ).toEqual({
      order: {
        attribution: {
          entry: 'LIVE_ROOM',
          discoveryMode: 'GOODS_FIND_PEOPLE',
          content: { __typename: 'LiveRoom' },
          creator: { id: 'creator-mei' },
        },
        lines: [{ origin: { entry: 'LIVE_ROOM' } }, { origin: { entry: 'LIVE_ROOM' } }],
      },
      _entities: [
        {
          discoveryShares: [
            { mode: 'GOODS_FIND_PEOPLE', orders: 1, share: 10_000 },
            { mode: 'PEOPLE_FIND_GOODS', orders: 0, share: 0 },
          ],
        },
        { paidAmount: { amount: sum([told]), currency: 'GBP' } },
      ],
    })
  })
  test.each([
    ['a room without its kind', { entry: 'LIVE_ROOM', contentId: 'room' }],
    ['a room that is a video', { entry: 'LIVE_ROOM', contentId: 'room', contentKind: 'SHORT_VIDEO' }],
    ['a search with content', { entry: 'SEARCH', contentId: 'room', contentKind: 'LIVE_ROOM' }],
    ['a showcase of nobody', { entry: 'SHOWCASE' }],
    ['a mall with a creator', { entry: 'MALL', creatorId: 'creator-mei' }],
  ])('an origin of %s is rejected', async (_what, attribution) => {
    const { codes } = await souk.ask(service, ordersImport.document, {
      importId: 'bad origin',
      orders: [{ ...order(31_000, 1), attribution }],
    })
    expect(codes).toEqual(['IMPORT_REJECTED'])
  })
  test('an order that breaks a rule takes its whole call with it', async () => {
    const bad = { ...order(9_000, 2), lines: [{ ...order(9_000, 1).lines[0], quantity: 0 }] }
    const { codes } = await souk.ask(service, ordersImport.document, {
      importId: 'bad',
      orders: [order(9_001, 1), bad],
    })
    expect(codes).toEqual(['IMPORT_REJECTED'])
    expect(await souk.call(importTotals, { importId: 'bad' })).toMatchObject({ orders: 0 })
  })
  test('nobody but a service may import', async () => {
    expect(
      (await souk.ask(staff('shop-import'), ordersImport.document, { importId: 'x', orders: [] })).codes,
    ).toEqual(['FORBIDDEN'])
  })
})

describe('refunds', () => {
  const refund = (id: string, [orderId, orderLineId]: readonly [string, string], quantity: number) => ({
    id,
    number: `C${id}`,
    orderId,
    refundedAt: '2010-12-09T10:00:00.000Z',
    lines: [{ orderLineId, quantity }],
  })

  test('refunds lower what can be refunded, once per id, never below nothing', async () => {
    const first = order(20_000, 3)
    await souk.call(ordersImport, { importId: 'refunds', orders: [{ ...first, buyerId: 'refunder' }] })
    const before = await souk.call(refundableLines, { buyerIds: ['refunder'] })
    expect(before.map((line) => line.quantity)).toEqual([1, 2, 3])
    const cases = [refund('c1', [first.id, 'line-20000-2'], 1), refund('c2', [first.id, 'line-20000-2'], 2)]
    expect(await souk.call(afterSalesImport, { importId: 'refunds', cases })).toBe(2)
    expect(await souk.call(afterSalesImport, { importId: 'refunds', cases })).toBe(0)
    expect(
      (await souk.call(refundableLines, { buyerIds: ['refunder'] })).map((line) => line.quantity),
    ).toEqual([1, 2])
    expect(await souk.call(importTotals, { importId: 'refunds' })).toMatchObject({
      cases: 2,
      refundLines: 2,
      refundedQuantity: 3,
      refundedValue: 3 * 87,
    })
    for (const wrong of [
      refund('c3', [first.id, 'line-20000-1'], 3),
      refund('c4', [first.id, 'line-of-another'], 1),
    ]) {
      const { codes } = await souk.ask(service, afterSalesImport.document, {
        importId: 'refunds',
        cases: [refund('c5', [first.id, 'line-20000-0'], 1), wrong],
      })
      expect(codes).toEqual(['IMPORT_REJECTED'])
    }
    expect(await souk.call(importTotals, { importId: 'refunds' })).toMatchObject({ cases: 2 })
  })
})

/** The demo data: the same every time, sound in its references, and with the room that the acceptance tests name. */
import { beforeAll, expect, test } from 'vitest'
import type { CatalogueImport } from '@souk/contracts'
import { readDataFile } from '../catalogue/read-data-file.ts'
import { openMemoryMarket } from '../testing/memory-market.ts'
import { silentProgress } from '../progress/progress.ts'
import { demoPeople } from './demo-people.ts'
import { describeCatalogue, sourceProductsSchema } from './describe-catalogue.ts'
import { describeContent, mixedRoomId } from './describe-content.ts'
import { describeCreators } from './describe-creators.ts'
import { demoShopperOrderCount, describeOrders } from './describe-orders.ts'
import { describeServiceProviders } from './describe-service-providers.ts'
import { seedDemo } from './seed-demo.ts'

let catalogue: CatalogueImport

beforeAll(async () => {
  catalogue = describeCatalogue(await readDataFile('products-dummyjson.json', sourceProductsSchema))
})

test('every product has a shop, a category, a price in whole cents and an offer in the shop', () => {
  const shops = new Set(catalogue.shops.map(({ id }) => id))
  const categories = new Set(catalogue.categories.map(({ id }) => id))
  expect(catalogue.products).toHaveLength(194)
  expect(categories.size).toBe(24)
  for (const { shopId, categoryId, skus } of catalogue.products) {
    expect(shops.has(shopId) && categories.has(categoryId ?? '')).toBe(true)
    expect(skus[0]?.offers[0]).toMatchObject({ source: 'PLATFORM_SHOP', externalUrl: null })
  }
})

test('offers on other platforms lead to an https address', () => {
  const external = catalogue.products.flatMap(({ skus }) => skus.flatMap(({ offers }) => offers.slice(1)))
  expect(new Set(external.map(({ source }) => source))).toEqual(new Set(['TAOBAO', 'TMALL', 'JD']))
  for (const { externalUrl } of external) expect(externalUrl).toMatch(/^https:\/\//)
})

test('the mixed room is on air with 23 items, ten of Taobao and thirteen of the shops', () => {
  const room = describeContent(catalogue.products).liveRooms.find(({ id }) => id === mixedRoomId)
  expect(room?.status).toBe('LIVE')
  expect(new Set(room?.items.map(({ offerId }) => offerId)).size).toBe(23)
  expect(
    Object.fromEntries(
      [...Map.groupBy(room?.items ?? [], (item) => item.source)].map(([source, items]) => [
        source,
        items.length,
      ]),
    ),
  ).toEqual({ TAOBAO: 10, PLATFORM_SHOP: 13 })
})

test('content, plans and showcases name offers and products that are there, each id once', () => {
  const content = describeContent(catalogue.products)
  const creators = describeCreators(catalogue.products)
  const offers = new Set(
    catalogue.products.flatMap(({ skus }) => skus.flatMap((sku) => sku.offers.map(({ id }) => id))),
  )
  const shown = [
    ...content.shortVideos,
    ...content.liveRooms.filter(({ kind }) => kind === 'CREATOR'),
  ].flatMap(({ items }) => items)
  expect(shown.filter(({ offerId }) => !offers.has(offerId))).toEqual([])
  const enrolled = new Set(creators.plans.map(({ productId }) => productId))
  expect(creators.showcaseItems.filter(({ productId }) => !enrolled.has(productId))).toEqual([])
  expect(creators.plans.filter(({ rateBps }) => rateBps === 2_000).length).toBeGreaterThan(10)
  const ids = [
    ...creators.plans,
    ...creators.showcaseItems,
    ...content.shortVideos,
    ...content.liveRooms,
    ...shown,
    ...describeServiceProviders().assignments,
  ].map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('the five people hold ids of the data that they sign in for', () => {
  expect(demoPeople.map(({ label }) => label)).toEqual([
    'Shopper',
    'Merchant',
    'Creator',
    'Service provider',
    'Operator',
  ])
  const [shopper, merchant, creator, provider] = demoPeople
  expect(
    describeOrders(catalogue.products).filter(
      ({ buyerId, shopId }) => buyerId === shopper?.subject && merchant?.shopIds?.includes(shopId),
    ),
  ).toHaveLength(demoShopperOrderCount)
  expect(describeCreators([]).creators.find(({ id }) => id === creator?.creatorId)?.userId).toBe(
    creator?.subject,
  )
  expect(describeServiceProviders().providers.some(({ id }) => id === provider?.serviceProviderId)).toBe(true)
})

test('orders are of one shop each, after their origin was there, and every room that was on air has sold', () => {
  const orders = describeOrders(catalogue.products)
  const { liveRooms, shortVideos } = describeContent(catalogue.products)
  const shopOf = new Map(catalogue.products.map(({ id, shopId }) => [id, shopId]))
  const shown = new Map([...liveRooms, ...shortVideos].map((content) => [content.id, content]))
  for (const { shopId, attribution, lines, placedAt } of orders) {
    expect(lines.map(({ productId }) => shopOf.get(productId))).toEqual(lines.map(() => shopId))
    if (attribution?.contentId == null) continue
    const content = shown.get(attribution.contentId)
    expect(content?.items.map(({ offerId }) => offerId)).toContain(lines[0]?.offerId)
    expect(content?.creatorId).toBe(attribution.creatorId)
    expect(Date.parse(placedAt)).toBeGreaterThan(
      Date.parse(content && 'startsAt' in content ? content.startsAt : (content?.publishedAt ?? '')),
    )
  }
  const selling = new Set(orders.map(({ attribution }) => attribution?.contentId))
  const rooms = liveRooms.filter(({ status, kind }) => status !== 'SCHEDULED' && kind === 'CREATOR')
  expect(rooms.filter(({ id }) => !selling.has(id))).toEqual([])
  expect(new Set(orders.map(({ id }) => id)).size).toBe(orders.length)
})

test('a seeded platform is not seeded again, and one that was cut short is', async () => {
  const market = openMemoryMarket()
  market.failAt(30, 'AFTER')
  await expect(seedDemo({ call: market.call, progress: silentProgress })).rejects.toThrow('killed')
  market.failAt(Infinity, 'BEFORE')
  const report = await seedDemo({ call: market.call, progress: silentProgress })
  expect(report).toMatchObject({ state: 'SEEDED', retail: { reconciliation: { isBalanced: true } } })
  market.failAt(Infinity, 'BEFORE')
  expect(await seedDemo({ call: market.call, progress: silentProgress })).toEqual({ state: 'WAS_THERE' })
  expect(market.callsMade).toBe(1)
})

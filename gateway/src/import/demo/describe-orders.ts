/** Orders that the demo's people have placed already, from rooms, videos, showcases and search. They are written last, so they tell that the demo is whole. */
import type { ImportedAttribution, ImportedOrder, ImportedProduct } from '@souk/contracts'
import { demoId, demoTime } from './demo-ids.ts'
import { demoShopperId } from './demo-people.ts'
import { demoShops, shopsOfDemoMerchant } from './demo-shops.ts'
import { describeContent } from './describe-content.ts'
import { demoCreators, describeCreators } from './describe-creators.ts'

// The version of the demo data. With another, the next start adds what is new.
const version = 'version 2'

export const demoImportId = demoId('import', version)

export const demoShopperOrderCount = 3

/** Where orders were found, and what: one line for each product. */
type Basket = {
  readonly products: readonly ImportedProduct[]
  readonly attribution: ImportedAttribution
  readonly placedAt: string
}

/** The shopper's own, in a shop that the demo's merchant runs, so that both see them; then those of everybody else. */
export function describeOrders(products: readonly ImportedProduct[]): readonly ImportedOrder[] {
  const crowd = describeCrowd(products)
  return [
    ...describeShopper(products).map((basket, index) =>
      orderOf(basket, { number: `DEMO-${index + 1}`, buyerId: demoShopperId, country: 'United Kingdom' }),
    ),
    ...crowd.map((basket, index) => {
      const country = countries[index % countries.length] ?? ''
      return orderOf(basket, {
        number: `CROWD-${index + 1}`,
        buyerId: demoId('user', `buyer ${index % buyerCount}`),
        country,
      })
    }),
  ]
}

// A multiple, so that a buyer keeps their country.
const countries = ['China', 'Germany', 'France', 'Spain', 'Japan', 'Brazil'] as const
const buyerCount = 4 * countries.length

function describeShopper(products: readonly ImportedProduct[]): readonly Basket[] {
  const ofMerchant = products.filter(({ shopId }) => shopsOfDemoMerchant.includes(shopId))
  const finds: readonly ImportedAttribution[] = [plain('CONTENT_FEED'), plain('SEARCH'), plain('MALL')]
  return finds.map((attribution, index) => ({
    attribution,
    products: ofMerchant.slice(index * 2, index * 2 + 2),
    placedAt: demoTime(-24 * (index + 2)),
  }))
}

/** What rooms on air or over have sold, every third video, every showcase, and in every shop a few who knew what they wanted. */
function describeCrowd(products: readonly ImportedProduct[]): readonly Basket[] {
  const { liveRooms, shortVideos } = describeContent(products)
  const byOffer = new Map(
    products.flatMap((product) => offersOf(product).map(({ id }) => [id, product] as const)),
  )
  const sold = (items: readonly { readonly offerId: string; readonly source: string }[]) =>
    items.flatMap(({ offerId, source }) => (source === 'PLATFORM_SHOP' ? (byOffer.get(offerId) ?? []) : []))
  const ofRooms = liveRooms
    .filter(({ status }) => status !== 'SCHEDULED')
    .flatMap((room) =>
      sold(room.items).map((product, index) => ({
        products: [product],
        attribution: ofContent('LIVE_ROOM', room),
        placedAt: minutesAfter(room.startsAt, 2 * index + 1),
      })),
    )
  const ofVideos = shortVideos
    .filter((_video, index) => index % videosPerOrder === 0)
    .flatMap((video) =>
      sold(video.items.slice(0, 1)).map((product) => ({
        products: [product],
        attribution: ofContent('SHORT_VIDEO', video),
        placedAt: minutesAfter(video.publishedAt, 45),
      })),
    )
  return [...ofRooms, ...ofVideos, ...describeShowcaseSales(products), ...describeSearches(products)]
}

const videosPerOrder = 3

function describeShowcaseSales(products: readonly ImportedProduct[]): readonly Basket[] {
  const byId = new Map(products.map((product) => [product.id, product]))
  const { showcaseItems } = describeCreators(products)
  return demoCreators.flatMap(({ id: creatorId }) => {
    const item = showcaseItems.find((each) => each.creatorId === creatorId)
    const product = byId.get(item?.productId ?? '')
    if (item === undefined || product === undefined) return []
    const attribution = { ...plain('SHOWCASE'), creatorId }
    return [{ products: [product], attribution, placedAt: minutesAfter(item.addedAt, 24 * 60) }]
  })
}

const searchesPerShop = 3

const describeSearches = (products: readonly ImportedProduct[]): readonly Basket[] =>
  demoShops.flatMap((shop, shopIndex) =>
    products
      .filter(({ shopId }) => shopId === shop.id)
      .slice(-searchesPerShop)
      .map((product, index) => ({
        products: [product],
        attribution: plain(index === 0 ? 'MALL' : 'SEARCH'),
        placedAt: demoTime(-5 * shopIndex - index - 1),
      })),
  )

const plain = (entry: ImportedAttribution['entry']): ImportedAttribution => ({
  entry,
  contentKind: null,
  contentId: null,
  creatorId: null,
})

const ofContent = (
  kind: 'LIVE_ROOM' | 'SHORT_VIDEO',
  content: { readonly id: string; readonly creatorId: string | null },
): ImportedAttribution => ({
  entry: kind,
  contentKind: kind,
  contentId: content.id,
  creatorId: content.creatorId,
})

const minutesAfter = (time: string, minutes: number): string =>
  new Date(Date.parse(time) + minutes * 60_000).toISOString()

type Buyer = { readonly number: string; readonly buyerId: string; readonly country: string }

function orderOf(
  { products, attribution, placedAt }: Basket,
  { number, buyerId, country }: Buyer,
): ImportedOrder {
  return {
    id: demoId('order', `${version} ${number}`),
    number,
    buyerId,
    buyerCountry: country,
    shopId: products[0]?.shopId ?? '',
    placedAt,
    currency: 'USD',
    attribution,
    lines: products.flatMap((product, position) => lineOf(product, { number, quantity: position + 1 })),
  }
}

const offersOf = ({ skus }: ImportedProduct) => skus.flatMap(({ offers }) => offers)

function lineOf(
  { id, title, skus }: ImportedProduct,
  line: { readonly number: string; readonly quantity: number },
): ImportedOrder['lines'] {
  return skus.slice(0, 1).flatMap((sku) =>
    sku.offers.slice(0, 1).map((offer) => ({
      id: demoId('order line', `${version} ${line.number} ${id}`),
      offerId: offer.id,
      productId: id,
      skuId: sku.id,
      title,
      quantity: line.quantity,
      unitAmount: offer.price.amount,
    })),
  )
}

/** The product file as a catalogue: shops by category, an offer in the shop, and for some products one on another platform. */
import type { CatalogueImport, ImportedProduct } from '@souk/contracts'
import { z } from 'zod'
import { importError } from '../errors.ts'
import { demoId, demoTime } from './demo-ids.ts'
import { type DemoShop, demoMerchants, demoShops, varietyShop } from './demo-shops.ts'

export const sourceProductsSchema = z.array(
  z.object({
    id: z.int(),
    title: z.string().min(1),
    description: z.string(),
    category: z.string().min(1),
    price: z.number().positive(),
    stock: z.int().nonnegative(),
    tags: z.array(z.string()),
    brand: z.string().min(1).optional(),
    sku: z.string().min(1),
  }),
)

export type SourceProduct = z.infer<typeof sourceProductsSchema>[number]

export function describeCatalogue(source: readonly SourceProduct[]): CatalogueImport {
  const brands = [...new Set(source.flatMap(({ brand }) => brand ?? []))]
  const categories = [...new Set(source.map(({ category }) => category))]
  return {
    merchants: demoMerchants,
    shops: [...demoShops, varietyShop].map(({ id, merchantId, name }) => ({ id, merchantId, name })),
    brands: brands.map((name) => ({ id: demoId('brand', name), name })),
    categories: categories.map((slug) => ({
      id: demoId('category', slug),
      code: `souk:${slug}`,
      name: titleOf(slug),
      parentId: null,
    })),
    products: source.map(describeProduct),
  }
}

// kitchen-accessories is shown as "Kitchen accessories", and mens-shirts as "Men's shirts".
const titleOf = (slug: string): string => {
  const words = slug.replaceAll('-', ' ').replace(/^(wo)?mens /, (word) => `${word.slice(0, -2)}'s `)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const shopOf = (category: string): DemoShop =>
  demoShops.find((shop) => shop.categories.includes(category)) ?? varietyShop

function describeProduct(product: SourceProduct, index: number): ImportedProduct {
  const cents = centsOf(product)
  const platformOffer = {
    source: 'PLATFORM_SHOP',
    price: { amount: cents, currency: 'USD' },
    externalUrl: null,
  }
  const offers = [platformOffer, ...externalOffers(product, { index, cents })]
  return {
    id: demoId('product', product.id),
    shopId: shopOf(product.category).id,
    title: product.title,
    description: product.description,
    categoryId: demoId('category', product.category),
    brandId: product.brand === undefined ? null : demoId('brand', product.brand),
    tags: product.tags,
    createdAt: demoTime(-24 * 30 - index),
    skus: [
      {
        id: demoId('sku', product.id),
        code: product.sku,
        name: product.title,
        openingStock: product.stock,
        offers: offers.map((offer) => ({ id: offerIdOf(product.id, offer.source), ...offer })),
      },
    ],
  }
}

const offerIdOf = (productId: number, source: string): string => demoId('offer', `${productId} ${source}`)

/** The file has prices in dollars with two decimals. A price with a fraction of a cent is not rounded away. */
function centsOf({ title, price }: SourceProduct): number {
  const cents = Math.round(price * 100)
  if (Math.abs(price * 100 - cents) < 1e-6) return cents
  throw importError('IMPORT_DATA_WRONG', `The price of "${title}", ${price}, is not whole cents.`)
}

// Every sixth product is on Taobao too, fewer on the others: enough for a room with ten outside links.
const externalSources = [
  { source: 'TAOBAO', every: 6, from: 0 },
  { source: 'TMALL', every: 15, from: 5 },
  { source: 'JD', every: 20, from: 7 },
] as const

// Prices there are in yuan. One rate for all: what these offers cost is nobody's claim.
const yuanPerDollar = 7

// A name that is reserved for examples leads nowhere, whoever clicks.
function externalOffers(
  { id }: SourceProduct,
  { index, cents }: { readonly index: number; readonly cents: number },
) {
  return externalSources
    .filter(({ every, from }) => index % every === from)
    .map(({ source }) => ({
      source,
      price: { amount: cents * yuanPerDollar, currency: 'CNY' },
      externalUrl: `https://${source.toLowerCase()}.example/item/${id}`,
    }))
}

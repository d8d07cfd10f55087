/** Loads single things of the catalogue, batched with all that the same request asks for at the same time. */
import { notFound } from '@souk/contracts'
import type { Brand, Category, Merchant, Offer, Product, Shop, Sku } from './catalogue/catalogue.ts'
import type { Context } from './modules.ts'
import type { Stock } from './stock/stock.ts'

export const loadMerchant = (context: Context, id: string): Promise<Merchant | null> =>
  context.loaders.load('merchant', id, context.modules.shops.merchantsById)

export const loadShop = (context: Context, id: string): Promise<Shop | null> =>
  context.loaders.load('shop', id, context.modules.shops.shopsById)

export const loadBrand = (context: Context, id: string): Promise<Brand | null> =>
  context.loaders.load('brand', id, context.modules.shops.brandsById)

export const loadCategory = (context: Context, id: string): Promise<Category | null> =>
  context.loaders.load('category', id, context.modules.categories.categoriesById)

export const loadProduct = (context: Context, id: string): Promise<Product | null> =>
  context.loaders.load('product', id, context.modules.products.productsById)

export const loadSku = (context: Context, id: string): Promise<Sku | null> =>
  context.loaders.load('SKU', id, context.modules.products.skusById)

export const loadOffer = (context: Context, id: string): Promise<Offer | null> =>
  context.loaders.load('offer', id, context.modules.offers.offersById)

export const loadStock = (context: Context, skuId: string): Promise<Stock | null> =>
  context.loaders.load('stock of SKU', skuId, context.modules.stock.stockBySku)

export const loadOffersOfProduct = async (context: Context, productId: string): Promise<readonly Offer[]> =>
  (await context.loaders.load('offers of product', productId, context.modules.offers.offersByProduct)) ?? []

/** What a foreign key points to is there; if it isn't, that is our bug. */
export async function loadReferred<T>(what: string, loaded: Promise<T | null>): Promise<T> {
  const value = await loaded
  if (value === null) throw new Error(`A row refers to a ${what} that is not there.`)
  return value
}

/** What a client named has to be there. */
export async function loadNamed<T>(what: string, id: string, loaded: Promise<T | null>): Promise<T> {
  const value = await loaded
  if (value === null) throw notFound(what, id)
  return value
}

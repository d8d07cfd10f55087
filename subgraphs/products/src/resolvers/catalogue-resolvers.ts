/** Fields of the catalogue's types that are not columns of their row. */
import type { ConnectionArguments } from '@souk/kit'
import { runsShop } from '../access/shop-access.ts'
import {
  type Brand,
  type Category,
  checkoutModeOf,
  type Merchant,
  type Offer,
  type Product,
  type ProductStatus,
  productStatuses,
  type Shop,
  type Sku,
} from '../catalogue/catalogue.ts'
import { priceRangeOf } from '../catalogue/price-range.ts'
import {
  loadBrand,
  loadCategory,
  loadMerchant,
  loadOffersOfProduct,
  loadProduct,
  loadReferred,
  loadShop,
  loadSku,
  loadStock,
} from '../load.ts'
import type { Context } from '../modules.ts'
import { availableOf } from '../stock/stock.ts'
import { nameConnection, newestConnection, pageName, readNamePage, readNewestPage } from './pages.ts'

type ShopProductsArguments = ConnectionArguments & { readonly status?: ProductStatus | null }

export const catalogueResolvers = {
  Merchant: {
    shops: async (merchant: Merchant, args: ConnectionArguments, { modules, loaders }: Context) => {
      const page = readNewestPage(args)
      const rows = await loaders.load(pageName('shops of merchant', page), merchant.id, (ids) =>
        modules.shops.shopsByMerchant(ids, page),
      )
      return newestConnection(rows ?? [], page)
    },
  },

  Shop: {
    merchant: (shop: Shop, _args: unknown, context: Context) =>
      loadReferred('merchant', loadMerchant(context, shop.merchantId)),
    products: async (shop: Shop, args: ShopProductsArguments, { viewer, modules, loaders }: Context) => {
      const page = readNewestPage(args)
      const visible = runsShop(viewer, shop.id) ? productStatuses : (['LISTED'] as const)
      const statuses = visible.filter((status) => args.status == null || status === args.status)
      const name = pageName(`products of shop, ${statuses.join(' ')}`, page)
      const rows = await loaders.load(name, shop.id, (ids) =>
        modules.products.productsByShop(ids, { page, statuses }),
      )
      return newestConnection(rows ?? [], page)
    },
  },

  Category: {
    parent: (category: Category, _args: unknown, context: Context): Promise<Category | null> | null =>
      category.parentId === null ? null : loadCategory(context, category.parentId),
    children: async (category: Category, args: ConnectionArguments, { modules, loaders }: Context) => {
      const page = readNamePage(args)
      const name = pageName('children of category', page)
      const rows = await loaders.load(name, category.id, (ids) =>
        modules.categories.childrenByParent(ids, page),
      )
      return nameConnection(rows ?? [], page)
    },
    products: async (category: Category, args: ConnectionArguments, { modules, loaders }: Context) => {
      const page = readNewestPage(args)
      const name = pageName('products of category', page)
      const rows = await loaders.load(name, category.id, (ids) =>
        modules.products.productsByCategory(ids, page),
      )
      return newestConnection(rows ?? [], page)
    },
  },

  Product: {
    shop: (product: Product, _args: unknown, context: Context) =>
      loadReferred('shop', loadShop(context, product.shopId)),
    brand: (product: Product, _args: unknown, context: Context): Promise<Brand | null> | null =>
      product.brandId === null ? null : loadBrand(context, product.brandId),
    category: (product: Product, _args: unknown, context: Context): Promise<Category | null> | null =>
      product.categoryId === null ? null : loadCategory(context, product.categoryId),
    skus: async (product: Product, _args: unknown, { modules, loaders }: Context): Promise<readonly Sku[]> =>
      (await loaders.load('SKUs of product', product.id, modules.products.skusByProduct)) ?? [],
    offers: (product: Product, _args: unknown, context: Context) => loadOffersOfProduct(context, product.id),
    priceRange: async (
      product: Product,
      { currency }: { readonly currency?: string | null },
      context: Context,
    ) => priceRangeOf(await loadOffersOfProduct(context, product.id), currency ?? null),
  },

  Sku: {
    product: (sku: Sku, _args: unknown, context: Context) =>
      loadReferred('product', loadProduct(context, sku.productId)),
    offers: async (sku: Sku, _args: unknown, { modules, loaders }: Context): Promise<readonly Offer[]> =>
      (await loaders.load('offers of SKU', sku.id, modules.offers.offersBySku)) ?? [],
    stock: async (sku: Sku, _args: unknown, context: Context) => {
      const [stock, product] = await Promise.all([
        loadReferred('stock', loadStock(context, sku.id)),
        loadReferred('product', loadProduct(context, sku.productId)),
      ])
      const available = availableOf(stock)
      return runsShop(context.viewer, product.shopId)
        ? { available, ...stock }
        : { available, onHand: null, held: null }
    },
  },

  Offer: {
    checkoutMode: (offer: Offer) => checkoutModeOf(offer.source),
    sku: (offer: Offer, _args: unknown, context: Context) =>
      loadReferred('SKU', loadSku(context, offer.skuId)),
    product: (offer: Offer, _args: unknown, context: Context) =>
      loadReferred('product', loadProduct(context, offer.productId)),
    shop: (offer: Offer, _args: unknown, context: Context): Promise<Shop | null> | null =>
      offer.shopId === null ? null : loadShop(context, offer.shopId),
    availability: async (offer: Offer, _args: unknown, context: Context) => {
      const product = await loadReferred('product', loadProduct(context, offer.productId))
      if (product.status !== 'LISTED') return { available: false, reason: 'PRODUCT_NOT_LISTED' }
      if (checkoutModeOf(offer.source) === 'EXTERNAL_REDIRECT') return { available: true, reason: null }
      const stock = await loadReferred('stock', loadStock(context, offer.skuId))
      return availableOf(stock) > 0
        ? { available: true, reason: null }
        : { available: false, reason: 'OUT_OF_STOCK' }
    },
  },
}

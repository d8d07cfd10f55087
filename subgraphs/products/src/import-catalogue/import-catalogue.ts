/** Imports rows of a catalogue under the ids they come with: new ones are inserted, the others left alone, all or none. */
import { money } from '@souk/contracts'
import { type SqlExecutor, transact } from '@souk/kit'
import type { Category, Merchant, OfferSource, ShopType } from '../catalogue/catalogue.ts'
import {
  insertBrands,
  insertCategories,
  insertMerchants,
  insertProducts,
  insertShops,
  type NewProduct,
} from '../catalogue/catalogue-rows-store.ts'
import { bad, type MoneyInput, readExternalUrl } from '../catalogue/input-rules.ts'
import { referenceMissing } from '../catalogue/reference-missing.ts'
import { stockLimits } from '../config.ts'
import type { Database } from '../db.ts'

export type CatalogueInput = {
  readonly merchants: readonly Merchant[]
  readonly shops: readonly {
    readonly id: string
    readonly merchantId: string
    readonly name: string
    readonly type?: ShopType | null
  }[]
  readonly brands: readonly { readonly id: string; readonly name: string }[]
  readonly categories: readonly (Omit<Category, 'parentId'> & { readonly parentId?: string | null })[]
  readonly products: readonly ProductInput[]
}

type ProductInput = {
  readonly id: string
  readonly shopId: string
  readonly title: string
  readonly description: string
  readonly categoryId?: string | null
  readonly brandId?: string | null
  readonly tags: readonly string[]
  readonly createdAt: Date
  readonly skus: readonly SkuInput[]
}

type SkuInput = {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly openingStock: number
  readonly offers: readonly {
    readonly id: string
    readonly source: OfferSource
    readonly price: MoneyInput
    readonly externalUrl?: string | null
  }[]
}

/**
 * Returns how many products are new. Publishes nothing: the importer hands the other subgraphs what they need of the same
 * rows, and some thousand product.changed events at the first start would only say it again.
 */
export async function importCatalogue(
  database: Database,
  catalogue: CatalogueInput,
  now: Date,
): Promise<number> {
  const products = catalogue.products.map(readProduct)
  try {
    return await transact(database, async (sql: SqlExecutor) => {
      await insertMerchants(sql, catalogue.merchants, now)
      await insertShops(
        sql,
        catalogue.shops.map((shop) => ({ ...shop, type: shop.type ?? 'ORDINARY' })),
        now,
      )
      await insertBrands(sql, catalogue.brands, now)
      await insertCategories(sql, catalogue.categories.map(readCategory), now)
      return await insertProducts(sql, products, now)
    })
  } catch (error) {
    if (referenceMissing(error)) {
      throw bad(
        'A row of the catalogue refers to a merchant, shop, brand, category, product or SKU that is neither in it nor here already.',
      )
    }
    throw error
  }
}

const readCategory = ({ parentId, ...category }: CatalogueInput['categories'][number]): Category => ({
  ...category,
  parentId: parentId ?? null,
})

const readProduct = (product: ProductInput): NewProduct => ({
  ...product,
  categoryId: product.categoryId ?? null,
  brandId: product.brandId ?? null,
  status: 'LISTED',
  skus: product.skus.map((sku) => ({
    ...sku,
    openingStock: readOpeningStock(sku),
    offers: sku.offers.map(readOffer),
  })),
})

function readOpeningStock({ code, openingStock }: SkuInput): number {
  if (openingStock >= 0 && openingStock <= stockLimits.onHandMax) return openingStock
  throw bad(
    `"openingStock" is from 0 to ${stockLimits.onHandMax}; ${openingStock} of the SKU ${code} is not.`,
  )
}

function readOffer({
  id,
  source,
  price,
  externalUrl,
}: SkuInput['offers'][number]): NewProduct['skus'][number]['offers'][number] {
  if (price.amount <= 0n)
    throw bad(`"price.amount" is more than zero; ${price.amount} of the offer ${id} is not.`)
  return {
    id,
    source,
    price: money(price.amount, price.currency),
    listPrice: null,
    externalUrl: readExternalUrl(source, externalUrl),
  }
}

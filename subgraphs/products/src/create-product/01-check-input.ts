/** Step 1: what the client gave is a product that may be, in a shop of the viewer's, with a category and a brand that are there. */
import { notFound } from '@souk/contracts'
import { runsShop } from '../access/shop-access.ts'
import type { NewSku } from '../catalogue/catalogue-rows-store.ts'
import { bad, readDescription, readPrices, readTags, readText } from '../catalogue/input-rules.ts'
import { catalogueLimits, stockLimits } from '../config.ts'
import { loadBrand, loadCategory, loadNamed, loadShop } from '../load.ts'
import type { Context } from '../modules.ts'
import type { CheckedProduct, ProductCreateInput, ProductCreateSkuInput } from './product-to-create.ts'

export async function checkInput(context: Context, input: ProductCreateInput): Promise<CheckedProduct> {
  const { shopId, categoryId, brandId } = input
  if ((await loadShop(context, shopId)) === null || !runsShop(context.viewer, shopId))
    throw notFound('shop of yours', shopId)
  if (categoryId != null) await loadNamed('category', categoryId, loadCategory(context, categoryId))
  if (brandId != null) await loadNamed('brand', brandId, loadBrand(context, brandId))
  if (input.status === 'REMOVED')
    throw bad('"status" is LISTED or UNLISTED: a product isn\'t created to be removed.')
  return {
    shopId,
    title: readText('title', input.title, catalogueLimits.titleLengthMax),
    description: readDescription(input.description ?? ''),
    tags: readTags(input.tags ?? []),
    categoryId: categoryId ?? null,
    brandId: brandId ?? null,
    status: input.status ?? 'LISTED',
    skus: readSkus(context, input.skus),
  }
}

function readSkus(context: Context, inputs: readonly ProductCreateSkuInput[]): readonly NewSku[] {
  const { skusPerProductMax } = catalogueLimits
  if (inputs.length === 0 || inputs.length > skusPerProductMax)
    throw bad(`"skus" has 1 to ${skusPerProductMax} SKUs.`)
  const skus = inputs.map((input) => readSku(context, input))
  const codes = new Set(skus.map((sku) => sku.code))
  if (codes.size < skus.length) throw bad('"skus.code" is unique within the product.')
  const currencies = new Set(skus.map((sku) => sku.offers[0]?.price.currency))
  if (currencies.size > 1)
    throw bad(
      '"skus.price" is in the same currency for all SKUs. Add offers in other currencies with offerCreate.',
    )
  return skus
}

function readSku({ ids }: Context, input: ProductCreateSkuInput): NewSku {
  const openingStock = input.openingStock ?? 0
  if (openingStock < 0 || openingStock > stockLimits.unitsMax) {
    throw bad(`"skus.openingStock" is from 0 to ${stockLimits.unitsMax}; ${openingStock} is not.`)
  }
  return {
    id: ids.next(),
    code: readText('skus.code', input.code, catalogueLimits.codeLengthMax),
    name: readText('skus.name', input.name, catalogueLimits.nameLengthMax),
    openingStock,
    offers: [{ id: ids.next(), source: 'PLATFORM_SHOP', ...readPrices(input), externalUrl: null }],
  }
}

/** Changes what a product says of itself. */
import { catalogueLimits } from '../config.ts'
import { loadBrand, loadCategory, loadNamed } from '../load.ts'
import type { Context } from '../modules.ts'
import type { Product } from './catalogue.ts'
import { readDescription, readTags, readText } from './input-rules.ts'
import { type ProductRemoved, productRemoved, productToManage } from './manage-product.ts'
import { updateProduct as writeProduct } from './product-store.ts'
import { changeProduct } from './publish-change.ts'

export type ProductUpdateInput = {
  readonly productId: string
  readonly title?: string | null
  readonly description?: string | null
  readonly tags?: readonly string[] | null
  readonly categoryId?: string | null
  readonly brandId?: string | null
}

export async function updateProduct(
  context: Context,
  input: ProductUpdateInput,
): Promise<{ __typename: 'ProductUpdated'; product: Product } | ProductRemoved> {
  const { id } = await productToManage(context, input.productId)
  if (input.categoryId != null)
    await loadNamed('category', input.categoryId, loadCategory(context, input.categoryId))
  if (input.brandId != null) await loadNamed('brand', input.brandId, loadBrand(context, input.brandId))
  const { database, outbox } = context.modules
  return changeProduct({ database, outbox, productId: id }, async (transaction, product) => {
    if (product.status === 'REMOVED') return productRemoved(product)
    const changed = withChanges(product, input)
    await writeProduct(transaction, changed, context.clock.now())
    return { __typename: 'ProductUpdated', product: changed }
  })
}

function withChanges(
  product: Product,
  { title, description, tags, categoryId, brandId }: ProductUpdateInput,
): Product {
  return {
    ...product,
    title: title == null ? product.title : readText('title', title, catalogueLimits.titleLengthMax),
    description: description == null ? product.description : readDescription(description),
    tags: tags == null ? product.tags : readTags(tags),
    categoryId: categoryId === undefined ? product.categoryId : categoryId,
    brandId: brandId === undefined ? product.brandId : brandId,
  }
}

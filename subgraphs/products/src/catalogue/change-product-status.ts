/** Lists a product, takes it off sale, or removes it. */
import { isOperator } from '@souk/contracts'
import type { Context } from '../modules.ts'
import type { Product, ProductStatus } from './catalogue.ts'
import { type ProductRemoved, productRemoved, productToManage } from './manage-product.ts'
import { updateProductStatus } from './product-store.ts'
import { changeProduct } from './publish-change.ts'

export type ProductStatusChangeInput = { readonly productId: string; readonly status: ProductStatus }

export async function changeProductStatus(
  context: Context,
  { productId, status }: ProductStatusChangeInput,
): Promise<{ __typename: 'ProductStatusChanged'; product: Product } | ProductRemoved> {
  const { id } = await productToManage(context, productId)
  const mayBringBack = context.viewer.kind === 'service' || isOperator(context.viewer)
  const { database, outbox } = context.modules
  return changeProduct({ database, outbox, productId: id }, async (transaction, product) => {
    if (product.status === 'REMOVED' && status !== 'REMOVED' && !mayBringBack) return productRemoved(product)
    const changed: Product = { ...product, status }
    if (product.status !== status) await updateProductStatus(transaction, changed, context.clock.now())
    return { __typename: 'ProductStatusChanged', product: changed }
  })
}

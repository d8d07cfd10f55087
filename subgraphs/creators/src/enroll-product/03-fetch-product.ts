/** Fetches the product as it is now from products, and checks that the viewer runs its shop and that it is on sale. */
import { notFound, type ProductSnapshot, productsSnapshot, type UserViewer } from '@souk/contracts'
import { type CallSubgraph, done, type Outcome, refuse } from '@souk/kit'
import { productNotListed } from '../refusals.ts'

export async function fetchProduct(
  call: CallSubgraph,
  viewer: UserViewer,
  productId: string,
): Promise<Outcome<ProductSnapshot, ReturnType<typeof productNotListed>>> {
  const [product] = await call(productsSnapshot, { productIds: [productId] })
  if (product == null || !viewer.shopIds.includes(product.shopId))
    throw notFound('product of your shops', productId)
  return product.status === 'LISTED' ? done(product) : refuse(productNotListed(productId))
}

/** The product that somebody wants to change, if it is theirs to change. */
import { notFound } from '@souk/contracts'
import type { Refusal } from '@souk/kit'
import { runsShop } from '../access/shop-access.ts'
import { loadOffer, loadProduct, loadSku } from '../load.ts'
import type { Context } from '../modules.ts'
import type { Offer, Product, Sku } from './catalogue.ts'

/** Anybody may see a product, but to those who don't run its shop there is nothing by this id to change. */
export async function productToManage(context: Context, productId: string): Promise<Product> {
  const product = await loadProduct(context, productId)
  if (product === null || !runsShop(context.viewer, product.shopId))
    throw notFound('product of your shops', productId)
  return product
}

export async function skuToManage(context: Context, skuId: string): Promise<Sku> {
  const sku = await loadSku(context, skuId)
  const product = sku === null ? null : await loadProduct(context, sku.productId)
  if (sku === null || product === null || !runsShop(context.viewer, product.shopId))
    throw notFound('SKU of your shops', skuId)
  return sku
}

export async function offerToManage(context: Context, offerId: string): Promise<Offer> {
  const offer = await loadOffer(context, offerId)
  const product = offer === null ? null : await loadProduct(context, offer.productId)
  if (offer === null || product === null || !runsShop(context.viewer, product.shopId))
    throw notFound('offer of your shops', offerId)
  return offer
}

export type ProductRemoved = Refusal<'ProductRemoved'> & { readonly product: Product }

export const productRemoved = (product: Product): ProductRemoved => ({
  __typename: 'ProductRemoved',
  code: 'PRODUCT_REMOVED',
  message: 'The product was removed. Only an operator can bring it back.',
  product,
})

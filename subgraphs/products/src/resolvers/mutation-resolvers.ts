/** The public mutations. Scopes are the gateway's to check; each command checks whose shop it is. */
import { addCategory, type CategoryCreateInput } from '../catalogue/add-category.ts'
import { addOffer, type OfferCreateInput } from '../catalogue/add-offer.ts'
import { changeOfferPrice, type OfferPriceChangeInput } from '../catalogue/change-offer-price.ts'
import { changeProductStatus, type ProductStatusChangeInput } from '../catalogue/change-product-status.ts'
import { openShop, type ShopCreateInput } from '../catalogue/open-shop.ts'
import { type ProductUpdateInput, updateProduct } from '../catalogue/update-product.ts'
import type { ProductCreateInput } from '../create-product/product-to-create.ts'
import { createProduct } from '../create-product/run-create-product.ts'
import type { Context } from '../modules.ts'
import { adjustStock, type StockAdjustInput } from '../stock/adjust-stock.ts'

const command =
  <Input, Result>(run: (context: Context, input: Input) => Promise<Result>) =>
  (_root: unknown, { input }: { readonly input: Input }, context: Context): Promise<Result> =>
    run(context, input)

export const mutationResolvers = {
  shopCreate: command<ShopCreateInput, unknown>(openShop),
  categoryCreate: command<CategoryCreateInput, unknown>(addCategory),
  productCreate: command<ProductCreateInput, unknown>(createProduct),
  productUpdate: command<ProductUpdateInput, unknown>(updateProduct),
  productStatusChange: command<ProductStatusChangeInput, unknown>(changeProductStatus),
  offerCreate: command<OfferCreateInput, unknown>(addOffer),
  offerPriceChange: command<OfferPriceChangeInput, unknown>(changeOfferPrice),
  stockAdjust: command<StockAdjustInput, unknown>(adjustStock),
}

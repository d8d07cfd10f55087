/** Carts and quotes as the graph shows them. */
import type { Resolvers } from '@souk/kit'
import type { CartItem } from '../cart/cart-store.ts'
import { type Checkout, checkoutStateOf } from '../checkout/checkout-store.ts'
import { amountOf, type QuoteLine } from '../checkout/quote.ts'
import type { OrdersModules } from '../modules.ts'
import { reference, showOrigin } from './stubs.ts'

export const cartResolvers: Resolvers<OrdersModules> = {
  CartItem: {
    offer: (item: CartItem) => reference(item.offerId),
    origin: (item: CartItem) => showOrigin(item.origin),
  },
  Checkout: {
    shop: (checkout: Checkout) => reference(checkout.shopId),
    state: (checkout: Checkout, _args: unknown, { clock }) => checkoutStateOf(checkout, clock.now()),
  },
  CheckoutLine: {
    offer: (line: QuoteLine) => reference(line.offerId),
    product: (line: QuoteLine) => reference(line.productId),
    sku: (line: QuoteLine) => reference(line.skuId),
    amount: (line: QuoteLine) => amountOf(line),
    origin: (line: QuoteLine) => showOrigin(line.origin),
  },
}

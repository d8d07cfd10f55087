/** Changes the price of an offer, within its currency. */
import type { Refusal } from '@souk/kit'
import type { Context } from '../modules.ts'
import type { Offer } from './catalogue.ts'
import { type PricesInput, readPrices } from './input-rules.ts'
import { offerToManage, type ProductRemoved, productRemoved } from './manage-product.ts'
import { updateOfferPrice } from './offer-store.ts'
import { changeProduct } from './publish-change.ts'

export type OfferPriceChangeInput = PricesInput & { readonly offerId: string }

type OfferCurrencyFixed = Refusal<'OfferCurrencyFixed'> & { readonly currency: string }

export async function changeOfferPrice(
  context: Context,
  input: OfferPriceChangeInput,
): Promise<{ __typename: 'OfferPriceChanged'; offer: Offer } | OfferCurrencyFixed | ProductRemoved> {
  const offer = await offerToManage(context, input.offerId)
  const prices = readPrices(input)
  if (prices.price.currency !== offer.price.currency) return currencyFixed(offer.price.currency)
  const { database, outbox } = context.modules
  return changeProduct({ database, outbox, productId: offer.productId }, async (transaction, product) => {
    if (product.status === 'REMOVED') return productRemoved(product)
    await updateOfferPrice(transaction, offer.id, { ...prices, now: context.clock.now() })
    return { __typename: 'OfferPriceChanged', offer: { ...offer, ...prices } }
  })
}

const currencyFixed = (currency: string): OfferCurrencyFixed => ({
  __typename: 'OfferCurrencyFixed',
  code: 'OFFER_CURRENCY_FIXED',
  message: `The offer is in ${currency} and stays so. Create another offer for another currency.`,
  currency,
})

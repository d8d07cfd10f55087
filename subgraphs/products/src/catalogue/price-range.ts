/** The lowest and highest price of a product's offers, in one currency. */
import type { Money } from '@souk/contracts'
import type { Offer } from './catalogue.ts'

export type PriceRange = { readonly min: Money; readonly max: Money }

/** Without a currency: that of the offers in the shop, or else of the others; the first in alphabetical order. */
export function priceRangeOf(offers: readonly Offer[], currency: string | null): PriceRange | null {
  const wanted = currency ?? currencyOf(offers)
  const prices = offers.map((offer) => offer.price).filter((price) => price.currency === wanted)
  const [first] = prices
  if (first === undefined) return null
  return {
    min: prices.reduce((low, price) => (price.amount < low.amount ? price : low), first),
    max: prices.reduce((high, price) => (price.amount > high.amount ? price : high), first),
  }
}

function currencyOf(offers: readonly Offer[]): string | undefined {
  const inShop = offers.filter((offer) => offer.source === 'PLATFORM_SHOP')
  return (inShop.length > 0 ? inShop : offers).map((offer) => offer.price.currency).sort()[0]
}

/** What a live room sold, in its main currency, by where the offers are sold (C3). */
import { type Money, money, type OfferSnapshot, sumMoney } from '@souk/contracts'

export type RoomSale = {
  readonly source: OfferSnapshot['source']
  readonly currency: string
  readonly amount: bigint
  /** Paid lines and reported sales behind the amount. */
  readonly sales: number
}

export type RoomSales = {
  readonly total: Money
  readonly bySource: readonly { readonly source: OfferSnapshot['source']; readonly amount: Money }[]
}

/**
 * Amounts in different currencies can't be added, and a rate of exchange would be an opinion. So a room counts in the currency
 * in which it sold most often, the alphabetically first of equals; what it sold in others is left out.
 */
export function roomSales(sales: readonly RoomSale[]): RoomSales {
  const currency = mainCurrency(sales)
  const counted = sales
    .filter((sale) => sale.currency === currency)
    .sort((one, other) =>
      one.amount === other.amount ? (one.source < other.source ? -1 : 1) : one.amount > other.amount ? -1 : 1,
    )
  const bySource = counted.map(({ source, amount }) => ({ source, amount: money(amount, currency) }))
  return {
    bySource,
    total: sumMoney(
      bySource.map((part) => part.amount),
      currency,
    ),
  }
}

// What a room that never sold counts in.
const currencyDefault = 'CNY'

function mainCurrency(sales: readonly RoomSale[]): string {
  const counts = new Map<string, number>()
  for (const { currency, sales: count } of sales) counts.set(currency, (counts.get(currency) ?? 0) + count)
  const ranked = [...counts].sort(
    ([one, oneCount], [other, otherCount]) => otherCount - oneCount || (one < other ? -1 : 1),
  )
  return ranked[0]?.[0] ?? currencyDefault
}

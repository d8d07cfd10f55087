/** Makes a quote of cart items and the offers of now: pure rules, every refusal of a checkout. */
import {
  minorUnits,
  money,
  type Money,
  multiplyMoney,
  moneyFromWire,
  type OfferSnapshot,
  sumMoney,
} from '@souk/contracts'
import { done, type Outcome, refuse, type Refusal } from '@souk/kit'
import type { CartItem } from '../cart/cart-store.ts'
import { offerUnavailable, type OfferUnavailable } from '../cart/change-cart.ts'
import type { Attribution } from '../cart/origin.ts'

export type QuoteLine = {
  /** Becomes the id of the order line. */
  readonly id: string
  readonly cartItemId: string
  readonly offerId: string
  readonly productId: string
  readonly skuId: string
  readonly title: string
  readonly skuName: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly origin: Attribution
}

export type Quote = {
  readonly shopId: string
  readonly lines: readonly QuoteLine[]
  readonly total: Money
  readonly attribution: Attribution
}

export type QuoteRefusal =
  | OfferUnavailable
  | NotSellableInApp
  | Refusal<'CheckoutSeveralShops'>
  | Refusal<'CheckoutSeveralCurrencies'>
  | Refusal<'CheckoutEmpty'>

export type NotSellableInApp = Refusal<'OfferNotSellableInApp'> & {
  readonly offer: { readonly id: string }
  readonly source: OfferSnapshot['source']
  readonly externalUrl: string | null
}

/** The order of the checks is the order of the refusals in the README. */
export function makeQuote(
  items: readonly CartItem[],
  offers: ReadonlyMap<string, OfferSnapshot>,
  nextId: () => string,
): Outcome<Quote, QuoteRefusal> {
  if (items.length === 0) return refuse(empty)
  const refusal = findUnsellable(
    items.map((item) => item.offerId),
    offers,
  )
  if (refusal) return refuse(refusal)
  const lines = items.map((item) => toLine(item, offers.get(item.offerId) as OfferSnapshot, nextId()))
  const shopIds = distinct(items.map((item) => offers.get(item.offerId)?.shopId as string))
  const currencies = distinct(lines.map((line) => line.unitPrice.currency))
  const [shopId = '', anotherShop] = shopIds
  if (anotherShop !== undefined) return refuse(severalShops(shopIds))
  const [currency = '', anotherCurrency] = currencies
  if (anotherCurrency !== undefined) return refuse(severalCurrencies(currencies))
  return done({ shopId, lines, total: totalOf(lines, currency), attribution: mainAttribution(lines) })
}

/** Why some of these offers can't be bought in the app now, if so. An offer of another platform comes first: it has a remedy. */
export function findUnsellable(
  offerIds: readonly string[],
  offers: ReadonlyMap<string, OfferSnapshot>,
): OfferUnavailable | NotSellableInApp | undefined {
  for (const id of offerIds) {
    const offer = offers.get(id)
    if (offer?.checkoutMode === 'EXTERNAL_REDIRECT') return notSellableInApp(offer)
  }
  const gone = offerIds.filter((id) => {
    const offer = offers.get(id)
    return offer === undefined || !offer.sellable || offer.shopId === null
  })
  return gone.length > 0 ? offerUnavailable(distinct(gone)) : undefined
}

export const amountOf = (line: QuoteLine): Money => multiplyMoney(line.unitPrice, line.quantity)

export const totalOf = (lines: readonly QuoteLine[], currency: string): Money =>
  sumMoney(lines.map(amountOf), currency)

/** An order has one origin for its shop's figures: that of its largest line, the first of equals. Each line keeps its own. */
export function mainAttribution(lines: readonly QuoteLine[]): Attribution {
  const [first, ...others] = lines
  if (first === undefined) throw new Error('A quote has at least one line.')
  return others.reduce((best, line) => (amountOf(line).amount > amountOf(best).amount ? line : best), first)
    .origin
}

/** Demand summed per SKU: two lines of one SKU must not each find the last unit. */
export function demandsOf(
  lines: readonly { readonly skuId: string; readonly quantity: number }[],
): { skuId: string; quantity: number }[] {
  const bySku = new Map<string, number>()
  for (const { skuId, quantity } of lines) bySku.set(skuId, (bySku.get(skuId) ?? 0) + quantity)
  return [...bySku].map(([skuId, quantity]) => ({ skuId, quantity }))
}

export function offersById(snapshots: readonly (OfferSnapshot | null)[]): ReadonlyMap<string, OfferSnapshot> {
  return new Map(snapshots.filter((offer) => offer !== null).map((offer) => [offer.offerId, offer]))
}

const toLine = (item: CartItem, offer: OfferSnapshot, id: string): QuoteLine => ({
  id,
  cartItemId: item.id,
  offerId: item.offerId,
  productId: offer.productId,
  skuId: offer.skuId,
  title: offer.title,
  skuName: offer.skuName,
  quantity: item.quantity,
  unitPrice: moneyFromWire(offer.price),
  origin: item.origin,
})

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)]

const empty = { __typename: 'CheckoutEmpty', code: 'EMPTY', message: 'Name at least one cart item.' } as const

const notSellableInApp = (offer: OfferSnapshot): NotSellableInApp => ({
  __typename: 'OfferNotSellableInApp',
  code: 'OFFER_NOT_SELLABLE_IN_APP',
  message: `This offer is sold on ${offer.source}, not in the app.`,
  offer: { id: offer.offerId },
  source: offer.source,
  externalUrl: offer.externalUrl,
})

const severalShops = (shopIds: readonly string[]) =>
  ({
    __typename: 'CheckoutSeveralShops',
    code: 'SEVERAL_SHOPS',
    message: `The items are of ${shopIds.length} shops; a checkout is of one.`,
    shops: shopIds.map((id) => ({ id })),
  }) as const

const severalCurrencies = (currencies: readonly string[]) =>
  ({
    __typename: 'CheckoutSeveralCurrencies',
    code: 'SEVERAL_CURRENCIES',
    message: `The items are in ${currencies.join(' and ')}; a checkout is in one currency.`,
    currencies,
  }) as const

/** A quote line as the database keeps it. */
export type StoredLine = Omit<QuoteLine, 'unitPrice' | 'origin'> &
  Attribution & { readonly unitAmount: number }

export const toStoredLine = ({ unitPrice, origin, ...line }: QuoteLine): StoredLine => ({
  ...line,
  unitAmount: Number(unitPrice.amount),
  ...origin,
})

export const fromStoredLine = (stored: StoredLine, currency: string): QuoteLine => {
  const { unitAmount, entry, discoveryMode, contentKind, contentId, creatorId, ...line } = stored
  return {
    ...line,
    unitPrice: money(minorUnits(unitAmount), currency),
    origin: { entry, discoveryMode, contentKind, contentId, creatorId },
  }
}

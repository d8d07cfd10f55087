/** What a text, a price and a link given by a client may be. Each rule throws a BAD_INPUT that names the field. */
import { ClientError, currencySchema, type Money, money } from '@souk/contracts'
import { catalogueLimits } from '../config.ts'
import type { OfferSource } from './catalogue.ts'

export type MoneyInput = { readonly amount: bigint; readonly currency: string }

export type PricesInput = { readonly price: MoneyInput; readonly listPrice?: MoneyInput | null }

export type Prices = { readonly price: Money; readonly listPrice: Money | null }

/** The text without space around it. */
export function readText(field: string, value: string, lengthMax: number): string {
  const text = value.trim()
  if (text.length === 0 || text.length > lengthMax) throw bad(`"${field}" has 1 to ${lengthMax} characters.`)
  checkStorable(field, text)
  return text
}

export function readDescription(value: string): string {
  const { descriptionLengthMax } = catalogueLimits
  if (value.length > descriptionLengthMax)
    throw bad(`"description" has at most ${descriptionLengthMax} characters.`)
  checkStorable('description', value)
  return value.trim()
}

function checkStorable(field: string, text: string): void {
  if (text.includes('\u0000')) throw bad(`"${field}" contains U+0000.`)
}

export function readTags(tags: readonly string[]): readonly string[] {
  const { tagsMax, tagLengthMax } = catalogueLimits
  if (tags.length > tagsMax) throw bad(`"tags" has at most ${tagsMax} words; ${tags.length} are too many.`)
  return [...new Set(tags.map((tag) => readText('tags', tag, tagLengthMax)))]
}

export function readPrices({ price, listPrice }: PricesInput): Prices {
  const read = readMoney('price', price)
  if (listPrice == null) return { price: read, listPrice: null }
  const list = readMoney('listPrice', listPrice)
  if (list.currency !== read.currency)
    throw bad(`"listPrice" is in the currency of "price", ${read.currency}.`)
  if (list.amount < read.amount)
    throw bad('"listPrice" is the price before reductions, so not lower than "price".')
  return { price: read, listPrice: list }
}

function readMoney(field: string, { amount, currency }: MoneyInput): Money {
  if (!currencySchema.safeParse(currency).success)
    throw bad(`"${field}.currency" is an ISO 4217 code such as CNY; "${currency}" is not.`)
  if (amount <= 0n || amount > catalogueLimits.priceAmountMax) {
    throw bad(
      `"${field}.amount" is from 1 to ${catalogueLimits.priceAmountMax} minor units; ${amount} is not.`,
    )
  }
  return money(amount, currency)
}

/** An offer outside the platform leads to a safe address; one in the shop leads nowhere. */
export function readExternalUrl(source: OfferSource, url: string | null | undefined): string | null {
  if (source === 'PLATFORM_SHOP') {
    if (url != null)
      throw bad('"externalUrl" is for offers on other platforms; an offer in the shop is bought in the app.')
    return null
  }
  if (url == null) throw bad(`"externalUrl" is required: an offer of the source ${source} is bought there.`)
  const parsed = url.length <= catalogueLimits.urlLengthMax && URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') {
    throw bad(
      `"externalUrl" is an https address of at most ${catalogueLimits.urlLengthMax} characters, without a user name in it.`,
    )
  }
  return parsed.href
}

export const bad = (message: string): ClientError => new ClientError('BAD_INPUT', message)

/** A time as our own cursors have it: JavaScript reads many a date that PostgreSQL doesn't. Other eras begin with a sign, which sorts before 0. */
export const isMoment = (value: unknown): value is string =>
  typeof value === 'string' &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString() === value &&
  value > '0001'

/** A search of the mall: its words, filter, order and page, read from what a client gave. */
import { currencySchema } from '@souk/contracts'
import { type ConnectionArguments, type Page, readPage } from '@souk/kit'
import { bad, isMoment } from '../catalogue/input-rules.ts'
import type { OfferSource, Product } from '../catalogue/catalogue.ts'
import { catalogueLimits, searchLimits } from '../config.ts'

export type ProductSearchSort = 'RELEVANCE' | 'PRICE_ASC' | 'PRICE_DESC' | 'NEWEST'

export type ProductSearchFilter = {
  readonly categoryId?: string | null
  readonly shopId?: string | null
  readonly brandId?: string | null
  readonly source?: OfferSource | null
  readonly currency?: string | null
  readonly priceMin?: bigint | null
  readonly priceMax?: bigint | null
}

export type ProductSearchArguments = ConnectionArguments & {
  readonly query?: string | null
  readonly filter?: ProductSearchFilter | null
  readonly sort?: ProductSearchSort | null
}

/** What a list is ordered by, and which way its pages go. */
export type SearchOrder = 'SCORE' | 'PRICE_ASC' | 'PRICE_DESC' | 'NEWEST'

/** Place of a product in the order: one or two keys, then the id, which breaks every tie. */
export type SearchCursor = { readonly keys: readonly (string | number)[]; readonly id: string }

export type ProductSearch = {
  readonly query: string | null
  readonly filter: ProductSearchFilter
  readonly order: SearchOrder
  readonly page: Page<SearchCursor>
}

export type FoundProduct = { readonly product: Product; readonly keys: readonly (string | number)[] }

export function readProductSearch({ query, filter, sort, ...page }: ProductSearchArguments): ProductSearch {
  const words = query?.trim() ?? ''
  if (words.length > searchLimits.queryLengthMax)
    throw bad(`"query" has at most ${searchLimits.queryLengthMax} characters.`)
  const order = orderOf(sort ?? 'RELEVANCE', words)
  return {
    query: words === '' ? null : words,
    filter: checkFilter(filter ?? {}),
    order,
    page: readPage(page, ([pageOrder, ...rest]) =>
      pageOrder === order ? readCursor(order, rest) : undefined,
    ),
  }
}

export const cursorOfFound =
  (order: SearchOrder) =>
  ({ product, keys }: FoundProduct): readonly (string | number)[] => [order, ...keys, product.id]

// Without words every product matches equally well.
const orderOf = (sort: ProductSearchSort, words: string): SearchOrder => {
  if (sort !== 'RELEVANCE') return sort
  return words === '' ? 'NEWEST' : 'SCORE'
}

function readCursor(order: SearchOrder, parts: readonly unknown[]): SearchCursor | undefined {
  const id = parts.at(-1)
  const keys = parts.slice(0, -1)
  if (typeof id !== 'string') return undefined
  const shape = keys.map((key) => typeof key).join(' ')
  if (shape !== cursorShapes[order]) return undefined
  if (order === 'NEWEST' && !isMoment(keys[0])) return undefined
  if (keys.some((key) => typeof key === 'number' && !Number.isSafeInteger(key))) return undefined
  return { keys: keys as (string | number)[], id }
}

const cursorShapes: Readonly<Record<SearchOrder, string>> = {
  SCORE: 'number',
  PRICE_ASC: 'string number',
  PRICE_DESC: 'string number',
  NEWEST: 'string',
}

function checkFilter(filter: ProductSearchFilter): ProductSearchFilter {
  const { currency, priceMin, priceMax } = filter
  if (currency != null && !currencySchema.safeParse(currency).success) {
    throw bad(`"filter.currency" is an ISO 4217 code such as CNY; "${currency.slice(0, 10)}" is not.`)
  }
  if ((priceMin != null || priceMax != null) && currency == null) {
    throw bad('"filter.currency" is required with a price range: an amount means nothing without it.')
  }
  for (const [field, amount] of [
    ['priceMin', priceMin],
    ['priceMax', priceMax],
  ] as const) {
    if (amount != null && (amount < 0n || amount > catalogueLimits.priceAmountMax)) {
      throw bad(
        `"filter.${field}" is from 0 to ${catalogueLimits.priceAmountMax} minor units; ${amount} is not.`,
      )
    }
  }
  if (priceMin != null && priceMax != null && priceMin > priceMax) {
    throw bad(`"filter.priceMin" is not more than "filter.priceMax"; ${priceMin} is more than ${priceMax}.`)
  }
  return filter
}

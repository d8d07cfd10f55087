/** Finds listed products in the database: words by the stored tsvector and its GIN index, everything else by typed columns. */
import type { Database } from '../db.ts'
import { categoryAndBelow } from '../catalogue/category-store.ts'
import { productColumns, type ProductRow, toProduct } from '../catalogue/product-store.ts'
import type { FoundProduct, ProductSearch, SearchOrder } from './product-search.ts'

export type ProductSearchStore = ReturnType<typeof openProductSearchStore>

export function openProductSearchStore(database: Database) {
  return {
    search: async (search: ProductSearch): Promise<readonly FoundProduct[]> => {
      const { sql, values } = buildSearch(search)
      const rows = await database.$queryRawUnsafe<FoundRow[]>(sql, ...values)
      return rows.map((row) => ({ product: toProduct(row), keys: keysOf(search.order, row) }))
    },
  }
}

type FoundRow = ProductRow & { score: number | null; currency: string | null; amount: bigint | null }

type Statement = { readonly sql: string; readonly values: readonly unknown[] }

/** The statement has one shape for each order and set of filters given, so the server plans few of them. */
export function buildSearch({ query, filter, order, page }: ProductSearch): Statement {
  const values: unknown[] = []
  const place = (value: unknown, type: string): string => `$${values.push(value)}::${type}`

  const conditions = [`p.status = 'LISTED'`]
  const words = query === null ? null : wordsMatcher(place(query, 'text'))
  if (words !== null) conditions.push(`p.search @@ ${words}`)
  if (filter.categoryId != null)
    conditions.push(`p.category_id IN (${categoryAndBelow(place(filter.categoryId, 'text'))})`)
  if (filter.shopId != null) conditions.push(`p.shop_id = ${place(filter.shopId, 'text')}`)
  if (filter.brandId != null) conditions.push(`p.brand_id = ${place(filter.brandId, 'text')}`)

  const offerConditions = ['o.product_id = p.id']
  if (filter.source != null) offerConditions.push(`o.source = ${place(filter.source, 'text')}::offer_source`)
  if (filter.currency != null) offerConditions.push(`o.price_currency = ${place(filter.currency, 'text')}`)
  if (filter.priceMin != null) offerConditions.push(`o.price_amount >= ${place(filter.priceMin, 'bigint')}`)
  if (filter.priceMax != null) offerConditions.push(`o.price_amount <= ${place(filter.priceMax, 'bigint')}`)
  const needsOffer = offerConditions.length > 1
  const byPrice = order === 'PRICE_ASC' || order === 'PRICE_DESC'

  const keys = orderKeys(order, words ?? '')
  if (page.after !== null) conditions.push(behindCursor(keys, page.after, place))
  const sql = `
SELECT ${productColumns}, ${keys.columns}
FROM product p ${needsOffer || byPrice ? cheapestOffer(offerConditions, needsOffer) : ''}
WHERE ${conditions.join('\n  AND ')}
ORDER BY ${keys.orderBy}
LIMIT ${place(page.limit + 1, 'int')}`
  return { sql, values }
}

// Both configurations: `simple` finds names and codes letter by letter, `english` finds "lamp" where "lamps" was typed.
const wordsMatcher = (query: string): string =>
  `(websearch_to_tsquery('simple', ${query}) || websearch_to_tsquery('english', ${query}))`

/** The cheapest offer that passes the filter: it is the filter, and the price to sort by. */
const cheapestOffer = (conditions: readonly string[], required: boolean): string => `
${required ? 'CROSS JOIN' : 'LEFT JOIN'} LATERAL (
  SELECT o.price_currency AS currency, o.price_amount AS amount FROM offer o
  WHERE ${conditions.join(' AND ')}
  ORDER BY o.price_currency, o.price_amount LIMIT 1
) AS cheapest ${required ? '' : 'ON true'}`

type OrderKeys = {
  /** Columns of FoundRow that make the cursor. */
  readonly columns: string
  readonly key: string
  readonly types: readonly string[]
  readonly comparison: '<' | '>'
  readonly orderBy: string
}

// '~' sorts behind every currency code: products without a price come last.
const currencyKey = `coalesce(cheapest.currency, '~') COLLATE "C"`

function orderKeys(order: SearchOrder, words: string): OrderKeys {
  switch (order) {
    case 'SCORE': {
      // A whole number, because a float does not survive the way through a cursor and back.
      const score = `(ts_rank(p.search, ${words}) * 1000000)::int`
      return {
        columns: `${score} AS score`,
        key: score,
        types: ['bigint'],
        comparison: '<',
        orderBy: `${score} DESC, p.id DESC`,
      }
    }
    case 'PRICE_ASC':
    case 'PRICE_DESC': {
      const amount = order === 'PRICE_ASC' ? 'coalesce(cheapest.amount, 0)' : '-coalesce(cheapest.amount, 0)'
      return {
        columns: `${currencyKey} AS currency, ${amount} AS amount`,
        key: `${currencyKey}, ${amount}`,
        types: ['text', 'bigint'],
        comparison: '>',
        orderBy: `${currencyKey}, ${amount}, p.id`,
      }
    }
    case 'NEWEST':
      return {
        columns: 'p.created_at AS newest',
        key: 'p.created_at',
        types: ['timestamptz'],
        comparison: '<',
        orderBy: 'p.created_at DESC, p.id DESC',
      }
  }
}

function behindCursor(
  { key, types, comparison }: OrderKeys,
  { keys, id }: NonNullable<ProductSearch['page']['after']>,
  place: (value: unknown, type: string) => string,
): string {
  const places = types.map((type, index) => place(keys[index], type))
  return `(${key}, p.id) ${comparison} (${places.join(', ')}, ${place(id, 'text')})`
}

function keysOf(order: SearchOrder, row: FoundRow): readonly (string | number)[] {
  switch (order) {
    case 'SCORE':
      return [Number(row.score)]
    case 'PRICE_ASC':
    case 'PRICE_DESC':
      return [row.currency ?? '', Number(row.amount)]
    case 'NEWEST':
      return [row.created_at.toISOString()]
  }
}

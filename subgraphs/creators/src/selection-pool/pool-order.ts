/** The orders of the selection pool: which columns, which way, and how a row becomes a cursor. The product id breaks ties. */
import type { AffiliateProduct, PoolSort } from './affiliate-product.ts'

export type CursorValue = string | number

export type PoolOrder = {
  /** Marks its cursors, so that one of another order is refused. */
  readonly name: string
  readonly direction: 'ASC' | 'DESC'
  /** SQL expressions with the type that a cursor's value is cast to. */
  readonly columns: readonly { readonly sql: string; readonly type: string }[]
  valuesOf(row: AffiliateProduct): readonly CursorValue[]
}

const productId = { sql: 'pool.product_id', type: 'text' }
const currency = { sql: 'pool.currency', type: 'text' }
const price = [currency, { sql: 'pool.amount', type: 'bigint' }, productId] as const

// Whole numbers, because a cursor has to compare exactly with what the database computes again.
export const scoreSql = '(ts_rank(pool.search, wanted.query) * 1000000)::bigint'

const newest: PoolOrder = {
  name: 'NEWEST',
  direction: 'DESC',
  columns: [{ sql: 'pool.enrolled_at', type: 'timestamptz' }, productId],
  valuesOf: (row) => [row.enrolledAt.toISOString(), row.productId],
}

const bestMatch: PoolOrder = {
  name: 'MATCH',
  direction: 'DESC',
  columns: [{ sql: scoreSql, type: 'bigint' }, productId],
  valuesOf: (row) => [row.score, row.productId],
}

const priceValues = (row: AffiliateProduct): readonly CursorValue[] => [
  row.price.currency,
  Number(row.price.amount),
  row.productId,
]

const orders: Readonly<Record<Exclude<PoolSort, 'DEFAULT'>, PoolOrder>> = {
  NEWEST: newest,
  RATE_DESC: {
    name: 'RATE_DESC',
    direction: 'DESC',
    columns: [{ sql: 'pool.rate_bps', type: 'int' }, productId],
    valuesOf: (row) => [row.rateBps, row.productId],
  },
  COMMISSION_DESC: {
    name: 'COMMISSION_DESC',
    direction: 'DESC',
    columns: [currency, { sql: 'pool.commission', type: 'bigint' }, productId],
    valuesOf: (row) => [row.price.currency, Number(row.estimatedCommission.amount), row.productId],
  },
  PRICE_ASC: { name: 'PRICE_ASC', direction: 'ASC', columns: price, valuesOf: priceValues },
  PRICE_DESC: { name: 'PRICE_DESC', direction: 'DESC', columns: price, valuesOf: priceValues },
}

export function poolOrder(sort: PoolSort, hasQuery: boolean): PoolOrder {
  if (sort !== 'DEFAULT') return orders[sort]
  return hasQuery ? bestMatch : newest
}

/** The values of a cursor of this order, or undefined if it is of another list. */
export function readPoolCursor(
  order: PoolOrder,
  parts: readonly unknown[],
): readonly CursorValue[] | undefined {
  const [name, ...values] = parts
  const isOfThisOrder = name === order.name && values.length === order.columns.length
  return isOfThisOrder && values.every((value, index) => fits(value, order.columns[index]?.type))
    ? (values as CursorValue[])
    : undefined
}

function fits(value: unknown, type: string | undefined): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string'
    case 'timestamptz':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
    case 'int':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31
    default:
      return Number.isSafeInteger(value)
  }
}

/** The read model of the selection pool: what products tell, joined with what the plans say, one row a product. */
import { money } from '@souk/contracts'
import { type Page, type SqlExecutor, transact } from '@souk/kit'
import { creatorsLimits } from '../config.ts'
import type { Database } from '../db.ts'
import { markEnded } from '../plans/plan-store.ts'
import type { AffiliateProduct, PoolFilter, ProductFacts } from './affiliate-product.ts'
import { type CursorValue, type PoolOrder, scoreSql } from './pool-order.ts'
import { indexedText, queryText } from './search-text.ts'

export type PoolStore = ReturnType<typeof openPoolStore>

export function openPoolStore(database: Database) {
  return {
    page: async (
      filter: PoolFilter,
      order: PoolOrder,
      page: Page<readonly CursorValue[]>,
    ): Promise<readonly AffiliateProduct[]> => {
      const { sql, values } = pageStatement(filter, order, page)
      const rows = await database.$queryRawUnsafe<PoolRow[]>(sql, ...values)
      return rows.map(toAffiliateProduct)
    },
    /** Ends plans whose end has come, and brings along every row whose terms change by themselves. */
    refreshDue: async (now: Date): Promise<void> => {
      await transact(database, async (transaction) => {
        await markEnded(transaction, now)
        const due = await transaction.$queryRawUnsafe<{ product_id: string }[]>(
          dueSql,
          now,
          creatorsLimits.poolRefreshMax,
        )
        await refreshPool(
          transaction,
          due.map((row) => row.product_id),
          now,
        )
      })
    },
  }
}

/** Takes in what is known of products. What is older than what is there changes nothing. Returns how many are new. */
export async function upsertProducts(sql: SqlExecutor, products: readonly ProductFacts[]): Promise<number> {
  if (products.length === 0) return 0
  const rows = products.map(({ price, title, ...facts }) => ({
    product_id: facts.productId,
    shop_id: facts.shopId,
    title,
    words: indexedText(title),
    category_id: facts.categoryId,
    status: facts.status,
    amount: price?.amount ?? null,
    currency: price?.currency ?? null,
    as_of: facts.asOf,
  }))
  const written = await sql.$queryRawUnsafe<{ fresh: boolean }[]>(upsertSql, JSON.stringify(rows))
  return written.filter((row) => row.fresh).length
}

/** Makes the rows of these products agree with their plans as of now. */
export async function refreshPool(sql: SqlExecutor, productIds: readonly string[], now: Date): Promise<void> {
  if (productIds.length > 0) await sql.$executeRawUnsafe(refreshSql, productIds, now)
}

type PoolRow = {
  product_id: string
  plan_id: string
  rate_bps: number
  amount: bigint
  currency: string
  commission: bigint
  enrolled_at: Date
  score: bigint
}

const toAffiliateProduct = (row: PoolRow): AffiliateProduct => ({
  productId: row.product_id,
  planId: row.plan_id,
  rateBps: row.rate_bps,
  price: money(row.amount, row.currency),
  estimatedCommission: money(row.commission, row.currency),
  enrolledAt: row.enrolled_at,
  score: Number(row.score),
})

/** Only the given parts of the filter are in the statement, so that the planner sees which index serves it. */
function pageStatement(
  filter: PoolFilter,
  order: PoolOrder,
  page: Page<readonly CursorValue[]>,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const values: unknown[] = []
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`
  const hasQuery = filter.query != null
  const from = hasQuery
    ? `, websearch_to_tsquery('english', ${parameter(queryText(filter.query), 'text')}) AS wanted(query)`
    : ''
  const conditions = ['pool.in_pool', ...(hasQuery ? ['pool.search @@ wanted.query'] : [])]
  for (const [field, sql, type] of filterColumns) {
    if (filter[field] != null) conditions.push(`${sql} ${parameter(filter[field], type)}`)
  }
  if (page.after !== null) {
    const cursor = page.after.map((value, index) => parameter(value, order.columns[index]?.type ?? 'text'))
    conditions.push(
      `(${order.columns.map(({ sql }) => sql).join(', ')}) ${order.direction === 'ASC' ? '>' : '<'} (${cursor.join(', ')})`,
    )
  }
  const sql = `
SELECT pool.product_id, pool.plan_id, pool.rate_bps, pool.amount, pool.currency, pool.commission, pool.enrolled_at,
  ${hasQuery ? scoreSql : '0::bigint'} AS score
FROM affiliate_product pool${from}
WHERE ${conditions.join(' AND ')}
ORDER BY ${order.columns.map((column) => `${column.sql} ${order.direction}`).join(', ')}
LIMIT ${parameter(page.limit + 1, 'int')}`
  return { sql, values }
}

const filterColumns: readonly (readonly [Exclude<keyof PoolFilter, 'query'>, string, string])[] = [
  ['categoryId', 'pool.category_id =', 'text'],
  ['shopId', 'pool.shop_id =', 'text'],
  ['rateBpsMin', 'pool.rate_bps >=', 'int'],
  ['rateBpsMax', 'pool.rate_bps <=', 'int'],
  ['priceMin', 'pool.amount >=', 'bigint'],
  ['priceMax', 'pool.amount <=', 'bigint'],
  ['commissionMin', 'pool.commission >=', 'bigint'],
  ['currency', 'pool.currency =', 'text'],
]

// Written in the order of ids, so that two batches never wait for each other in a circle. A row that the update leaves alone
// is not returned; xmax is 0 only on a row that this statement inserted.
const upsertSql = `
INSERT INTO affiliate_product AS known (product_id, shop_id, title, category_id, status, amount, currency, search, as_of)
SELECT product_id, shop_id, title, category_id, status::product_status, amount, currency, to_tsvector('english', words), as_of
FROM jsonb_to_recordset($1::jsonb) AS p(product_id text, shop_id text, title text, words text, category_id text, status text,
  amount bigint, currency text, as_of timestamptz)
ORDER BY product_id
ON CONFLICT (product_id) DO UPDATE
SET shop_id = EXCLUDED.shop_id, title = EXCLUDED.title, category_id = EXCLUDED.category_id, status = EXCLUDED.status,
  amount = EXCLUDED.amount, currency = EXCLUDED.currency, search = EXCLUDED.search, as_of = EXCLUDED.as_of,
  -- Until refreshPool says otherwise: a row that is in the pool must have a price.
  in_pool = false
WHERE known.as_of <= EXCLUDED.as_of
RETURNING (xmax = 0) AS fresh`

// The rate is of the same rule as in plan-store: the newest version that is effective. A plan that lies ahead leaves the row
// out of the pool and says when to look again.
const refreshSql = `
UPDATE affiliate_product AS pool
SET plan_id = terms.plan_id, rate_bps = terms.rate_bps, enrolled_at = terms.starts_at,
  commission = pool.amount * terms.rate_bps / 10000,
  in_pool = terms.plan_id IS NOT NULL AND pool.status = 'LISTED' AND pool.amount IS NOT NULL,
  next_change_at = terms.next_change_at
FROM (
  SELECT product.id AS product_id,
    CASE WHEN plan.starts_at <= $2 THEN plan.id END AS plan_id,
    CASE WHEN plan.starts_at <= $2 THEN plan.starts_at END AS starts_at,
    rate.rate_bps,
    least(CASE WHEN plan.starts_at > $2 THEN plan.starts_at END, plan.ends_at, ahead.effective_from) AS next_change_at
  FROM unnest($1::text[]) AS product(id)
  LEFT JOIN LATERAL (
    SELECT * FROM affiliate_plan
    WHERE product_id = product.id AND kind = 'ORDINARY' AND (ends_at IS NULL OR ends_at > $2::timestamptz)
    ORDER BY starts_at LIMIT 1
  ) plan ON true
  LEFT JOIN LATERAL (
    SELECT rate_bps FROM affiliate_plan_rate
    WHERE plan_id = plan.id AND effective_from <= $2 AND plan.starts_at <= $2 ORDER BY version DESC LIMIT 1
  ) rate ON true
  LEFT JOIN LATERAL (
    SELECT min(effective_from) AS effective_from FROM affiliate_plan_rate WHERE plan_id = plan.id AND effective_from > $2
  ) ahead ON true
) AS terms
WHERE pool.product_id = terms.product_id`

const dueSql = `
SELECT product_id FROM affiliate_product WHERE next_change_at <= $1::timestamptz ORDER BY next_change_at, product_id LIMIT $2::int FOR UPDATE`

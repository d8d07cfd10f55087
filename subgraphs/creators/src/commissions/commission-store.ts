/** Commissions for readers: by id, by order, and in pages. */
import { type MinorUnits, minorUnits } from '@souk/contracts'
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { Commission, CommissionEntry, CommissionState } from './commission.ts'

export type CommissionStore = ReturnType<typeof openCommissionStore>

export type CommissionFilter = {
  readonly creatorId?: string | null
  readonly shopId?: string | null
  readonly state?: CommissionState | null
}

/** Whose commissions a viewer may see; `everything` for operators and services. */
export type CommissionAudience = {
  readonly everything: boolean
  readonly creatorId: string | null
  readonly shopIds: readonly string[]
}

export function openCommissionStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, Commission>> => {
      const rows = await selectCommissions(database, 'id = ANY($1::text[])', [ids])
      return new Map(rows.map((row) => [row.id, row]))
    },
    /** All commissions of an order at once: there is at most one a line. Newest first, as in every list of them. */
    byOrders: async (orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly Commission[]>> =>
      Map.groupBy(
        await selectCommissions(database, 'order_id = ANY($1::text[])', [orderIds]),
        (row) => row.orderId,
      ),
    pagesByCreator: async (
      creatorIds: readonly string[],
      page: Page<string>,
    ): Promise<ReadonlyMap<string, readonly Commission[]>> => {
      const rows = await database.$queryRawUnsafe<CommissionRow[]>(
        creatorPagesSql,
        creatorIds,
        page.after,
        page.limit + 1,
      )
      return Map.groupBy(rows.map(toCommission), (row) => row.creatorId)
    },
    page: async (
      audience: CommissionAudience,
      { creatorId, shopId, state }: CommissionFilter,
      page: Page<string>,
    ): Promise<readonly Commission[]> => {
      const filter = [creatorId ?? null, shopId ?? null, state ?? null, page.after, page.limit + 1]
      const rows = audience.everything
        ? await database.$queryRawUnsafe<CommissionRow[]>(everythingSql, ...filter)
        : await database.$queryRawUnsafe<CommissionRow[]>(
            audienceSql,
            ...filter,
            audience.creatorId,
            audience.shopIds,
          )
      return rows.map(toCommission)
    },
    entryPages: async (
      commissionIds: readonly string[],
      page: Page<string>,
    ): Promise<ReadonlyMap<string, readonly CommissionEntry[]>> => {
      const rows = await database.$queryRawUnsafe<EntryRow[]>(
        entryPagesSql,
        commissionIds,
        page.after,
        page.limit + 1,
      )
      return Map.groupBy(rows.map(toEntry), (row) => row.commissionId)
    },
  }
}

export async function selectCommissions(
  sql: SqlExecutor,
  where: string,
  values: readonly unknown[],
): Promise<Commission[]> {
  const statement = `SELECT ${columns} FROM commission WHERE ${where} ORDER BY id DESC`
  return (await sql.$queryRawUnsafe<CommissionRow[]>(statement, ...values)).map(toCommission)
}

type CommissionRow = Omit<Commission, Amount> & Record<Amount, bigint>
type Amount = 'paid' | 'refunded' | 'base' | 'estimated'
type EntryRow = Omit<CommissionEntry, 'base' | 'estimated'> & { base: bigint; estimated: bigint }

const toCommission = (row: CommissionRow): Commission => ({
  ...row,
  paid: minorUnits(row.paid),
  refunded: minorUnits(row.refunded),
  ...amountsOf(row),
})

const toEntry = (row: EntryRow): CommissionEntry => ({ ...row, ...amountsOf(row) })

const amountsOf = (row: {
  base: bigint
  estimated: bigint
}): { base: MinorUnits; estimated: MinorUnits } => ({
  base: minorUnits(row.base),
  estimated: minorUnits(row.estimated),
})

const columns = `id, order_id AS "orderId", order_line_id AS "orderLineId", creator_id AS "creatorId", shop_id AS "shopId",
  product_id AS "productId", plan_id AS "planId", rate_bps AS "rateBps", rate_version AS "rateVersion",
  rate_source::text AS "rateSource", showcase_item_id AS "showcaseItemId", currency, paid, refunded, base, estimated,
  state::text AS state, paid_at AS "paidAt", confirmed_at AS "confirmedAt", created_at AS "createdAt"`

const filterSql = `($1::text IS NULL OR creator_id = $1) AND ($2::text IS NULL OR shop_id = $2)
    AND ($3::text IS NULL OR state = $3::commission_state) AND ($4::text IS NULL OR id < $4)`

const everythingSql = `SELECT ${columns} FROM commission WHERE ${filterSql} ORDER BY id DESC LIMIT $5`

// Each branch reads its own index backwards and stops at the page's end; an OR of the two would read the whole table.
const audienceSql = `
SELECT * FROM (
  (SELECT ${columns} FROM commission WHERE creator_id = $6 AND ${filterSql} ORDER BY id DESC LIMIT $5)
  UNION
  (SELECT owed.* FROM unnest($7::text[]) AS wanted(shop)
   CROSS JOIN LATERAL (
     SELECT ${columns} FROM commission WHERE shop_id = wanted.shop AND ${filterSql} ORDER BY id DESC LIMIT $5
   ) AS owed)
) AS visible
ORDER BY id DESC LIMIT $5`

const creatorPagesSql = `
SELECT earned.* FROM unnest($1::text[]) AS wanted(creator)
CROSS JOIN LATERAL (
  SELECT ${columns} FROM commission
  WHERE creator_id = wanted.creator AND ($2::text IS NULL OR id < $2)
  ORDER BY id DESC LIMIT $3
) AS earned`

const entryPagesSql = `
SELECT entry.* FROM unnest($1::text[]) AS wanted(commission)
CROSS JOIN LATERAL (
  SELECT id, commission_id AS "commissionId", kind::text AS kind, source_id AS "sourceId", base, estimated,
    occurred_at AS "occurredAt"
  FROM commission_entry
  WHERE commission_id = wanted.commission AND ($2::text IS NULL OR id > $2)
  ORDER BY id LIMIT $3
) AS entry`

/** Affiliate plans and their rates in the database. A rate is only ever inserted. */
import type { Page, SqlExecutor } from '@souk/kit'
import type { Database } from '../db.ts'
import type { AffiliatePlan, PlanKind, PlanRate } from './plan.ts'

export type PlanStore = ReturnType<typeof openPlanStore>

export function openPlanStore(database: Database) {
  return {
    byIds: async (ids: readonly string[], now: Date): Promise<ReadonlyMap<string, AffiliatePlan>> => {
      const plans = await selectPlans(database, 'plan.id = ANY($2::text[])', [now, ids])
      return new Map(plans.map((plan) => [plan.id, plan]))
    },
    /** The ordinary plan of each product that has not ended. */
    openByProducts: async (
      productIds: readonly string[],
      now: Date,
    ): Promise<ReadonlyMap<string, AffiliatePlan>> => {
      const plans = await selectPlans(database, openOrdinary, [now, productIds])
      return new Map(plans.map((plan) => [plan.productId, plan]))
    },
    ratePages: (planIds: readonly string[], page: Page<number>) => selectRatePages(database, planIds, page),
  }
}

/** The plan, locked until the transaction ends, so that two changes of it follow one another. */
export async function lockPlan(sql: SqlExecutor, planId: string, now: Date): Promise<AffiliatePlan | null> {
  // Locked by a statement of its own: the next one sees what the transaction that we waited for has written.
  await sql.$queryRawUnsafe('SELECT id FROM affiliate_plan WHERE id = $1 FOR UPDATE', planId)
  const [plan] = await selectPlans(sql, 'plan.id = $2', [now, planId])
  return plan ?? null
}

export async function openPlanOfProduct(
  sql: SqlExecutor,
  productId: string,
  now: Date,
): Promise<AffiliatePlan | null> {
  const [plan] = await selectPlans(sql, openOrdinary, [now, [productId]])
  return plan ?? null
}

export type NewPlan = {
  readonly id: string
  readonly kind: PlanKind
  readonly productId: string
  readonly shopId: string
  readonly rateBps: number
  readonly startsAt: Date
  readonly decidedBy: string
}

/** Adds a plan with its first rate, unless its id or another open plan of the product is there. */
export async function insertPlan(sql: SqlExecutor, plan: NewPlan, now: Date): Promise<boolean> {
  await markEnded(sql, now, [plan.productId])
  const { id, kind, productId, shopId, startsAt, rateBps, decidedBy } = plan
  const inserted = await sql.$executeRawUnsafe(insertPlanSql, id, kind, productId, shopId, startsAt, now)
  if (inserted === 0) return false
  await insertRate(sql, {
    planId: id,
    rate: { version: 1, rateBps, effectiveFrom: startsAt, decidedAt: now },
    decidedBy,
  })
  return true
}

export async function insertRate(
  sql: SqlExecutor,
  {
    planId,
    rate,
    decidedBy,
  }: { readonly planId: string; readonly rate: PlanRate; readonly decidedBy: string },
): Promise<void> {
  await sql.$executeRawUnsafe(
    insertRateSql,
    planId,
    rate.version,
    rate.rateBps,
    rate.effectiveFrom,
    decidedBy,
    rate.decidedAt,
  )
}

export async function setPlanEnd(sql: SqlExecutor, planId: string, endsAt: Date): Promise<void> {
  await sql.$executeRawUnsafe('UPDATE affiliate_plan SET ends_at = $2 WHERE id = $1', planId, endsAt)
}

/** Frees the place of plans whose end has come. Of these products, or of all. */
export async function markEnded(sql: SqlExecutor, now: Date, productIds?: readonly string[]): Promise<void> {
  await sql.$executeRawUnsafe(markEndedSql, now, productIds ?? null)
}

type PlanRow = {
  id: string
  kind: PlanKind
  product_id: string
  shop_id: string
  starts_at: Date
  ends_at: Date | null
  version: number
  rate_bps: number
  effective_from: Date
  decided_at: Date
  next_version: number | null
  next_rate_bps: number | null
  next_effective_from: Date | null
  next_decided_at: Date | null
}

async function selectPlans(
  sql: SqlExecutor,
  where: string,
  values: readonly unknown[],
): Promise<AffiliatePlan[]> {
  const rows = await sql.$queryRawUnsafe<PlanRow[]>(selectPlansSql(where), ...values)
  return rows.map(toPlan)
}

const toPlan = (row: PlanRow): AffiliatePlan => ({
  id: row.id,
  kind: row.kind,
  productId: row.product_id,
  shopId: row.shop_id,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  rate: {
    version: row.version,
    rateBps: row.rate_bps,
    effectiveFrom: row.effective_from,
    decidedAt: row.decided_at,
  },
  nextRate: nextRateOf(row),
})

function nextRateOf(row: PlanRow): PlanRate | null {
  const {
    next_version: version,
    next_rate_bps: rateBps,
    next_effective_from: effectiveFrom,
    next_decided_at: decidedAt,
  } = row
  if (version === null || rateBps === null || effectiveFrom === null || decidedAt === null) return null
  return { version, rateBps, effectiveFrom, decidedAt }
}

async function selectRatePages(
  sql: SqlExecutor,
  planIds: readonly string[],
  page: Page<number>,
): Promise<ReadonlyMap<string, readonly PlanRate[]>> {
  const rows = await sql.$queryRawUnsafe<(PlanRate & { planId: string })[]>(
    ratePagesSql,
    planIds,
    page.after,
    page.limit + 1,
  )
  return Map.groupBy(rows, (row) => row.planId)
}

const openOrdinary = `plan.product_id = ANY($2::text[]) AND plan.kind = 'ORDINARY' AND (plan.ends_at IS NULL OR plan.ends_at > $1)`

// A rate is in force at $1 if it is the newest that is effective by then. A plan that lies ahead has none yet: what counts
// then is the newest that it will start with, by the same rule at the moment of its start.
const selectPlansSql = (where: string): string => `
SELECT plan.id, plan.kind::text, plan.product_id, plan.shop_id, plan.starts_at, plan.ends_at,
  rate.version, rate.rate_bps, rate.effective_from, rate.decided_at,
  next.version AS next_version, next.rate_bps AS next_rate_bps, next.effective_from AS next_effective_from,
  next.decided_at AS next_decided_at
FROM affiliate_plan plan
CROSS JOIN LATERAL (
  SELECT * FROM affiliate_plan_rate
  WHERE plan_id = plan.id AND effective_from <= greatest($1::timestamptz, plan.starts_at)
  ORDER BY version DESC LIMIT 1
) rate
LEFT JOIN LATERAL (
  SELECT * FROM affiliate_plan_rate WHERE plan_id = plan.id AND version > rate.version ORDER BY version DESC LIMIT 1
) next ON true
WHERE ${where}
ORDER BY plan.id`

const insertPlanSql = `
INSERT INTO affiliate_plan (id, kind, product_id, shop_id, state, starts_at, created_at)
VALUES ($1, $2::plan_kind, $3, $4, 'ACTIVE', $5, $6)
ON CONFLICT DO NOTHING`

const insertRateSql = `
INSERT INTO affiliate_plan_rate (plan_id, version, rate_bps, effective_from, decided_by, decided_at)
VALUES ($1, $2, $3, $4, $5, $6)`

const markEndedSql = `
UPDATE affiliate_plan SET state = 'ENDED'
WHERE state = 'ACTIVE' AND ends_at <= $1 AND ($2::text[] IS NULL OR product_id = ANY($2::text[]))`

const ratePagesSql = `
SELECT rate.* FROM unnest($1::text[]) AS wanted(id)
CROSS JOIN LATERAL (
  SELECT plan_id AS "planId", version, rate_bps AS "rateBps", effective_from AS "effectiveFrom", decided_at AS "decidedAt"
  FROM affiliate_plan_rate
  WHERE plan_id = wanted.id AND ($2::int IS NULL OR version < $2)
  ORDER BY version DESC LIMIT $3
) AS rate`

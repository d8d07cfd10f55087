/** The terms of commission at a moment, read from the plans, their rate versions and the showcases of that moment. */
import type { SqlExecutor } from '@souk/kit'

export type TermsRow = {
  readonly orderLineId: string
  readonly planId: string
  readonly rateVersion: number
  readonly rateBps: number
  readonly showcaseItemId: string | null
  readonly lockedVersion: number | null
  readonly lockedRateBps: number | null
}

/** One row for each line of a known creator whose product had an ordinary plan in force at `at`. */
export const selectTerms = (
  sql: SqlExecutor,
  lines: readonly { readonly orderLineId: string; readonly productId: string; readonly creatorId: string }[],
  at: Date,
): Promise<TermsRow[]> => sql.$queryRawUnsafe<TermsRow[]>(termsSql, JSON.stringify(lines), at)

// A lock belongs to one plan: after that has ended, a new plan of the product pays its own rate until the creator adds anew.
const termsSql = `
SELECT line."orderLineId", plan.id AS "planId", rate.version AS "rateVersion", rate.rate_bps AS "rateBps",
  item.id AS "showcaseItemId", item.rate_version AS "lockedVersion", item.locked_rate_bps AS "lockedRateBps"
FROM jsonb_to_recordset($1::jsonb) AS line("orderLineId" text, "productId" text, "creatorId" text)
JOIN creator ON creator.id = line."creatorId"
JOIN affiliate_plan plan ON plan.product_id = line."productId" AND plan.kind = 'ORDINARY'
  AND plan.starts_at <= $2::timestamptz AND (plan.ends_at IS NULL OR plan.ends_at > $2)
CROSS JOIN LATERAL (
  SELECT version, rate_bps FROM affiliate_plan_rate
  WHERE plan_id = plan.id AND effective_from <= $2 ORDER BY version DESC LIMIT 1
) rate
LEFT JOIN LATERAL (
  SELECT id, rate_version, locked_rate_bps FROM showcase_item
  WHERE creator_id = creator.id AND product_id = plan.product_id AND plan_id = plan.id
    AND added_at <= $2 AND (removed_at IS NULL OR removed_at > $2)
  ORDER BY added_at DESC LIMIT 1
) item ON true`

/** Writes commissions: the facts of an order as they arrive, the current rows, and ledger entries, which are only ever inserted. */
import { type Ids, type MinorUnits, minorUnits } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import type { Commission } from './commission.ts'
import { selectCommissions } from './commission-store.ts'
import type { NewEntry } from './recalculate-commission.ts'

/**
 * Makes the events of one order follow one another. They arrive in order, but nothing forbids two deliveries at once, and
 * then a refund and a payment would each miss the other.
 */
export async function lockOrder(sql: SqlExecutor, orderId: string): Promise<void> {
  await sql.$queryRawUnsafe(
    `SELECT pg_advisory_xact_lock(hashtextextended('creators order ' || $1, 0))::text`,
    orderId,
  )
}

export const commissionsOfOrder = (sql: SqlExecutor, orderId: string): Promise<readonly Commission[]> =>
  selectCommissions(sql, 'order_id = $1', [orderId])

export type RefundLine = {
  readonly caseId: string
  readonly orderLineId: string
  readonly orderId: string
  readonly amount: MinorUnits
  readonly currency: string
  readonly refundedAt: Date
}

/** Records refunds and returns those that were not known. */
export async function recordRefunds(
  sql: SqlExecutor,
  lines: readonly RefundLine[],
): Promise<readonly RefundLine[]> {
  const rows = await sql.$queryRawUnsafe<{ order_line_id: string }[]>(
    recordRefundsSql,
    JSON.stringify(lines, bigintAsText),
  )
  const recorded = new Set(rows.map((row) => row.order_line_id))
  return lines.filter((line) => recorded.has(line.orderLineId))
}

/** Records the completion of an order; false if it was known. */
export async function recordCompletion(
  sql: SqlExecutor,
  orderId: string,
  completedAt: Date,
): Promise<boolean> {
  return (await sql.$executeRawUnsafe(recordCompletionSql, orderId, completedAt)) === 1
}

export type EarlyFacts = { readonly refunds: readonly RefundLine[]; readonly completedAt: Date | null }

/** What arrived about an order before its payment did. */
export async function loadEarlyFacts(sql: SqlExecutor, orderId: string): Promise<EarlyFacts> {
  const [row] = await sql.$queryRawUnsafe<
    { refunds: readonly RefundRow[] | null; completed_at: Date | null }[]
  >(earlyFactsSql, orderId)
  const refunds = (row?.refunds ?? []).map((refund) => ({
    ...refund,
    orderId,
    amount: minorUnits(BigInt(refund.amount)),
    refundedAt: new Date(refund.refundedAt),
  }))
  return { refunds, completedAt: row?.completed_at ?? null }
}

type RefundRow = { caseId: string; orderLineId: string; amount: string; currency: string; refundedAt: string }

export type CommissionWrite = { readonly commission: Commission; readonly entries: readonly NewEntry[] }

/** Adds commissions with their entries. A line that has one already is left alone, entries too. */
export async function insertCommissions(
  sql: SqlExecutor,
  writes: readonly CommissionWrite[],
  { ids, now }: EntryStamp,
): Promise<void> {
  if (writes.length === 0) return
  const commissions = JSON.stringify(
    writes.map(({ commission }) => commission),
    bigintAsText,
  )
  await sql.$executeRawUnsafe(insertSql, commissions, entriesJson(writes, ids), now)
}

/** Replaces current rows and adds the entries that led there. */
export async function updateCommissions(
  sql: SqlExecutor,
  writes: readonly CommissionWrite[],
  { ids, now }: EntryStamp,
): Promise<void> {
  if (writes.length === 0) return
  const commissions = JSON.stringify(
    writes.map(({ commission }) => commission),
    bigintAsText,
  )
  await sql.$executeRawUnsafe(updateSql, commissions, entriesJson(writes, ids), now)
}

export type EntryStamp = { readonly ids: Ids; readonly now: Date }

const entriesJson = (writes: readonly CommissionWrite[], ids: Ids): string =>
  JSON.stringify(
    writes.flatMap(({ entries }) => entries.map((entry) => ({ id: ids.next(), ...entry }))),
    bigintAsText,
  )

/** Text, because a JSON number of that size would pass through a double on the way. */
const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value

const entryColumns = `"id" text, "commissionId" text, "kind" text, "sourceId" text, "base" bigint, "estimated" bigint, "occurredAt" timestamptz`

const insertEntries = `
INSERT INTO commission_entry (id, commission_id, kind, source_id, base, estimated, occurred_at, created_at)
SELECT "id", "commissionId", "kind"::entry_kind, "sourceId", "base", "estimated", "occurredAt", $3
FROM jsonb_to_recordset($2::jsonb) AS e(${entryColumns})
WHERE "commissionId" IN (SELECT id FROM written)`

const insertSql = `
WITH written AS (
  INSERT INTO commission (id, order_id, order_line_id, creator_id, shop_id, product_id, plan_id, rate_bps, rate_version,
    rate_source, showcase_item_id, currency, paid, refunded, base, estimated, state, paid_at, confirmed_at, created_at)
  SELECT "id", "orderId", "orderLineId", "creatorId", "shopId", "productId", "planId", "rateBps", "rateVersion",
    "rateSource"::rate_source, "showcaseItemId", "currency", "paid", "refunded", "base", "estimated",
    "state"::commission_state, "paidAt", "confirmedAt", "createdAt"
  FROM jsonb_to_recordset($1::jsonb) AS c("id" text, "orderId" text, "orderLineId" text, "creatorId" text, "shopId" text,
    "productId" text, "planId" text, "rateBps" int, "rateVersion" int, "rateSource" text, "showcaseItemId" text,
    "currency" text, "paid" bigint, "refunded" bigint, "base" bigint, "estimated" bigint, "state" text,
    "paidAt" timestamptz, "confirmedAt" timestamptz, "createdAt" timestamptz)
  ON CONFLICT (order_line_id) DO NOTHING
  RETURNING id
)
${insertEntries}`

const updateSql = `
WITH written AS (
  UPDATE commission
  SET refunded = c."refunded", base = c."base", estimated = c."estimated", state = c."state"::commission_state,
    confirmed_at = c."confirmedAt"
  FROM jsonb_to_recordset($1::jsonb) AS c("id" text, "refunded" bigint, "base" bigint, "estimated" bigint, "state" text,
    "confirmedAt" timestamptz)
  WHERE commission.id = c."id"
  RETURNING commission.id
)
${insertEntries}`

const recordRefundsSql = `
INSERT INTO order_refund_line (case_id, order_line_id, order_id, amount, currency, refunded_at)
SELECT "caseId", "orderLineId", "orderId", "amount", "currency", "refundedAt"
FROM jsonb_to_recordset($1::jsonb) AS r("caseId" text, "orderLineId" text, "orderId" text, "amount" bigint, "currency" text,
  "refundedAt" timestamptz)
ON CONFLICT DO NOTHING
RETURNING order_line_id`

const recordCompletionSql = `
INSERT INTO order_completion (order_id, completed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`

const earlyFactsSql = `
SELECT
  (SELECT jsonb_agg(jsonb_build_object('caseId', case_id, 'orderLineId', order_line_id, 'amount', amount::text,
     'currency', currency, 'refundedAt', refunded_at) ORDER BY refunded_at, case_id)
   FROM order_refund_line WHERE order_id = $1) AS refunds,
  (SELECT completed_at FROM order_completion WHERE order_id = $1) AS completed_at`

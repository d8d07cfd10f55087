/** Writes imports: each call is one statement, so a kill leaves whole calls only, and thousands of rows cost one round trip. */
import type { ImportedRefund, ImportTotals, RefundableLine } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import type { CaseState } from '../after-sale/case-state.ts'
import type { Attribution } from '../cart/origin.ts'
import { ordersError } from '../errors.ts'
import type { OrderState } from '../order/order-state.ts'
import type { CaseToImport, OrderToImport } from './imported.ts'

export type ImportStore = ReturnType<typeof openImportStore>

export function openImportStore(database: SqlExecutor) {
  return {
    /** How many are new. An order that is there already is left alone. */
    insertOrders: async (importId: string, orders: readonly OrderToWrite[]): Promise<number> => {
      const [row] = await database.$queryRawUnsafe<[{ fresh: number }]>(
        insertOrdersSql,
        importId,
        JSON.stringify(
          orders.map(({ attribution, ...order }) => ({ ...order, ...attribution, lines: undefined })),
          digits,
        ),
        JSON.stringify(
          orders.flatMap((order) =>
            order.lines.map((line, index) => ({ ...line, orderId: order.id, position: index + 1 })),
          ),
          digits,
        ),
      )
      return row.fresh
    },
    /** How many are new. Units beyond those sold break a check constraint, and with it the whole call. */
    insertCases: async ({
      importId,
      state,
      cases,
      now,
    }: {
      importId: string
      state: CaseState
      cases: readonly CaseToImport[]
      now: Date
    }): Promise<number> => {
      const lines = cases.flatMap(({ id, orderId, lines: units }) =>
        units.map((unit) => ({ ...unit, caseId: id, orderId })),
      )
      try {
        const [row] = await database.$queryRawUnsafe<[{ fresh: number }]>(
          insertCasesSql,
          importId,
          JSON.stringify(cases.map(withoutLines)),
          JSON.stringify(lines),
          state,
          now,
        )
        return row.fresh
      } catch (error) {
        throw translate(error)
      }
    },
    refundableLines: async (
      buyerIds: readonly string[],
    ): Promise<
      readonly (Omit<RefundableLine, 'placedAt' | 'unitAmount'> & { placedAt: Date; unitAmount: bigint })[]
    > => await database.$queryRawUnsafe(refundableSql, buyerIds),
    importedRefunds: async (
      buyerIds: readonly string[],
    ): Promise<
      readonly (Omit<ImportedRefund, 'placedAt' | 'unitAmount'> & { placedAt: Date; unitAmount: bigint })[]
    > => await database.$queryRawUnsafe(importedRefundsSql, buyerIds),
    importedOrders: async (
      orderIds: readonly string[],
    ): Promise<readonly { orderId: string; importId: string }[]> =>
      await database.$queryRawUnsafe(importedOrdersSql, orderIds),
    totals: async (importId: string): Promise<ImportTotals> => {
      const [row] = await database.$queryRawUnsafe<[ImportTotals]>(totalsSql, importId)
      return row
    },
  }
}

export type OrderToWrite = Omit<OrderToImport, 'attribution'> & {
  readonly attribution: Attribution | null
  readonly state: OrderState
  readonly total: bigint
}

/** Lines travel in a list of their own; JSON leaves out what is undefined. */
const withoutLines = <Row extends object>(row: Row) => ({ ...row, lines: undefined })

const digits = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)

function translate(error: unknown): unknown {
  const message = error instanceof Error ? error.message : ''
  if (/order_line_units_check|order_line_amount_check|customer_order_refund_check/.test(message)) {
    return ordersError(
      'IMPORT_REJECTED',
      'A case refunds more units than were sold and not refunded yet. Nothing of the call was written.',
      error,
    )
  }
  if (/22012|division by zero/.test(message)) {
    return ordersError(
      'IMPORT_REJECTED',
      'A case names an order or a line that is not there. Nothing of the call was written.',
      error,
    )
  }
  return error
}

// A buyer may come several times in one call; a country that is told later wins.
const insertOrdersSql = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS o(id text, number text, "buyerId" text, "buyerCountry" text, "shopId" text,
    "placedAt" timestamptz, currency text, state text, total bigint, entry text, "discoveryMode" text, "contentKind" text, "contentId" text,
    "creatorId" text)),
buyers AS (
  INSERT INTO buyer (id, country, created_at)
  SELECT DISTINCT ON ("buyerId") "buyerId", "buyerCountry", "placedAt" FROM given ORDER BY "buyerId", "placedAt" DESC
  ON CONFLICT (id) DO UPDATE SET country = EXCLUDED.country),
fresh AS (
  INSERT INTO customer_order (id, number, buyer_id, shop_id, state, step, currency, total, placed_at, paid_at, shipped_at, delivered_at, completed_at,
    next_attempt_at, import_id, entry, discovery_mode, content_kind, content_id, creator_id)
  SELECT id, number, "buyerId", "shopId", state, 'DONE', currency, total, "placedAt", "placedAt", "placedAt", "placedAt", "placedAt", "placedAt", $1,
    entry, "discoveryMode", "contentKind", "contentId", "creatorId"
  FROM given ON CONFLICT (id) DO NOTHING RETURNING id, entry, discovery_mode, content_kind, content_id, creator_id),
lines AS (
  INSERT INTO order_line (id, order_id, position, offer_id, product_id, sku_id, title, sku_name, quantity, unit_amount, amount,
    entry, discovery_mode, content_kind, content_id, creator_id)
  SELECT l.id, l."orderId", l.position, l."offerId", l."productId", l."skuId", l.title, '', l.quantity, l."unitAmount", l."unitAmount" * l.quantity,
    fresh.entry, fresh.discovery_mode, fresh.content_kind, fresh.content_id, fresh.creator_id
  FROM jsonb_to_recordset($3::jsonb) AS l(id text, "orderId" text, position int, "offerId" text, "productId" text, "skuId" text, title text,
    quantity int, "unitAmount" bigint) JOIN fresh ON fresh.id = l."orderId")
SELECT count(*)::int AS fresh FROM fresh`

// Several cases of a call may be about one line: its units are summed first. A line that isn't there divides by zero on purpose:
// within one statement that is how a row can refuse all others.
const insertCasesSql = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS c(id text, number text, "orderId" text, "refundedAt" timestamptz)),
given_lines AS (
  SELECT w."caseId", w."orderLineId", w.quantity, l.unit_amount * w.quantity AS amount, 1 / CASE WHEN l.id IS NULL THEN 0 ELSE 1 END AS is_known
  FROM jsonb_to_recordset($3::jsonb) AS w("caseId" text, "orderId" text, "orderLineId" text, quantity int)
  LEFT JOIN order_line l ON l.id = w."orderLineId" AND l.order_id = w."orderId"),
fresh AS (
  INSERT INTO after_sale_case (id, number, order_id, buyer_id, shop_id, kind, state, step, reason, amount, currency, opened_at, decided_at, refunded_at,
    next_attempt_at, import_id)
  SELECT given.id, given.number, o.id, o.buyer_id, o.shop_id, 'REFUND_ONLY', $4, 'DONE', 'Imported', sums.amount, o.currency, given."refundedAt",
    given."refundedAt", given."refundedAt", $5::timestamptz, $1
  FROM given JOIN customer_order o ON o.id = given."orderId"
  JOIN (SELECT "caseId", sum(amount)::bigint AS amount, min(is_known) FROM given_lines GROUP BY "caseId") sums ON sums."caseId" = given.id
  ON CONFLICT (id) DO NOTHING RETURNING id, order_id, amount),
lines AS (
  INSERT INTO after_sale_line (case_id, order_line_id, quantity, amount)
  SELECT fresh.id, g."orderLineId", g.quantity, g.amount FROM given_lines g JOIN fresh ON fresh.id = g."caseId"),
claimed AS (
  UPDATE order_line SET claimed_quantity = claimed_quantity + units.quantity, refunded_quantity = refunded_quantity + units.quantity,
    refunded_amount = refunded_amount + units.amount
  FROM (SELECT g."orderLineId" AS id, sum(g.quantity)::int AS quantity, sum(g.amount)::bigint AS amount
    FROM given_lines g JOIN fresh ON fresh.id = g."caseId" GROUP BY g."orderLineId") units
  WHERE order_line.id = units.id),
ordered AS (
  UPDATE customer_order SET refunded_total = refunded_total + sums.amount
  FROM (SELECT order_id, sum(amount)::bigint AS amount FROM fresh GROUP BY order_id) sums WHERE customer_order.id = sums.order_id)
SELECT count(*)::int AS fresh FROM fresh`

const refundableSql = `
SELECT o.id AS "orderId", l.id AS "orderLineId", o.buyer_id AS "buyerId", l.sku_id AS "skuId", o.placed_at AS "placedAt",
  l.unit_amount AS "unitAmount", l.quantity - l.claimed_quantity AS quantity
FROM customer_order o JOIN order_line l ON l.order_id = o.id
WHERE o.buyer_id = ANY($1::text[]) AND o.state = 'COMPLETED' AND l.quantity > l.claimed_quantity
ORDER BY o.placed_at DESC, o.id DESC, l.position`

const importedRefundsSql = `
SELECT c.import_id AS "importId", c.number, o.id AS "orderId", l.id AS "orderLineId", o.buyer_id AS "buyerId", l.sku_id AS "skuId",
  o.placed_at AS "placedAt", l.unit_amount AS "unitAmount", r.quantity
FROM customer_order o JOIN after_sale_case c ON c.order_id = o.id JOIN after_sale_line r ON r.case_id = c.id
JOIN order_line l ON l.id = r.order_line_id
WHERE o.buyer_id = ANY($1::text[]) AND c.import_id IS NOT NULL
ORDER BY c.opened_at, c.id, l.position`

const importedOrdersSql = `
SELECT id AS "orderId", import_id AS "importId" FROM customer_order WHERE id = ANY($1::text[]) AND import_id IS NOT NULL`

const totalsSql = `
SELECT
  (SELECT count(*)::int FROM customer_order WHERE import_id = $1) AS orders,
  l.lines AS "orderLines", l.quantity, l.value,
  (SELECT count(*)::int FROM after_sale_case WHERE import_id = $1) AS cases,
  r.lines AS "refundLines", r.quantity AS "refundedQuantity", r.value AS "refundedValue"
FROM
  (SELECT count(*)::int AS lines, coalesce(sum(line.quantity), 0)::int AS quantity, coalesce(sum(line.amount), 0)::bigint AS value
   FROM order_line line JOIN customer_order o ON o.id = line.order_id WHERE o.import_id = $1) l,
  (SELECT count(*)::int AS lines, coalesce(sum(line.quantity), 0)::int AS quantity, coalesce(sum(line.amount), 0)::bigint AS value
   FROM after_sale_line line JOIN after_sale_case c ON c.id = line.case_id WHERE c.import_id = $1) r`

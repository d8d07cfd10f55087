/** The statements of after-sale. An order counts its open cases on its own row, so that shipping and deciding meet there. */
import { publishing } from '../outbox-rows.ts'

const linesOf = (caseId: string): string => `
  (SELECT jsonb_agg(to_jsonb(cl) || jsonb_build_object('sku_id', l.sku_id) ORDER BY l.position)
   FROM after_sale_line cl JOIN order_line l ON l.id = cl.order_line_id WHERE cl.case_id = ${caseId})`

const whole = (alias: string): string =>
  `to_jsonb(${alias}) || jsonb_build_object('lines', ${linesOf(`${alias}.id`)})`

export const find = (where: string): string =>
  `SELECT ${whole('c')} AS found FROM after_sale_case c WHERE ${where} ORDER BY c.opened_at, c.id`

export const findByKey = `SELECT ${whole('c')} AS found, c.input_hash AS hash FROM after_sale_case c WHERE c.buyer_id = $1 AND c.idempotency_key = $2`

// $1 id, $2 order, $3 buyer, $4 kind, $5 reason, $6 key, $7 hash, $8 lines, $9 now, $10 order states.
// The order's row is locked first: two cases of one order are opened one after the other.
export const open = `
WITH wanted AS (
  SELECT w.id, w.quantity, l.unit_amount * w.quantity AS amount, l.sku_id, l.position
  FROM jsonb_to_recordset($8::jsonb) AS w(id text, quantity int) JOIN order_line l ON l.id = w.id AND l.order_id = $2),
ordered AS (
  SELECT * FROM customer_order WHERE id = $2 AND buyer_id = $3 AND state = ANY($10::text[]) FOR UPDATE),
opened AS (
  INSERT INTO after_sale_case (id, number, order_id, buyer_id, shop_id, kind, state, step, reason, amount, currency, idempotency_key, input_hash, opened_at, next_attempt_at)
  SELECT $1, 'AS' || to_char($9::timestamptz AT TIME ZONE 'UTC', 'YYYYMMDD') || lpad(nextval('case_number')::text, 8, '0'), id, buyer_id, shop_id, $4, 'OPEN', 'WAIT',
    $5, (SELECT sum(amount) FROM wanted)::bigint, currency, $6, $7, $9::timestamptz, $9::timestamptz
  FROM ordered ON CONFLICT (buyer_id, idempotency_key) DO NOTHING RETURNING *),
counted AS (
  UPDATE customer_order SET open_cases = open_cases + 1 FROM opened WHERE customer_order.id = opened.order_id),
claimed AS (
  UPDATE order_line SET claimed_quantity = claimed_quantity + wanted.quantity
  FROM wanted, opened WHERE order_line.id = wanted.id AND order_line.order_id = opened.order_id),
lines AS (
  INSERT INTO after_sale_line (case_id, order_line_id, quantity, amount)
  SELECT opened.id, wanted.id, wanted.quantity, wanted.amount FROM opened, wanted)
SELECT to_jsonb(opened) || jsonb_build_object('lines', (SELECT jsonb_agg(jsonb_build_object(
  'order_line_id', id, 'quantity', quantity, 'amount', amount, 'sku_id', sku_id) ORDER BY position) FROM wanted)) AS found FROM opened`

const decided = `SELECT ${whole('decided')} AS found, decided.lease_owner, (SELECT p.method FROM payment p WHERE p.order_id = decided.order_id) AS method FROM decided`

// $1 case, $2 run, $3 now, $4 lease end, $5 key, $6 state after, $7 order states in which the units go back to stock. A refund of goods that never left puts them back on the shelf.
export const approve = `
WITH ordered AS (
  SELECT o.state FROM customer_order o JOIN after_sale_case c ON c.order_id = o.id WHERE c.id = $1 FOR UPDATE OF o),
decided AS (
  UPDATE after_sale_case SET state = $6, decided_at = $3::timestamptz, decision_key = $5,
    restock = ordered.state = ANY($7::text[]),
    step = CASE WHEN $6 <> 'REFUNDING' THEN 'WAIT' WHEN ordered.state = ANY($7::text[]) THEN 'RETURN_STOCK' ELSE 'REFUND_PAYMENT' END,
    lease_owner = $2, lease_until = CASE WHEN $6 = 'REFUNDING' THEN $4::timestamptz END, next_attempt_at = $4::timestamptz
  FROM ordered WHERE id = $1 AND after_sale_case.state = 'OPEN' RETURNING after_sale_case.*)
${decided}`

// Every statement that writes both takes the order's row before the case's: two that took them the other way round would
// wait for each other until PostgreSQL ended one.
const orderFirst = `
ordered_first AS (
  SELECT o.id FROM customer_order o JOIN after_sale_case c ON c.order_id = o.id WHERE c.id = $1 FOR UPDATE OF o)`

// $1 case, $2 now, $3 key, $4 reason. Its units may be asked for again.
export const reject = `
WITH ${orderFirst},
decided AS (
  UPDATE after_sale_case SET state = 'REJECTED', step = 'DONE', decided_at = $2::timestamptz, decision_key = $3, decision_reason = $4
  FROM ordered_first
  WHERE after_sale_case.id = $1 AND after_sale_case.order_id = ordered_first.id AND state = 'OPEN' RETURNING after_sale_case.*),
counted AS (
  UPDATE customer_order SET open_cases = open_cases - 1 FROM decided WHERE customer_order.id = decided.order_id),
freed AS (
  UPDATE order_line SET claimed_quantity = claimed_quantity - cl.quantity
  FROM after_sale_line cl, decided WHERE cl.case_id = decided.id AND order_line.id = cl.order_line_id)
${decided}`

export const receiveReturn = `
WITH decided AS (
  UPDATE after_sale_case SET state = 'REFUNDING', step = 'RETURN_STOCK', returned_at = $3::timestamptz, return_key = $5,
    lease_owner = $2, lease_until = $4::timestamptz, next_attempt_at = $4::timestamptz
  WHERE id = $1 AND state = 'AWAITING_RETURN' RETURNING *)
${decided}`

export const returned = `
UPDATE after_sale_case SET step = 'REFUND_PAYMENT', attempts = 0, lease_until = $3::timestamptz, next_attempt_at = $3::timestamptz
WHERE id = $1 AND lease_owner = $2 AND step = 'RETURN_STOCK'`

// $1 case, $2 run, $3 now, $4 event rows without payload, $5 now as text.
// An order of which nothing was sent and everything was refunded is over: PAID becomes CANCELLED.
export const refunded = `
WITH ${orderFirst},
decided AS (
  UPDATE after_sale_case SET state = 'REFUNDED', step = 'DONE', refunded_at = $3::timestamptz, lease_owner = NULL, lease_until = NULL
  FROM ordered_first
  WHERE after_sale_case.id = $1 AND after_sale_case.order_id = ordered_first.id AND lease_owner = $2 AND step = 'REFUND_PAYMENT'
  RETURNING after_sale_case.*),
ordered AS (
  UPDATE customer_order SET refunded_total = refunded_total + decided.amount, open_cases = open_cases - 1,
    state = CASE WHEN customer_order.state = 'PAID' AND refunded_total + decided.amount = total THEN 'CANCELLED' ELSE customer_order.state END,
    cancelled_at = CASE WHEN customer_order.state = 'PAID' AND refunded_total + decided.amount = total THEN $3::timestamptz ELSE cancelled_at END
  FROM decided WHERE customer_order.id = decided.order_id),
lines AS (
  UPDATE order_line SET refunded_quantity = refunded_quantity + cl.quantity, refunded_amount = refunded_amount + cl.amount
  FROM after_sale_line cl, decided WHERE cl.case_id = decided.id AND order_line.id = cl.order_line_id),
paying AS (
  UPDATE payment SET refunded_amount = refunded_amount + decided.amount FROM decided WHERE payment.order_id = decided.order_id),
told AS (
  SELECT jsonb_agg(e.row || jsonb_build_object('payload', jsonb_build_object('orderId', decided.order_id, 'buyerId', decided.buyer_id,
    'shopId', decided.shop_id, 'currency', decided.currency, 'caseId', decided.id, 'refundedAt', $5::text,
    'lines', (SELECT jsonb_agg(jsonb_build_object('orderLineId', cl.order_line_id, 'amount',
      jsonb_build_object('amount', cl.amount, 'currency', decided.currency))) FROM after_sale_line cl WHERE cl.case_id = decided.id)))) AS rows
  FROM decided, jsonb_array_elements($4::jsonb) AS e(row)),
${publishing({ rows: '(SELECT rows FROM told)', at: '$3', onlyIf: 'decided' })}
SELECT ${whole('decided')} AS found FROM decided`

export const giveBack = `
UPDATE after_sale_case SET lease_owner = NULL, lease_until = NULL, attempts = attempts + 1, next_attempt_at = $3::timestamptz
WHERE id = $1 AND lease_owner = $2 AND step NOT IN ('DONE', 'WAIT')`

export const claimDue = `
WITH due AS (
  SELECT id FROM after_sale_case
  WHERE step NOT IN ('DONE', 'WAIT') AND next_attempt_at <= $3::timestamptz AND (lease_until IS NULL OR lease_until <= $3::timestamptz)
  ORDER BY next_attempt_at LIMIT $4::int FOR UPDATE SKIP LOCKED),
decided AS (
  UPDATE after_sale_case SET lease_owner = $1, lease_until = $2::timestamptz WHERE id IN (SELECT id FROM due) RETURNING *)
${decided}`

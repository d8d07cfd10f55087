/** The statements of the order flow. Each moves an order by one step, state and events together, without a transaction around it. */
import { publishing } from '../outbox-rows.ts'

// $1 checkout, $2 buyer, $3 order, $4 key, $5 hash, $6 address, $7 method, $8 token, $9 run, $10 now, $11 lease end, $12 hold end.
// "Do nothing" on any conflict: whoever has the checkout or the key already is found by the two subselects or by looking again.
export const place = `
WITH quote AS (
  SELECT * FROM checkout WHERE id = $1 AND buyer_id = $2),
known_buyer AS (
  INSERT INTO buyer (id, created_at) SELECT $2, $10::timestamptz FROM quote ON CONFLICT (id) DO NOTHING),
placed AS (
  INSERT INTO customer_order (id, number, buyer_id, shop_id, checkout_id, idempotency_key, input_hash, state, step, currency, total,
    entry, discovery_mode, content_kind, content_id, creator_id, shipping_address, placed_at, hold_expires_at, lease_owner, lease_until, next_attempt_at)
  SELECT $3, to_char($10::timestamptz AT TIME ZONE 'UTC', 'YYYYMMDD') || lpad(nextval('order_number')::text, 8, '0'), buyer_id, shop_id, id, $4, $5,
    'PENDING_PAYMENT', 'PRICE_CART', currency, total, attribution->>'entry', attribution->>'discoveryMode', attribution->>'contentKind',
    attribution->>'contentId', attribution->>'creatorId', $6::jsonb, $10::timestamptz, $12::timestamptz, $9, $11::timestamptz, $11::timestamptz
  FROM quote WHERE expires_at > $10::timestamptz
  ON CONFLICT DO NOTHING RETURNING *),
ordered_line AS (
  INSERT INTO order_line (id, order_id, position, offer_id, product_id, sku_id, title, sku_name, quantity, unit_amount, amount,
    entry, discovery_mode, content_kind, content_id, creator_id)
  SELECT l.id, placed.id, l.position, l."offerId", l."productId", l."skuId", l.title, l."skuName", l.quantity, l."unitAmount",
    l."unitAmount" * l.quantity, l.entry, l."discoveryMode", l."contentKind", l."contentId", l."creatorId"
  FROM placed, quote, ROWS FROM (jsonb_to_recordset(quote.lines) AS (id text, "offerId" text, "productId" text, "skuId" text, title text,
    "skuName" text, quantity int, "unitAmount" bigint, entry text, "discoveryMode" text, "contentKind" text, "contentId" text, "creatorId" text))
    WITH ORDINALITY AS l(id, "offerId", "productId", "skuId", title, "skuName", quantity, "unitAmount", entry, "discoveryMode", "contentKind",
      "contentId", "creatorId", position)
  RETURNING *),
paying AS (
  INSERT INTO payment (order_id, method, state, token, amount, currency, created_at)
  SELECT id, $7, 'CREATED', $8, total, currency, $10::timestamptz FROM placed RETURNING *)
SELECT quote.expires_at, to_jsonb(placed) AS placed, (SELECT to_jsonb(paying) FROM paying) AS paying,
  (SELECT jsonb_agg(to_jsonb(ordered_line) ORDER BY position) FROM ordered_line) AS lines,
  (SELECT to_jsonb(o) FROM customer_order o WHERE o.buyer_id = $2 AND o.idempotency_key = $4) AS same_key,
  (SELECT to_jsonb(o) FROM customer_order o WHERE o.checkout_id = $1 AND o.buyer_id = $2) AS of_checkout
FROM (SELECT 1) AS one LEFT JOIN quote ON true LEFT JOIN placed ON true`

const mine = (step: string): string => `id = $1 AND lease_owner = $2 AND step = '${step}'`

const noPayment = `SELECT to_jsonb(placed) AS placed, NULL::jsonb AS paying FROM placed`
const withPayment = `SELECT to_jsonb(placed) AS placed, (SELECT to_jsonb(paying) FROM paying) AS paying FROM placed`

export const held = `
WITH placed AS (
  UPDATE customer_order SET step = 'TAKE_PAYMENT', attempts = 0, lease_until = $3::timestamptz, next_attempt_at = $3::timestamptz
  WHERE ${mine('PRICE_CART')} RETURNING *)
${noPayment}`

export const authorized = `
WITH placed AS (
  UPDATE customer_order SET lease_until = $3::timestamptz, next_attempt_at = $3::timestamptz WHERE ${mine('TAKE_PAYMENT')} RETURNING *),
paying AS (
  UPDATE payment SET state = 'AUTHORIZED', charge_id = $4, authorized_at = $5::timestamptz
  FROM placed WHERE order_id = placed.id AND payment.state IN ('CREATED', 'PENDING') RETURNING payment.*)
${withPayment}`

export const captured = `
WITH placed AS (
  UPDATE customer_order SET step = 'CONFIRM', lease_until = $3::timestamptz, next_attempt_at = $3::timestamptz WHERE ${mine('TAKE_PAYMENT')} RETURNING *),
paying AS (
  UPDATE payment SET state = 'CAPTURED', captured_at = coalesce(captured_at, $4::timestamptz), authorized_at = coalesce(authorized_at, $4::timestamptz)
  FROM placed WHERE order_id = placed.id AND payment.state IN ('CREATED', 'PENDING', 'AUTHORIZED', 'CAPTURED') RETURNING payment.*)
${withPayment}`

// The order's row is where this run and a notice meet: both lock it first. If the notice was quicker, nothing is given back.
export const pending = `
WITH met AS (
  SELECT id FROM customer_order WHERE ${mine('TAKE_PAYMENT')} FOR UPDATE),
paying AS (
  UPDATE payment SET state = 'PENDING' FROM met WHERE order_id = met.id AND state IN ('CREATED', 'PENDING') RETURNING payment.state),
placed AS (
  UPDATE customer_order SET lease_owner = NULL, lease_until = NULL, attempts = 0, next_attempt_at = least($3::timestamptz, hold_expires_at)
  WHERE ${mine('TAKE_PAYMENT')} AND EXISTS (SELECT 1 FROM paying) RETURNING id)
SELECT state FROM paying`

export const paymentState = 'SELECT state FROM payment WHERE order_id = $1'

// $3 now, $4 outbox rows. What went into the cart after the quote stays in it.
export const paid = `
WITH placed AS (
  UPDATE customer_order SET state = 'PAID', step = 'DONE', paid_at = $3::timestamptz, lease_owner = NULL, lease_until = NULL
  WHERE ${mine('CONFIRM')} AND state = 'PENDING_PAYMENT' RETURNING *),
bought AS (
  SELECT l."cartItemId" AS id, l.quantity FROM placed JOIN checkout ON checkout.id = placed.checkout_id,
    jsonb_to_recordset(checkout.lines) AS l("cartItemId" text, quantity int)),
emptied AS (
  DELETE FROM cart_item USING bought WHERE cart_item.id = bought.id AND cart_item.quantity <= bought.quantity),
lessened AS (
  UPDATE cart_item SET quantity = cart_item.quantity - bought.quantity FROM bought
  WHERE cart_item.id = bought.id AND cart_item.quantity > bought.quantity),
${publishing({ rows: '$4', at: '$3', onlyIf: 'placed' })}
${noPayment}`

// $3 now, $4 lease end, $5 refusal, $6 step, $7 payment state
export const cancelled = `
WITH placed AS (
  UPDATE customer_order SET state = 'CANCELLED', step = $6, refusal = $5::jsonb, cancelled_at = $3::timestamptz, attempts = 0,
    lease_until = $4::timestamptz, next_attempt_at = $4::timestamptz
  WHERE id = $1 AND lease_owner = $2 AND state = 'PENDING_PAYMENT' RETURNING *),
paying AS (
  UPDATE payment SET state = $7, decline_reason = CASE WHEN $7 = 'DECLINED' THEN coalesce(decline_reason, $5::jsonb->>'reason') ELSE decline_reason END
  FROM placed WHERE order_id = placed.id AND payment.state <> 'CAPTURED' RETURNING payment.*)
${withPayment}`

// $3 whether this run has refunded. If a notice has told of a capture after the run had looked, the undo begins again.
export const undone = `
WITH met AS (
  SELECT id FROM customer_order WHERE ${mine('UNDO')} FOR UPDATE),
paying AS (
  UPDATE payment SET state = CASE WHEN state = 'CAPTURED' AND $3 THEN 'REFUNDED' ELSE state END,
    refunded_amount = CASE WHEN state = 'CAPTURED' AND $3 THEN amount ELSE refunded_amount END
  FROM met WHERE order_id = met.id RETURNING payment.*),
placed AS (
  UPDATE customer_order SET step = CASE WHEN paying.state = 'CAPTURED' THEN 'UNDO' ELSE 'DONE' END,
    lease_owner = CASE WHEN paying.state = 'CAPTURED' THEN lease_owner END, lease_until = CASE WHEN paying.state = 'CAPTURED' THEN lease_until END
  FROM paying WHERE id = paying.order_id RETURNING customer_order.*)
${withPayment}`

export const giveBack = `
UPDATE customer_order SET lease_owner = NULL, lease_until = NULL, attempts = attempts + 1, next_attempt_at = $3::timestamptz
WHERE id = $1 AND lease_owner = $2 AND step <> 'DONE'`

const claimed = `
SELECT to_jsonb(placed) AS placed, (SELECT to_jsonb(p) FROM payment p WHERE p.order_id = placed.id) AS paying,
  (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM order_line l WHERE l.order_id = placed.id) AS lines
FROM placed`

// $1 run, $2 lease end, $3 now, $4 order
export const claimOne = `
WITH placed AS (
  UPDATE customer_order SET lease_owner = $1, lease_until = $2::timestamptz
  WHERE id = $4 AND step <> 'DONE' AND (lease_until IS NULL OR lease_until <= $3::timestamptz) RETURNING *)
${claimed}`

// $4 batch. Rows that another replica is looking at are skipped; those it has leased are not due.
export const claimDue = `
WITH due AS (
  SELECT id FROM customer_order
  WHERE step <> 'DONE' AND next_attempt_at <= $3::timestamptz AND (lease_until IS NULL OR lease_until <= $3::timestamptz)
  ORDER BY next_attempt_at LIMIT $4::int FOR UPDATE SKIP LOCKED),
placed AS (
  UPDATE customer_order SET lease_owner = $1, lease_until = $2::timestamptz
  WHERE id IN (SELECT id FROM due) RETURNING *)
${claimed}`

export const find = 'SELECT * FROM customer_order WHERE id = $1'

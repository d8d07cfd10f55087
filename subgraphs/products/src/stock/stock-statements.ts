/**
 * The statements that move stock. Each is one conditional statement: it locks the rows it needs in the order of their SKU
 * ids, changes them only if all of them suffice, and writes the ledger; or it changes nothing.
 *
 * Why no two of them can oversell or deadlock:
 * - `locked` takes each row's lock and then checks the condition against the row's newest version (READ COMMITTED re-checks
 *   a row that it had to wait for), so what it returns stays true until the statement ends.
 * - Rows are locked in one order everywhere, so two orders with the same SKUs wait for each other, never in a circle.
 * - A row that falls short in the statement's snapshot isn't locked at all: buyers who come too late neither wait nor write.
 * - `gate` lets the operations on one hold (or entry) id pass one by one, before any of them has locked stock. Without it
 *   a repeated hold could wait for a commit of the same id that waits for the stock which the repeat has locked.
 * - The CHECK constraint on sku_stock would fail the statement if all of this were wrong.
 */

/** $1 hold id, $2 units by SKU, $3 expires at, $4 now. */
export const holdSql = `
WITH gate AS MATERIALIZED (
  SELECT pg_advisory_xact_lock(hashtextextended('stock hold ' || $1::text, 0))::text
), demand AS MATERIALIZED (
  SELECT key AS sku_id, value::int AS quantity FROM jsonb_each_text($2::jsonb)
), locked AS MATERIALIZED (
  SELECT s.sku_id, d.quantity
  FROM gate, demand d JOIN sku_stock s ON s.sku_id = d.sku_id
  WHERE s.on_hand - s.held >= d.quantity
  ORDER BY s.sku_id
  FOR UPDATE OF s
), hold AS (
  INSERT INTO stock_hold (id, state, demands, expires_at, created_at)
  SELECT $1, 'HELD', $2::jsonb, $3, $4
  WHERE (SELECT count(*) FROM locked) = (SELECT count(*) FROM demand)
  ON CONFLICT (id) DO NOTHING
  RETURNING id
), taken AS (
  UPDATE sku_stock s SET held = s.held + l.quantity
  FROM locked l, hold
  WHERE s.sku_id = l.sku_id AND s.on_hand - s.held >= l.quantity
  RETURNING s.sku_id, l.quantity
), moved AS (
  INSERT INTO stock_movement (reason, ref_id, sku_id, on_hand_delta, held_delta, created_at)
  SELECT 'HOLD', $1, sku_id, 0, quantity, $4 FROM taken
  RETURNING sku_id
)
SELECT EXISTS (SELECT FROM hold) AS held,
  (SELECT count(*)::int FROM moved) AS moved,
  ARRAY(SELECT sku_id FROM demand EXCEPT SELECT sku_id FROM locked) AS short`

/** $1 hold id, $2 units by SKU, $3 now, $4 SKUs that were short: what there is by this id, and what those SKUs have. */
export const readHoldSql = `
SELECT h.state::text AS state, h.demands = $2::jsonb AS same, h.expires_at > $3 AS lasts,
  (SELECT jsonb_object_agg(s.sku_id, s.on_hand - s.held) FROM sku_stock s WHERE s.sku_id = ANY($4::text[])) AS available
FROM (SELECT) AS one LEFT JOIN stock_hold h ON h.id = $1`

/** $1 hold id, $2 now. */
export const commitSql = `
WITH gate AS MATERIALIZED (
  SELECT pg_advisory_xact_lock(hashtextextended('stock hold ' || $1::text, 0))::text
), ended AS (
  UPDATE stock_hold h SET state = 'COMMITTED', ended_at = $2
  FROM gate
  WHERE h.id = $1 AND h.state = 'HELD' AND h.expires_at > $2
  RETURNING h.id, h.demands
), ${linesOfEnded()}, sold AS (
  UPDATE sku_stock s SET on_hand = s.on_hand - l.quantity, held = s.held - l.quantity
  FROM locked l WHERE s.sku_id = l.sku_id
  RETURNING s.sku_id, l.quantity
), moved AS (
  INSERT INTO stock_movement (reason, ref_id, sku_id, on_hand_delta, held_delta, created_at)
  SELECT 'COMMIT', $1, sku_id, -quantity, -quantity, $2 FROM sold
)
SELECT EXISTS (SELECT FROM ended) AS ended`

/** $1 hold id, $2 now. */
export const releaseSql = `
WITH gate AS MATERIALIZED (
  SELECT pg_advisory_xact_lock(hashtextextended('stock hold ' || $1::text, 0))::text
), ended AS (
  UPDATE stock_hold h SET state = 'RELEASED', ended_at = $2
  FROM gate
  WHERE h.id = $1 AND h.state = 'HELD'
  RETURNING h.id, h.demands
), ${linesOfEnded()}, freed AS (
  UPDATE sku_stock s SET held = s.held - l.quantity
  FROM locked l WHERE s.sku_id = l.sku_id
), moved AS (
  INSERT INTO stock_movement (reason, ref_id, sku_id, on_hand_delta, held_delta, created_at)
  SELECT 'RELEASE', id, sku_id, 0, -quantity, $2 FROM lines
)
SELECT EXISTS (SELECT FROM ended) AS ended`

/**
 * $1 now, $2 how many at most. A hold whose gate is taken, because it is being committed, released or asked for again right now,
 * is skipped: whoever has it decides. The gates are only tried, so that expiry never waits with some of them in its hands.
 */
export const expireSql = `
WITH candidate AS MATERIALIZED (
  SELECT id FROM stock_hold WHERE state = 'HELD' AND expires_at <= $1 ORDER BY expires_at LIMIT $2::int
  FOR UPDATE SKIP LOCKED
), due AS MATERIALIZED (
  SELECT id FROM candidate WHERE pg_try_advisory_xact_lock(hashtextextended('stock hold ' || id, 0))
), ended AS (
  UPDATE stock_hold h SET state = 'EXPIRED', ended_at = $1
  FROM due WHERE h.id = due.id AND h.state = 'HELD'
  RETURNING h.id, h.demands
), ${linesOfEnded()}, freed AS (
  UPDATE sku_stock s SET held = s.held - l.quantity
  FROM locked l WHERE s.sku_id = l.sku_id
), moved AS (
  INSERT INTO stock_movement (reason, ref_id, sku_id, on_hand_delta, held_delta, created_at)
  SELECT 'EXPIRY', id, sku_id, 0, -quantity, $1 FROM lines
)
SELECT count(*)::int AS count FROM ended`

export const readHoldStateSql = `SELECT state::text AS state FROM stock_hold WHERE id = $1`

/** $1 reason, $2 entry id, $3 change of units by SKU, $4 note, $5 now, $6 units on hand at most. */
export const entrySql = `
WITH gate AS MATERIALIZED (
  SELECT pg_advisory_xact_lock(hashtextextended('stock entry ' || $1::text || ' ' || $2::text, 0))::text
), delta AS MATERIALIZED (
  SELECT key AS sku_id, value::int AS units FROM jsonb_each_text($3::jsonb)
), locked AS MATERIALIZED (
  SELECT s.sku_id, d.units
  FROM gate, delta d JOIN sku_stock s ON s.sku_id = d.sku_id
  WHERE s.on_hand::bigint + d.units BETWEEN s.held AND $6::int
  ORDER BY s.sku_id
  FOR UPDATE OF s
), entry AS (
  INSERT INTO stock_entry (reason, id, deltas, note, created_at)
  SELECT $1::stock_reason, $2, $3::jsonb, $4, $5
  WHERE (SELECT count(*) FROM locked) = (SELECT count(*) FROM delta)
  ON CONFLICT (reason, id) DO NOTHING
  RETURNING id
), counted AS (
  UPDATE sku_stock s SET on_hand = s.on_hand + l.units
  FROM locked l, entry
  WHERE s.sku_id = l.sku_id AND s.on_hand + l.units >= s.held
  RETURNING s.sku_id, l.units
), moved AS (
  INSERT INTO stock_movement (reason, ref_id, sku_id, on_hand_delta, held_delta, created_at)
  SELECT $1::stock_reason, $2, sku_id, units, 0, $5 FROM counted
  RETURNING sku_id
)
SELECT EXISTS (SELECT FROM entry) AS written,
  (SELECT count(*)::int FROM moved) AS moved,
  ARRAY(SELECT sku_id FROM delta EXCEPT SELECT sku_id FROM locked) AS short`

/** $1 reason, $2 entry id, $3 change of units by SKU, $4 SKUs that were short. */
export const readEntrySql = `
SELECT e.deltas = $3::jsonb AS same,
  (SELECT jsonb_object_agg(s.sku_id, s.on_hand - s.held) FROM sku_stock s WHERE s.sku_id = ANY($4::text[])) AS available
FROM (SELECT) AS one LEFT JOIN stock_entry e ON e.reason = $1::stock_reason AND e.id = $2`

export const readStockSql = `SELECT sku_id, on_hand, held FROM sku_stock WHERE sku_id = ANY($1::text[])`

/** The units of the holds that `ended` has taken, summed per SKU, with their stock rows locked in order. */
function linesOfEnded(): string {
  return `lines AS MATERIALIZED (
  SELECT ended.id, line.key AS sku_id, line.value::int AS quantity FROM ended, jsonb_each_text(ended.demands) AS line
), total AS MATERIALIZED (
  SELECT sku_id, sum(quantity)::int AS quantity FROM lines GROUP BY sku_id
), locked AS MATERIALIZED (
  SELECT s.sku_id, t.quantity
  FROM total t JOIN sku_stock s ON s.sku_id = t.sku_id
  ORDER BY s.sku_id
  FOR UPDATE OF s
)`
}

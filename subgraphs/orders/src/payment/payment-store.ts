/** Payments in the database: what notices write, and reads for the graph. The flow's own writes are in place-order. */
import type { SqlExecutor } from '@souk/kit'
import type { Payment, PaymentMethod, PaymentRow, PaymentState } from '../order/order.ts'
import { toPayment } from '../order/order.ts'
import type { PaymentNotice } from './payment-provider.ts'

export type PaymentStore = ReturnType<typeof openPaymentStore>

/** From which states a notice may move a payment. Money that was taken is taken, even if the order was given up before. */
const movableFrom: Readonly<Record<PaymentNotice['outcome'], readonly PaymentState[]>> = {
  AUTHORIZED: ['CREATED', 'PENDING'],
  DECLINED: ['CREATED', 'PENDING'],
  CAPTURED: ['CREATED', 'PENDING', 'AUTHORIZED', 'DECLINED', 'CANCELLED'],
}

export function openPaymentStore(database: SqlExecutor) {
  return {
    /** Records a notice and what it says, once. Null if the provider has no payment of that order. */
    recordNotice: async (
      method: PaymentMethod,
      notice: PaymentNotice,
      now: Date,
    ): Promise<{ readonly repeated: boolean } | null> => {
      const [row] = await database.$queryRawUnsafe<[{ is_new: boolean; is_known: boolean }]>(
        recordNoticeSql,
        notice.id,
        method,
        notice.reference,
        notice.outcome,
        notice.reason,
        movableFrom[notice.outcome],
        now,
      )
      return row.is_known ? { repeated: !row.is_new } : null
    },
    ofOrders: async (orderIds: readonly string[]): Promise<ReadonlyMap<string, Payment>> => {
      const rows = await database.$queryRawUnsafe<PaymentRow[]>(
        'SELECT * FROM payment WHERE order_id = ANY($1::text[])',
        orderIds,
      )
      return new Map(rows.map((row) => [row.order_id, toPayment(row)]))
    },
  }
}

// A capture that comes after the order was given up opens its flow again, to give the money back. The order's row is locked
// first, as by the flow: it says what the flow has really come to, and nobody waits for the other in a circle.
const recordNoticeSql = `
WITH known AS (
  SELECT o.id AS order_id, o.state, o.step FROM customer_order o JOIN payment p ON p.order_id = o.id
  WHERE o.id = $3 AND p.method = $2 FOR UPDATE OF o),
notice AS (
  INSERT INTO payment_notice (id, provider, order_id, outcome, received_at)
  SELECT $1, $2, order_id, $4, $7::timestamptz FROM known ON CONFLICT DO NOTHING RETURNING id),
paying AS (
  UPDATE payment SET state = $4,
    decline_reason = CASE WHEN $4 = 'DECLINED' THEN $5 ELSE decline_reason END,
    authorized_at = CASE WHEN $4 = 'DECLINED' THEN authorized_at ELSE coalesce(authorized_at, $7::timestamptz) END,
    captured_at = CASE WHEN $4 = 'CAPTURED' THEN $7::timestamptz ELSE captured_at END
  FROM known WHERE payment.order_id = known.order_id AND payment.state = ANY($6::text[]) RETURNING payment.order_id),
reopened AS (
  UPDATE customer_order SET step = 'UNDO', next_attempt_at = $7::timestamptz
  FROM paying, known WHERE id = paying.order_id AND $4 = 'CAPTURED' AND known.state = 'CANCELLED' AND known.step = 'DONE'
  RETURNING id)
SELECT EXISTS (SELECT 1 FROM notice) AS is_new, EXISTS (SELECT 1 FROM known) AS is_known`

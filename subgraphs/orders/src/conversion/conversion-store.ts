/** Sales on other platforms that live rooms brought: each external order once. */
import { type Ids, type Money, money, type OfferSnapshot } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import { outboxRows, publishing } from '../outbox-rows.ts'
import { roomSold } from '../place-order/order-paid.ts'

export type ExternalConversion = {
  readonly id: string
  readonly source: OfferSnapshot['source']
  readonly externalOrderId: string
  readonly liveRoomId: string
  readonly offerId: string
  readonly amount: Money
  readonly paidAt: Date
}

export type ConversionStore = ReturnType<typeof openConversionStore>

export function openConversionStore(database: SqlExecutor, ids: Ids) {
  return {
    /** The record of the external order: this one, which is told then, or the one that was there. */
    record: async (
      conversion: ExternalConversion,
      reportedBy: string,
      now: Date,
    ): Promise<ExternalConversion> => {
      const { id, source, externalOrderId, liveRoomId, offerId, amount, paidAt } = conversion
      const values = [
        id,
        source,
        externalOrderId,
        liveRoomId,
        offerId,
        amount.amount,
        amount.currency,
        paidAt,
        reportedBy,
        now,
        outboxRows([roomSold(liveRoomId, paidAt)], ids),
      ]
      const [row] = await database.$queryRawUnsafe<[ConversionRow]>(recordSql, ...values)
      return toConversion(row)
    },
  }
}

type ConversionRow = {
  id: string
  source: ExternalConversion['source']
  external_order_id: string
  live_room_id: string
  offer_id: string
  amount: bigint
  currency: string
  paid_at: Date
}

const toConversion = (row: ConversionRow): ExternalConversion => ({
  id: row.id,
  source: row.source,
  externalOrderId: row.external_order_id,
  liveRoomId: row.live_room_id,
  offerId: row.offer_id,
  amount: money(row.amount, row.currency),
  paidAt: row.paid_at,
})

const recordSql = `
WITH recorded AS (
  INSERT INTO external_conversion (id, source, external_order_id, live_room_id, offer_id, amount, currency, paid_at, reported_by, reported_at)
  VALUES ($1, $2, $3, $4, $5, $6::bigint, $7, $8::timestamptz, $9, $10::timestamptz)
  ON CONFLICT (source, external_order_id) DO UPDATE SET external_order_id = EXCLUDED.external_order_id
  RETURNING *, xmax = 0 AS is_new),
fresh AS (SELECT 1 FROM recorded WHERE is_new),
${publishing({ rows: '$11', at: '$10', onlyIf: 'fresh' })}
SELECT * FROM recorded`

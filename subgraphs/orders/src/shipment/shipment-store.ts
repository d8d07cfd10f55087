/** Parcels and their tracking events in the database. */
import type { SqlExecutor } from '@souk/kit'
import type { Carrier, TrackingNotice } from './carrier-provider.ts'
import { furthest, rankOf, type ShipmentState, type TrackingCode } from './shipment-state.ts'
import { type Order, type OrderRow, toOrder } from '../order/order.ts'

export type Shipment = {
  readonly id: string
  readonly orderId: string
  readonly carrier: Carrier
  readonly waybill: string | null
  readonly state: ShipmentState
  readonly idempotencyKey: string
  readonly createdAt: Date
  readonly deliveredAt: Date | null
}

export type ShipmentEvent = {
  readonly shipmentId: string
  readonly code: TrackingCode
  readonly description: string
  readonly location: string | null
  readonly occurredAt: Date
  readonly receivedAt: Date
}

export type ShipmentStore = ReturnType<typeof openShipmentStore>

export type NewShipment = Pick<Shipment, 'id' | 'orderId' | 'carrier' | 'idempotencyKey'> & {
  readonly now: Date
  /** Null for operators, who ship for any shop. */
  readonly shopIds: readonly string[] | null
}

export const openShipmentStore = (database: SqlExecutor) => ({
  ...openMoves(database),
  ...openReads(database),
})

function openMoves(database: SqlExecutor) {
  return {
    /** Asks for a parcel, if the order is PAID, the viewer's to ship, and nobody wants money back. Or finds the one there is. */
    request: async (
      wanted: NewShipment,
    ): Promise<{ readonly shipment: Shipment | null; readonly order: Order | null }> => {
      const [row] = await database.$queryRawUnsafe<
        [{ parcel: ShipmentRow | null; ordered: OrderRow | null }]
      >(
        requestSql,
        wanted.id,
        wanted.orderId,
        wanted.carrier,
        wanted.idempotencyKey,
        wanted.now,
        wanted.shopIds,
        rankOf('REQUESTED'),
      )
      return {
        shipment: row.parcel === null ? null : toShipment(row.parcel),
        order: row.ordered === null ? null : toOrder(row.ordered),
      }
    },
    /** Writes the waybill and moves the order to SHIPPED, both or neither. Null if the order is no longer PAID. */
    ship: async (
      shipmentId: string,
      waybill: string,
      now: Date,
    ): Promise<{ readonly shipment: Shipment; readonly order: Order } | null> => {
      const [row] = await database.$queryRawUnsafe<{ parcel: ShipmentRow; ordered: OrderRow }[]>(
        shipSql,
        shipmentId,
        waybill,
        now,
        rankOf('CREATED'),
      )
      return row === undefined ? null : { shipment: toShipment(row.parcel), order: toOrder(row.ordered) }
    },
    /** Keeps all events, moves the parcel forward if they say so, and its order when it has arrived. Null: no such waybill. */
    track: async (
      carrier: Carrier,
      notice: TrackingNotice,
      now: Date,
    ): Promise<{ readonly newEvents: number } | null> => {
      const state = furthest(notice.events.map((event) => event.code))
      const arrived = notice.events.find((event) => event.code === 'DELIVERED')
      const [row] = await database.$queryRawUnsafe<[{ is_known: boolean; new_events: number }]>(
        trackSql,
        carrier,
        notice.waybill,
        JSON.stringify(notice.events),
        state,
        rankOf(state),
        now,
        arrived?.occurredAt ?? null,
      )
      return row.is_known ? { newEvents: row.new_events } : null
    },
  }
}

function openReads(database: SqlExecutor) {
  return {
    ofOrders: async (orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly Shipment[]>> => {
      const rows = await database.$queryRawUnsafe<ShipmentRow[]>(
        'SELECT * FROM shipment WHERE order_id = ANY($1::text[]) ORDER BY created_at, id',
        orderIds,
      )
      return Map.groupBy(rows.map(toShipment), (shipment) => shipment.orderId)
    },
    byIds: async (
      ids: readonly string[],
    ): Promise<readonly (Shipment & { readonly buyerId: string; readonly shopId: string })[]> => {
      const rows = await database.$queryRawUnsafe<(ShipmentRow & { buyer_id: string; shop_id: string })[]>(
        byIdsSql,
        ids,
      )
      return rows.map((row) => ({ ...toShipment(row), buyerId: row.buyer_id, shopId: row.shop_id }))
    },
    eventsOf: async (
      shipmentIds: readonly string[],
    ): Promise<ReadonlyMap<string, readonly ShipmentEvent[]>> => {
      const rows = await database.$queryRawUnsafe<EventRow[]>(eventsSql, shipmentIds)
      return Map.groupBy(rows.map(toEvent), (event) => event.shipmentId)
    },
  }
}

type ShipmentRow = {
  id: string
  order_id: string
  carrier: Carrier
  waybill: string | null
  state: ShipmentState
  idempotency_key: string
  created_at: Date | string
  delivered_at: Date | string | null
}

type EventRow = {
  shipment_id: string
  code: TrackingCode
  description: string
  location: string | null
  occurred_at: Date
  received_at: Date
}

const toShipment = (row: ShipmentRow): Shipment => ({
  id: row.id,
  orderId: row.order_id,
  carrier: row.carrier,
  waybill: row.waybill,
  state: row.state,
  idempotencyKey: row.idempotency_key,
  createdAt: new Date(row.created_at),
  deliveredAt: row.delivered_at === null ? null : new Date(row.delivered_at),
})

const toEvent = (row: EventRow): ShipmentEvent => ({
  shipmentId: row.shipment_id,
  code: row.code,
  description: row.description,
  location: row.location,
  occurredAt: row.occurred_at,
  receivedAt: row.received_at,
})

// The order's row is locked and looked at again after waiting, so a case that a buyer opens at this moment is seen: it is counted on that row.
const requestSql = `
WITH ordered AS (
  SELECT * FROM customer_order WHERE id = $2 AND ($6::text[] IS NULL OR shop_id = ANY($6::text[])) FOR UPDATE),
parcel AS (
  INSERT INTO shipment (id, order_id, carrier, state, rank, idempotency_key, created_at)
  SELECT $1, id, $3, 'REQUESTED', $7::int, $4, $5::timestamptz FROM ordered WHERE state = 'PAID' AND open_cases = 0
  ON CONFLICT (order_id) DO NOTHING RETURNING *)
SELECT coalesce((SELECT to_jsonb(parcel) FROM parcel), (SELECT to_jsonb(s) FROM shipment s, ordered WHERE s.order_id = ordered.id)) AS parcel,
  (SELECT to_jsonb(ordered) FROM ordered) AS ordered`

const shipSql = `
WITH ordered AS (
  UPDATE customer_order SET state = 'SHIPPED', shipped_at = $3::timestamptz
  WHERE id = (SELECT order_id FROM shipment WHERE id = $1) AND state = 'PAID' AND open_cases = 0 RETURNING *),
parcel AS (
  UPDATE shipment SET waybill = $2, state = 'CREATED', rank = $4::int FROM ordered
  WHERE shipment.id = $1 AND shipment.state = 'REQUESTED' RETURNING shipment.*)
SELECT to_jsonb(parcel) AS parcel, (SELECT to_jsonb(ordered) FROM ordered) AS ordered FROM parcel`

const trackSql = `
WITH parcel AS (
  SELECT id, order_id FROM shipment WHERE carrier = $1 AND waybill = $2),
kept AS (
  INSERT INTO shipment_event (shipment_id, carrier_event_id, code, description, location, occurred_at, received_at)
  SELECT parcel.id, e.id, e.code, e.description, e.location, e."occurredAt", $6::timestamptz
  FROM parcel, jsonb_to_recordset($3::jsonb) AS e(id text, code text, description text, location text, "occurredAt" timestamptz)
  ON CONFLICT (shipment_id, carrier_event_id) DO NOTHING RETURNING 1),
moved AS (
  UPDATE shipment SET state = $4, rank = $5::int, delivered_at = $7::timestamptz FROM parcel
  WHERE shipment.id = parcel.id AND shipment.rank < $5::int RETURNING shipment.order_id, shipment.state),
arrived AS (
  UPDATE customer_order SET state = 'DELIVERED', delivered_at = $7::timestamptz FROM moved
  WHERE customer_order.id = moved.order_id AND moved.state = 'DELIVERED' AND customer_order.state = 'SHIPPED' RETURNING 1)
SELECT EXISTS (SELECT 1 FROM parcel) AS is_known, (SELECT count(*)::int FROM kept) AS new_events`

const byIdsSql = `
SELECT s.*, o.buyer_id, o.shop_id FROM shipment s JOIN customer_order o ON o.id = s.order_id WHERE s.id = ANY($1::text[])`

const eventsSql =
  'SELECT * FROM shipment_event WHERE shipment_id = ANY($1::text[]) ORDER BY shipment_id, occurred_at, received_at'

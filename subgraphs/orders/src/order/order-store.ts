/** Orders in the database as the graph reads them, and the buyer's receipt. */
import { consumersOf, type Ids } from '@souk/contracts'
import type { Page, SqlExecutor } from '@souk/kit'
import { publishing } from '../outbox-rows.ts'
import {
  type Order,
  type OrderLine,
  type OrderLineRow,
  type OrderRow,
  toOrder,
  toOrderLine,
} from './order.ts'
import { type OrderState, receivableStates } from './order-state.ts'

export type OrderCursor = { readonly placedAt: string; readonly id: string }

export type OrderList = {
  readonly by: 'buyer_id' | 'shop_id'
  readonly page: Page<OrderCursor>
  readonly states: readonly OrderState[] | null
}

export type Buyer = { readonly id: string; readonly country: string | null }

export type OrderStore = ReturnType<typeof openOrderStore>

export function openOrderStore(database: SqlExecutor, ids: Ids) {
  return {
    byIds: async (orderIds: readonly string[]): Promise<ReadonlyMap<string, Order>> => {
      const rows = await database.$queryRawUnsafe<OrderRow[]>(
        'SELECT * FROM customer_order WHERE id = ANY($1::text[])',
        orderIds,
      )
      return new Map(rows.map((row) => [row.id, toOrder(row)]))
    },
    linesOf: async (orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly OrderLine[]>> => {
      const rows = await database.$queryRawUnsafe<OrderLineRow[]>(linesSql, orderIds)
      return Map.groupBy(rows.map(toOrderLine), (line) => line.orderId)
    },
    /** One page for each owner (buyers or shops), all in one statement; each with one row more if there are more. */
    pages: async (
      ownerIds: readonly string[],
      { by, page, states }: OrderList,
    ): Promise<ReadonlyMap<string, readonly Order[]>> => {
      const { after, limit } = page
      const rows = await database.$queryRawUnsafe<OrderRow[]>(
        pagesSql(by),
        ownerIds,
        limit + 1,
        states,
        after?.placedAt ?? null,
        after?.id ?? null,
      )
      return Map.groupBy(rows.map(toOrder), (order) => (by === 'buyer_id' ? order.buyerId : order.shopId))
    },
    buyersByIds: async (buyerIds: readonly string[]): Promise<ReadonlyMap<string, Buyer>> => {
      const rows = await database.$queryRawUnsafe<Buyer[]>(
        'SELECT id, country FROM buyer WHERE id = ANY($1::text[])',
        buyerIds,
      )
      return new Map(rows.map((row) => [row.id, row]))
    },
    /** COMPLETED and its event in one statement; null if the order is not the buyer's or not at a state for it. */
    receive: async (orderId: string, buyerId: string, now: Date): Promise<Order | null> => {
      const eventId = ids.next()
      const rows = consumersOf('order.completed.v1').map((consumer) => ({
        id: eventId,
        consumer,
        type: 'order.completed.v1',
        entity_id: orderId,
      }))
      const values = [orderId, buyerId, now, receivableStates, JSON.stringify(rows), now.toISOString()]
      const [row] = await database.$queryRawUnsafe<OrderRow[]>(receiveSql, ...values)
      return row === undefined ? null : toOrder(row)
    },
  }
}

const linesSql = `
SELECT line.*, o.currency FROM order_line line JOIN customer_order o ON o.id = line.order_id
WHERE line.order_id = ANY($1::text[]) ORDER BY line.order_id, line.position`

const pagesSql = (by: OrderList['by']): string => `
SELECT found.* FROM unnest($1::text[]) AS owner(id) CROSS JOIN LATERAL (
  SELECT * FROM customer_order o
  WHERE o.${by} = owner.id
    AND ($3::text[] IS NULL OR o.state = ANY($3::text[]))
    AND ($4::timestamptz IS NULL OR (o.placed_at, o.id) < ($4::timestamptz, $5::text))
  ORDER BY o.placed_at DESC, o.id DESC LIMIT $2::int) AS found
ORDER BY found.placed_at DESC, found.id DESC`

// The payload is completed here, where the order's facts are: reading them first would be a second statement.
const receiveSql = `
WITH received AS (
  UPDATE customer_order SET state = 'COMPLETED', delivered_at = coalesce(delivered_at, $3::timestamptz), completed_at = $3::timestamptz
  WHERE id = $1 AND buyer_id = $2 AND state = ANY($4::text[]) RETURNING *),
told AS (
  SELECT jsonb_agg(e.row || jsonb_build_object('payload', jsonb_build_object('orderId', received.id, 'buyerId', received.buyer_id,
    'shopId', received.shop_id, 'currency', received.currency, 'completedAt', $6::text))) AS rows
  FROM received, jsonb_array_elements($5::jsonb) AS e(row)),
${publishing({ rows: '(SELECT rows FROM told)', at: '$3', onlyIf: 'received' })}
SELECT * FROM received`

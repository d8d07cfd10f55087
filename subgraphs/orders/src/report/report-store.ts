/** Figures over paid orders, read from the orders themselves. */
import type { SqlExecutor } from '@souk/kit'
import type { RoomSale } from './room-sales.ts'

export type ReportStore = ReturnType<typeof openReportStore>

export function openReportStore(database: SqlExecutor) {
  return {
    /** Paid orders by shop and discovery mode. */
    ordersByMode: async (
      shopIds: readonly string[],
    ): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> => {
      const rows = await database.$queryRawUnsafe<
        { shop_id: string; discovery_mode: string; orders: number }[]
      >(ordersByModeSql, shopIds)
      const byShop = Map.groupBy(rows, (row) => row.shop_id)
      return new Map(
        [...byShop].map(([shopId, modes]) => [
          shopId,
          new Map(modes.map((row) => [row.discovery_mode, row.orders])),
        ]),
      )
    },
    /** What rooms sold by source and currency: paid lines in the app, and reported sales elsewhere. */
    salesByRoom: async (roomIds: readonly string[]): Promise<ReadonlyMap<string, readonly RoomSale[]>> => {
      const rows = await database.$queryRawUnsafe<(RoomSale & { room_id: string })[]>(salesByRoomSql, roomIds)
      return Map.groupBy(rows, (row) => row.room_id)
    },
  }
}

const ordersByModeSql = `
SELECT shop_id, discovery_mode, count(*)::int AS orders FROM customer_order
WHERE shop_id = ANY($1::text[]) AND paid_at IS NOT NULL AND discovery_mode IS NOT NULL
GROUP BY shop_id, discovery_mode`

// An order is paid once it has been, whatever became of it: refunds are told apart. Only platform shops sell in the app.
const salesByRoomSql = `
SELECT line.content_id AS room_id, 'PLATFORM_SHOP' AS source, o.currency, sum(line.amount)::bigint AS amount, count(*)::int AS sales
FROM order_line line JOIN customer_order o ON o.id = line.order_id
WHERE line.content_id = ANY($1::text[]) AND line.content_kind = 'LIVE_ROOM' AND o.paid_at IS NOT NULL
GROUP BY line.content_id, o.currency
UNION ALL
SELECT live_room_id, source, currency, sum(amount)::bigint, count(*)::int FROM external_conversion
WHERE live_room_id = ANY($1::text[])
GROUP BY live_room_id, source, currency`

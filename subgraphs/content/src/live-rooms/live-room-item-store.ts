/** Items of live rooms in PostgreSQL: pages of many rooms in one read, exact counts, and changes under the room's lock. */
import { type Outcome, type Page, type Refusal, type SqlExecutor, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import type { OfferSource } from '../offers/may-show-offer.ts'
import type { LiveRoom, LiveRoomItem } from './live-room.ts'
import { type LiveRoomRow, lockLiveRoomSql, toLiveRoom } from './live-room-store.ts'

export type LiveRoomSummary = {
  readonly liveRoomId: string
  readonly itemCount: number
  readonly itemsBySource: readonly { readonly source: OfferSource; readonly count: number }[]
}

export type LiveRoomItemStore = ReturnType<typeof openLiveRoomItemStore>

export function openLiveRoomItemStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, LiveRoomItem>> => {
      const rows = await database.$queryRawUnsafe<ItemRow[]>(byIdsSql, ids)
      return new Map(rows.map((row) => [row.id, toItem(row)]))
    },

    /** The same page of each room, one row more than it has; rooms without items are left out. */
    pages: async (
      liveRoomIds: readonly string[],
      page: Page<number>,
    ): Promise<ReadonlyMap<string, readonly LiveRoomItem[]>> => {
      const rows = await database.$queryRawUnsafe<ItemRow[]>(
        pagesSql,
        liveRoomIds,
        page.after ?? 0,
        page.limit + 1,
      )
      return Map.groupBy(rows.map(toItem), (item) => item.liveRoomId)
    },

    /** Counts of the rooms that there are, empty ones too. */
    summaries: async (liveRoomIds: readonly string[]): Promise<ReadonlyMap<string, LiveRoomSummary>> => {
      const rows = await database.$queryRawUnsafe<SummaryRow[]>(summariesSql, liveRoomIds)
      const byRoom = Map.groupBy(rows, (row) => row.live_room_id)
      return new Map([...byRoom].map(([liveRoomId, counts]) => [liveRoomId, toSummary(liveRoomId, counts)]))
    },

    /** Lets `decide` rewrite the list of a room that nobody else changes meanwhile; null if there is no such room. */
    change: <R extends Refusal>(
      liveRoomId: string,
      decide: (room: LiveRoom, items: readonly LiveRoomItem[]) => Outcome<readonly LiveRoomItem[], R>,
    ): Promise<Outcome<readonly LiveRoomItem[], R> | null> =>
      transact(database, async (transaction) => {
        // The lock on the room is what makes two adds at once take two places; items are read after it is held.
        const [room] = await transaction.$queryRawUnsafe<LiveRoomRow[]>(lockLiveRoomSql, liveRoomId)
        if (room === undefined) return null
        const before = (await transaction.$queryRawUnsafe<ItemRow[]>(ofRoomSql, liveRoomId)).map(toItem)
        const outcome = decide(toLiveRoom(room), before)
        if (outcome.ok) await writeItems(transaction, before, outcome.value)
        return outcome
      }),
  }
}

/** Deletes what is gone, then inserts what is new and moves what moved, in one statement each. */
async function writeItems(
  transaction: SqlExecutor,
  before: readonly LiveRoomItem[],
  after: readonly LiveRoomItem[],
): Promise<void> {
  const positions = new Map(before.map((item) => [item.id, item.position]))
  const kept = new Set(after.map((item) => item.id))
  const gone = before.filter((item) => !kept.has(item.id)).map((item) => item.id)
  const written = after.filter((item) => positions.get(item.id) !== item.position)
  if (gone.length > 0) await transaction.$executeRawUnsafe(deleteSql, gone)
  if (written.length > 0) await transaction.$executeRawUnsafe(writeSql, JSON.stringify(written.map(toRow)))
}

type ItemRow = {
  readonly id: string
  readonly live_room_id: string
  readonly offer_id: string
  readonly source: OfferSource
  readonly position: number
  readonly added_at: Date
}

type SummaryRow = {
  readonly live_room_id: string
  readonly source: OfferSource | null
  readonly count: number
}

const toItem = (row: ItemRow): LiveRoomItem => ({
  id: row.id,
  liveRoomId: row.live_room_id,
  offerId: row.offer_id,
  source: row.source,
  position: row.position,
  addedAt: row.added_at,
})

const toRow = (item: LiveRoomItem): ItemRow => ({
  id: item.id,
  live_room_id: item.liveRoomId,
  offer_id: item.offerId,
  source: item.source,
  position: item.position,
  added_at: item.addedAt,
})

function toSummary(liveRoomId: string, rows: readonly SummaryRow[]): LiveRoomSummary {
  const itemsBySource = rows.flatMap(({ source, count }) => (source === null ? [] : [{ source, count }]))
  return { liveRoomId, itemCount: itemsBySource.reduce((sum, { count }) => sum + count, 0), itemsBySource }
}

const columns = 'id, live_room_id, offer_id, source, position, added_at'

const byIdsSql = `SELECT ${columns} FROM live_room_item WHERE id = ANY($1)`

const ofRoomSql = `SELECT ${columns} FROM live_room_item WHERE live_room_id = $1 ORDER BY position`

const pagesSql = `
SELECT item.* FROM unnest($1::text[]) AS room(id)
CROSS JOIN LATERAL (
  SELECT ${columns} FROM live_room_item
  WHERE live_room_id = room.id AND position > $2 ORDER BY position LIMIT $3
) AS item
ORDER BY item.live_room_id, item.position`

const summariesSql = `
SELECT room.id AS live_room_id, item.source, count(item.id)::int AS count
FROM live_room room LEFT JOIN live_room_item item ON item.live_room_id = room.id
WHERE room.id = ANY($1)
GROUP BY room.id, item.source ORDER BY room.id, item.source`

const deleteSql = `DELETE FROM live_room_item WHERE id = ANY($1)`

const writeSql = `
INSERT INTO live_room_item (${columns})
SELECT ${columns} FROM jsonb_to_recordset($1::jsonb)
  AS r(id text, live_room_id text, offer_id text, source "OfferSource", position int, added_at timestamptz)
ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position`

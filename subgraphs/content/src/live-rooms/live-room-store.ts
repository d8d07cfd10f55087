/** Live rooms in PostgreSQL: reads by id and by page, and changes of one room under its lock. */
import { type Outcome, type Page, type Refusal, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import type { LiveRoom, LiveRoomKind, LiveRoomStatus } from './live-room.ts'

export type LiveRoomCursor = { readonly startsAt: string; readonly id: string }

export type LiveRoomQuery = {
  readonly status: LiveRoomStatus | null
  readonly creatorId: string | null
  readonly shopId: string | null
  readonly page: Page<LiveRoomCursor>
}

export type LiveRoomStore = ReturnType<typeof openLiveRoomStore>

export function openLiveRoomStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, LiveRoom>> => {
      const rows = await database.$queryRawUnsafe<LiveRoomRow[]>(byIdsSql, ids)
      return new Map(rows.map((row) => [row.id, toLiveRoom(row)]))
    },

    /** One row more than the page has, the latest start first. */
    page: async (query: LiveRoomQuery): Promise<readonly LiveRoom[]> => {
      const { sql, values } = pageSql(query)
      const rows = await database.$queryRawUnsafe<LiveRoomRow[]>(sql, ...values)
      return rows.map(toLiveRoom)
    },

    insert: async (room: LiveRoom): Promise<void> => {
      await database.$executeRawUnsafe(insertSql, JSON.stringify([toRow(room)]))
    },

    /** Lets `decide` change a room that nobody else changes meanwhile; null if there is no such room. */
    change: <R extends Refusal>(
      id: string,
      decide: (room: LiveRoom) => Outcome<LiveRoom, R>,
    ): Promise<Outcome<LiveRoom, R> | null> =>
      transact(database, async (transaction) => {
        const [row] = await transaction.$queryRawUnsafe<LiveRoomRow[]>(lockLiveRoomSql, id)
        if (row === undefined) return null
        const outcome = decide(toLiveRoom(row))
        if (outcome.ok) await transaction.$executeRawUnsafe(updateSql, JSON.stringify(toRow(outcome.value)))
        return outcome
      }),
  }
}

export type LiveRoomRow = {
  readonly id: string
  readonly kind: LiveRoomKind
  readonly status: LiveRoomStatus
  readonly title: string
  readonly creator_id: string | null
  readonly shop_id: string | null
  readonly starts_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

export function toLiveRoom(row: LiveRoomRow): LiveRoom {
  const { id, kind, status, title, creator_id: creatorId, shop_id: shopId, starts_at: startsAt } = row
  const facts = { id, kind, title, creatorId, shopId, startsAt }
  if (status === 'SCHEDULED') return { ...facts, status }
  if (status === 'LIVE') return { ...facts, status, startedAt: present(row.started_at, row) }
  return { ...facts, status, startedAt: row.started_at, endedAt: present(row.ended_at, row) }
}

function present(at: Date | null, row: LiveRoomRow): Date {
  if (at === null) throw new Error(`The live room ${row.id} is ${row.status} without the time of it.`)
  return at
}

const toRow = (room: LiveRoom): LiveRoomRow => ({
  id: room.id,
  kind: room.kind,
  status: room.status,
  title: room.title,
  creator_id: room.creatorId,
  shop_id: room.shopId,
  starts_at: room.startsAt,
  started_at: room.status === 'SCHEDULED' ? null : room.startedAt,
  ended_at: room.status === 'ENDED' ? room.endedAt : null,
})

const columns = 'id, kind, status, title, creator_id, shop_id, starts_at, started_at, ended_at'

const byIdsSql = `SELECT ${columns} FROM live_room WHERE id = ANY($1)`

export const lockLiveRoomSql = `SELECT ${columns} FROM live_room WHERE id = $1 FOR UPDATE`

const recordType = `(id text, kind "LiveRoomKind", status "LiveRoomStatus", title text, creator_id text, shop_id text,
  starts_at timestamptz, started_at timestamptz, ended_at timestamptz)`

const insertSql = `
INSERT INTO live_room (${columns}) SELECT ${columns} FROM jsonb_to_recordset($1::jsonb) AS r${recordType}`

const updateSql = `
UPDATE live_room SET status = r.status, started_at = r.started_at, ended_at = r.ended_at
FROM jsonb_to_record($1::jsonb) AS r${recordType} WHERE live_room.id = r.id`

/** Only the conditions asked for, so that each combination has a plan of its own that walks its own index. */
function pageSql({ status, creatorId, shopId, page }: LiveRoomQuery): { sql: string; values: unknown[] } {
  const values: unknown[] = [page.limit + 1]
  const use = (value: unknown): string => `$${values.push(value)}`
  const conditions = [
    status && `status = ${use(status)}::"LiveRoomStatus"`,
    creatorId && `creator_id = ${use(creatorId)}`,
    shopId && `shop_id = ${use(shopId)}`,
    page.after && `(starts_at, id) < (${use(page.after.startsAt)}::timestamptz, ${use(page.after.id)})`,
  ].filter((condition) => condition !== null)
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  return {
    sql: `SELECT ${columns} FROM live_room ${where} ORDER BY starts_at DESC, id DESC LIMIT $1`,
    values,
  }
}

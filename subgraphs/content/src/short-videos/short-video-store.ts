/** Short videos, their items and their likes in PostgreSQL. */
import { type Page, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import type { OfferSource } from '../offers/may-show-offer.ts'
import type { ShortVideo, ShortVideoItem } from './short-video.ts'

export type ShortVideoCursor = { readonly publishedAt: string; readonly id: string }

export type Like = { readonly shortVideoId: string; readonly userId: string }

export type ShortVideoStore = ReturnType<typeof openShortVideoStore>

export function openShortVideoStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, ShortVideo>> => {
      const rows = await database.$queryRawUnsafe<VideoRow[]>(byIdsSql, ids)
      return new Map(rows.map((row) => [row.id, toVideo(row)]))
    },

    /** One row more than the page has, the newest first. */
    page: async (creatorId: string | null, page: Page<ShortVideoCursor>): Promise<readonly ShortVideo[]> => {
      const { sql, values } = pageSql(creatorId, page)
      const rows = await database.$queryRawUnsafe<VideoRow[]>(sql, ...values)
      return rows.map(toVideo)
    },

    itemsOf: async (
      shortVideoIds: readonly string[],
    ): Promise<ReadonlyMap<string, readonly ShortVideoItem[]>> => {
      const rows = await database.$queryRawUnsafe<ItemRow[]>(itemsOfSql, shortVideoIds)
      return Map.groupBy(rows.map(toItem), (item) => item.shortVideoId)
    },

    itemsByIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, ShortVideoItem>> => {
      const rows = await database.$queryRawUnsafe<ItemRow[]>(itemsByIdsSql, ids)
      return new Map(rows.map((row) => [row.id, toItem(row)]))
    },

    insert: async (video: ShortVideo, items: readonly ShortVideoItem[]): Promise<void> => {
      await transact(database, async (transaction) => {
        await transaction.$executeRawUnsafe(insertSql, JSON.stringify([toVideoRow(video)]))
        if (items.length > 0)
          await transaction.$executeRawUnsafe(insertItemsSql, JSON.stringify(items.map(toItemRow)))
      })
    },

    /** Which of the videos the user likes. */
    likedBy: async (userId: string, shortVideoIds: readonly string[]): Promise<ReadonlyMap<string, true>> => {
      const rows = await database.$queryRawUnsafe<{ short_video_id: string }[]>(
        likedBySql,
        userId,
        shortVideoIds,
      )
      return new Map(rows.map((row) => [row.short_video_id, true]))
    },

    /** The video after the like; null if there is no such video. */
    like: async ({ shortVideoId, userId }: Like, at: Date): Promise<ShortVideo | null> => {
      const [row] = await database.$queryRawUnsafe<VideoRow[]>(
        likeSql,
        shortVideoId,
        userId,
        at.toISOString(),
      )
      return row ? toVideo(row) : null
    },

    unlike: async ({ shortVideoId, userId }: Like): Promise<ShortVideo | null> => {
      const [row] = await database.$queryRawUnsafe<VideoRow[]>(unlikeSql, shortVideoId, userId)
      return row ? toVideo(row) : null
    },
  }
}

type VideoRow = {
  readonly id: string
  readonly creator_id: string
  readonly title: string
  readonly duration_seconds: number
  readonly published_at: Date
  readonly like_count: number
}

type ItemRow = {
  readonly id: string
  readonly short_video_id: string
  readonly offer_id: string
  readonly source: OfferSource
  readonly position: number
}

const toVideo = (row: VideoRow): ShortVideo => ({
  id: row.id,
  creatorId: row.creator_id,
  title: row.title,
  durationSeconds: row.duration_seconds,
  publishedAt: row.published_at,
  likeCount: row.like_count,
})

const toVideoRow = (video: ShortVideo): VideoRow => ({
  id: video.id,
  creator_id: video.creatorId,
  title: video.title,
  duration_seconds: video.durationSeconds,
  published_at: video.publishedAt,
  like_count: video.likeCount,
})

const toItem = (row: ItemRow): ShortVideoItem => ({
  id: row.id,
  shortVideoId: row.short_video_id,
  offerId: row.offer_id,
  source: row.source,
  position: row.position,
})

const toItemRow = (item: ShortVideoItem): ItemRow => ({
  id: item.id,
  short_video_id: item.shortVideoId,
  offer_id: item.offerId,
  source: item.source,
  position: item.position,
})

const columns = 'id, creator_id, title, duration_seconds, published_at, like_count'
const itemColumns = 'id, short_video_id, offer_id, source, position'

const byIdsSql = `SELECT ${columns} FROM short_video WHERE id = ANY($1)`

const itemsOfSql = `
SELECT ${itemColumns} FROM short_video_item WHERE short_video_id = ANY($1) ORDER BY short_video_id, position`

const itemsByIdsSql = `SELECT ${itemColumns} FROM short_video_item WHERE id = ANY($1)`

const insertSql = `
INSERT INTO short_video (${columns})
SELECT ${columns} FROM jsonb_to_recordset($1::jsonb)
  AS r(id text, creator_id text, title text, duration_seconds int, published_at timestamptz, like_count int)`

const insertItemsSql = `
INSERT INTO short_video_item (${itemColumns})
SELECT ${itemColumns} FROM jsonb_to_recordset($1::jsonb)
  AS r(id text, short_video_id text, offer_id text, source "OfferSource", position int)`

const likedBySql = `SELECT short_video_id FROM short_video_like WHERE user_id = $1 AND short_video_id = ANY($2)`

// One statement, so that the count and the rows it counts can't part; a second like inserts nothing and adds 0.
const likeSql = `
WITH liked AS (
  INSERT INTO short_video_like (short_video_id, user_id, liked_at)
  SELECT id, $2, $3::timestamptz FROM short_video WHERE id = $1
  ON CONFLICT DO NOTHING RETURNING 1)
UPDATE short_video SET like_count = like_count + (SELECT count(*)::int FROM liked) WHERE id = $1
RETURNING ${columns}`

const unlikeSql = `
WITH gone AS (DELETE FROM short_video_like WHERE short_video_id = $1 AND user_id = $2 RETURNING 1)
UPDATE short_video SET like_count = like_count - (SELECT count(*)::int FROM gone) WHERE id = $1
RETURNING ${columns}`

function pageSql(creatorId: string | null, page: Page<ShortVideoCursor>): { sql: string; values: unknown[] } {
  const values: unknown[] = [page.limit + 1]
  const use = (value: unknown): string => `$${values.push(value)}`
  const conditions = [
    creatorId && `creator_id = ${use(creatorId)}`,
    page.after && `(published_at, id) < (${use(page.after.publishedAt)}::timestamptz, ${use(page.after.id)})`,
  ].filter((condition) => condition !== null)
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  return {
    sql: `SELECT ${columns} FROM short_video ${where} ORDER BY published_at DESC, id DESC LIMIT $1`,
    values,
  }
}

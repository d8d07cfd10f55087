/** What pieces of content show, for other subgraphs: one read for any number of ids. */
import type { Database } from '../db.ts'
import type { ShownOffer } from '../offers/may-show-offer.ts'

export type ContentSnapshotRow = {
  readonly contentId: string
  readonly contentKind: 'SHORT_VIDEO' | 'LIVE_ROOM'
  readonly creatorId: string | null
  readonly offers: readonly ShownOffer[]
}

export type ContentSnapshotStore = ReturnType<typeof openContentSnapshotStore>

export function openContentSnapshotStore(database: Database) {
  return {
    byIds: async (ids: readonly string[]): Promise<ReadonlyMap<string, ContentSnapshotRow>> => {
      const rows = await database.$queryRawUnsafe<ContentSnapshotRow[]>(snapshotSql, ids)
      return new Map(rows.map((row) => [row.contentId, row]))
    },
  }
}

const offers = `jsonb_agg(jsonb_build_object('offerId', item.offer_id, 'source', item.source) ORDER BY item.position)`

const snapshotSql = `
SELECT video.id AS "contentId", 'SHORT_VIDEO' AS "contentKind", video.creator_id AS "creatorId",
  coalesce((SELECT ${offers} FROM short_video_item item WHERE item.short_video_id = video.id), '[]') AS offers
FROM short_video video WHERE video.id = ANY($1)
UNION ALL
SELECT room.id, 'LIVE_ROOM', room.creator_id,
  coalesce((SELECT ${offers} FROM live_room_item item WHERE item.live_room_id = room.id), '[]')
FROM live_room room WHERE room.id = ANY($1)`

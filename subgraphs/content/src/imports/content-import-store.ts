/** Bulk insert of content: four statements in one transaction, however many rows. */
import { type SqlExecutor, transact } from '@souk/kit'
import type { Database } from '../db.ts'
import type { ImportedContent, ImportedItem } from './content-import.ts'

export type ContentImportStore = ReturnType<typeof openContentImportStore>

export function openContentImportStore(database: Database) {
  return {
    /**
     * Inserts what is new and returns how many rows that are. Items come only with a video or room that is new: one that is
     * there already may have been changed by its creator since.
     */
    insertNew: (content: ImportedContent): Promise<number> =>
      transact(database, async (transaction) => {
        const videos = await insert(transaction, insertVideosSql, content.shortVideos)
        const rooms = await insert(transaction, insertRoomsSql, content.liveRooms)
        const videoItems = itemRows(content.shortVideos, videos, (video) => video.publishedAt)
        const roomItems = itemRows(content.liveRooms, rooms, (room) => room.startsAt)
        await insert(transaction, insertVideoItemsSql, videoItems)
        await insert(transaction, insertRoomItemsSql, roomItems)
        return videos.size + rooms.size + videoItems.length + roomItems.length
      }),
  }
}

type Owner = { readonly id: string; readonly items: readonly ImportedItem[] }

const itemRows = <O extends Owner>(
  owners: readonly O[],
  inserted: ReadonlySet<string>,
  addedAt: (owner: O) => Date,
) =>
  owners
    .filter((owner) => inserted.has(owner.id))
    .flatMap((owner) =>
      owner.items.map((item, index) => ({
        ...item,
        ownerId: owner.id,
        position: index + 1,
        addedAt: addedAt(owner),
      })),
    )

async function insert(
  transaction: SqlExecutor,
  sql: string,
  rows: readonly object[],
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set()
  const inserted = await transaction.$queryRawUnsafe<{ id: string }[]>(sql, JSON.stringify(rows))
  return new Set(inserted.map(({ id }) => id))
}

const insertVideosSql = `
INSERT INTO short_video (id, creator_id, title, duration_seconds, published_at)
SELECT id, "creatorId", title, "durationSeconds", "publishedAt" FROM jsonb_to_recordset($1::jsonb)
  AS r(id text, "creatorId" text, title text, "durationSeconds" int, "publishedAt" timestamptz)
ON CONFLICT (id) DO NOTHING RETURNING id`

// A room that was live started when it was to start; the file that it comes from knows no better.
const insertRoomsSql = `
INSERT INTO live_room (id, kind, status, title, creator_id, shop_id, starts_at, started_at, ended_at)
SELECT id, kind, status, title, "creatorId", "shopId", "startsAt",
  CASE WHEN status <> 'SCHEDULED' THEN "startsAt" END, CASE WHEN status = 'ENDED' THEN "endsAt" END
FROM jsonb_to_recordset($1::jsonb) AS r(id text, kind "LiveRoomKind", status "LiveRoomStatus", title text,
  "creatorId" text, "shopId" text, "startsAt" timestamptz, "endsAt" timestamptz)
ON CONFLICT (id) DO NOTHING RETURNING id`

const itemType = `(id text, "ownerId" text, "offerId" text, source "OfferSource", position int, "addedAt" timestamptz)`

const insertVideoItemsSql = `
INSERT INTO short_video_item (id, short_video_id, offer_id, source, position)
SELECT id, "ownerId", "offerId", source, position FROM jsonb_to_recordset($1::jsonb) AS r${itemType} RETURNING id`

const insertRoomItemsSql = `
INSERT INTO live_room_item (id, live_room_id, offer_id, source, position, added_at)
SELECT id, "ownerId", "offerId", source, position, "addedAt" FROM jsonb_to_recordset($1::jsonb) AS r${itemType} RETURNING id`

/** Candidates of a feed in PostgreSQL: ids and times only, a window of videos and the rooms on the air. */
import { feedLimits } from '../config.ts'
import type { Database } from '../db.ts'
import type { FeedCandidate } from './rank-feed.ts'

/** A place in the videos, the newest first. */
export type VideoPlace = { readonly at: number; readonly id: string }

export type FeedWindow = {
  /** When the feed was opened: what came later isn't in it. */
  readonly openedAt: number
  /** Videos older than this one; null in the first window. */
  readonly start: VideoPlace | null
  /** Videos up to and with this one; null while the window is read for the first time. */
  readonly end: VideoPlace | null
}

export type FeedStore = ReturnType<typeof openFeedStore>

export function openFeedStore(database: Database) {
  return {
    /** Videos of a window, the newest first. */
    videos: async ({ openedAt, start, end }: FeedWindow): Promise<readonly FeedCandidate[]> => {
      const rows = await database.$queryRawUnsafe<CandidateRow[]>(
        videosSql,
        new Date(start?.at ?? openedAt).toISOString(),
        // The first window has no first video; every id sorts before this one.
        start?.id ?? '\u{10FFFF}',
        new Date(end?.at ?? 0).toISOString(),
        end?.id ?? '',
        feedLimits.windowVideosMax,
      )
      return toCandidates('SHORT_VIDEO', rows)
    },

    /** Rooms that are on the air now and were when the feed was opened. */
    liveRooms: async (openedAt: number): Promise<readonly FeedCandidate[]> => {
      const at = new Date(openedAt).toISOString()
      return toCandidates(
        'LIVE_ROOM',
        await database.$queryRawUnsafe<CandidateRow[]>(liveRoomsSql, at, feedLimits.liveRoomsMax),
      )
    },
  }
}

type CandidateRow = { readonly ids: readonly string[]; readonly times: readonly number[] }

const toCandidates = (
  kind: FeedCandidate['kind'],
  [row]: readonly CandidateRow[],
): readonly FeedCandidate[] =>
  (row?.ids ?? []).map((id, index) => ({ kind, id, at: Number(row?.times[index]) }))

// One row of two arrays: five hundred rows cost ten times as much to read.
const gather = (rows: string): string => `
SELECT coalesce(array_agg(id ORDER BY at DESC, id DESC), '{}') AS ids,
  coalesce(array_agg((extract(epoch FROM at) * 1000)::float8 ORDER BY at DESC, id DESC), '{}') AS times
FROM (${rows}) AS candidate`

const videosSql = gather(`
  SELECT id, published_at AS at FROM short_video
  WHERE (published_at, id) < ($1::timestamptz, $2) AND (published_at, id) >= ($3::timestamptz, $4)
  ORDER BY published_at DESC, id DESC LIMIT $5`)

const liveRoomsSql = gather(`
  SELECT id, started_at AS at FROM live_room
  WHERE status = 'LIVE' AND started_at <= $1::timestamptz ORDER BY started_at DESC, id DESC LIMIT $2`)

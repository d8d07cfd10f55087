/** Resolvers of the root query fields. */
import { type ConnectionArguments, connectionOf, loadEntity, readPage } from '@souk/kit'
import { entities } from '../entities.ts'
import { type FeedArguments, readFeed } from '../feed/read-feed.ts'
import type { LiveRoomStatus } from '../live-rooms/live-room.ts'
import type { ContentContext } from '../modules.ts'
import { snapshotContent } from '../snapshots/snapshot-content.ts'

type LiveRoomFilter = {
  readonly status?: LiveRoomStatus | null
  readonly creatorId?: string | null
  readonly shopId?: string | null
}
type LiveRoomsArguments = ConnectionArguments & { readonly filter?: LiveRoomFilter | null }
type ShortVideosArguments = ConnectionArguments & {
  readonly filter?: { readonly creatorId?: string | null } | null
}

export const queries = {
  liveRoom: (_root: unknown, { id }: { id: string }, context: ContentContext) =>
    loadEntity(entities, { typeName: 'LiveRoom', keyField: 'id', key: id }, context),

  liveRooms: async (_root: unknown, { filter, ...args }: LiveRoomsArguments, { modules }: ContentContext) => {
    const page = readPage(args, readTimeCursor)
    const { status = null, creatorId = null, shopId = null } = filter ?? {}
    const after = page.after && { startsAt: page.after.at, id: page.after.id }
    const rooms = await modules.liveRooms.page({
      status,
      creatorId,
      shopId,
      page: { limit: page.limit, after },
    })
    return connectionOf(rooms, page, (room) => [room.startsAt.toISOString(), room.id])
  },

  shortVideo: (_root: unknown, { id }: { id: string }, context: ContentContext) =>
    loadEntity(entities, { typeName: 'ShortVideo', keyField: 'id', key: id }, context),

  shortVideos: async (
    _root: unknown,
    { filter, ...args }: ShortVideosArguments,
    { modules }: ContentContext,
  ) => {
    const page = readPage(args, readTimeCursor)
    const after = page.after && { publishedAt: page.after.at, id: page.after.id }
    const videos = await modules.shortVideos.page(filter?.creatorId ?? null, { limit: page.limit, after })
    return connectionOf(videos, page, (video) => [video.publishedAt.toISOString(), video.id])
  },

  contentFeed: (_root: unknown, args: FeedArguments, { modules, clock }: ContentContext) =>
    readFeed(modules.feed, args, clock.now()),

  _internalContent: (
    _root: unknown,
    { contentIds }: { contentIds: readonly string[] },
    { modules, clock }: ContentContext,
  ) => snapshotContent(modules, contentIds, clock.now()),
}

type TimeCursor = { readonly at: string; readonly id: string }

function readTimeCursor([at, id]: readonly unknown[]): TimeCursor | undefined {
  if (typeof at !== 'string' || typeof id !== 'string' || !isTime(at)) return undefined
  return { at, id }
}

// Exactly as it was written, and of the years 1970 to 9999: what only JavaScript can read must not reach the database.
const isTime = (text: string): boolean =>
  text.length === 24 && Date.parse(text) >= 0 && new Date(text).toISOString() === text

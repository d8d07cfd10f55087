/** Resolvers of the fields of content's types. Every field that reads the database does it through a loader. */
import { type ConnectionArguments, connectionOf, loadEntity, readPage } from '@souk/kit'
import { entities } from '../entities.ts'
import type { FeedEntry } from '../feed/read-feed.ts'
import type { LiveRoom, LiveRoomItem } from '../live-rooms/live-room.ts'
import type { ContentContext } from '../modules.ts'
import type { ShownOffer, Surface } from '../offers/may-show-offer.ts'
import type { ShortVideo } from '../short-videos/short-video.ts'

const stub = (id: string | null) => (id === null ? null : { id })

const isShown = ({ modules, clock }: ContentContext, offer: ShownOffer, surface: Surface): boolean =>
  modules.mayShowOffer(offer, surface, clock.now()).allowed

const itemFields = (surface: Surface) => ({
  offer: (item: ShownOffer, _args: object, context: ContentContext) =>
    isShown(context, item, surface) ? stub(item.offerId) : null,
  available: (item: ShownOffer, _args: object, context: ContentContext) => isShown(context, item, surface),
})

export const shortVideoTypes = {
  ShortVideo: {
    creator: (video: ShortVideo) => stub(video.creatorId),
    viewerHasLiked: async (
      video: ShortVideo,
      _args: object,
      { viewer, modules, loaders }: ContentContext,
    ) => {
      if (viewer.kind !== 'user') return null
      const liked = await loaders.load('short videos that the viewer likes', video.id, (ids) =>
        modules.shortVideos.likedBy(viewer.userId, ids),
      )
      return liked === true
    },
    items: async (video: ShortVideo, _args: object, { modules, loaders }: ContentContext) =>
      (await loaders.load('items of short videos', video.id, (ids) => modules.shortVideos.itemsOf(ids))) ??
      [],
  },
  ShortVideoItem: itemFields('SHORT_VIDEO'),
}

export const liveRoomTypes = {
  LiveRoom: {
    creator: (room: LiveRoom) => stub(room.creatorId),
    shop: (room: LiveRoom) => stub(room.shopId),
    items: async (room: LiveRoom, args: ConnectionArguments, { modules, loaders }: ContentContext) => {
      const page = readPage(args, readPosition)
      const name = `items of live rooms, ${page.limit} after ${page.after}`
      const items = await loaders.load(name, room.id, (ids) => modules.liveRoomItems.pages(ids, page))
      return connectionOf(items ?? [], page, (item) => [item.position])
    },
    commerceSummary: (room: LiveRoom, _args: object, context: ContentContext) =>
      loadEntity(
        entities,
        { typeName: 'LiveRoomCommerceSummary', keyField: 'liveRoomId', key: room.id },
        context,
      ),
  },
  LiveRoomItem: {
    ...itemFields('LIVE'),
    liveRoom: (item: LiveRoomItem, _args: object, context: ContentContext) =>
      loadEntity(entities, { typeName: 'LiveRoom', keyField: 'id', key: item.liveRoomId }, context),
  },
}

export const feedTypes = {
  ContentFeedConnection: {
    nodes: ({ nodes }: { nodes: readonly FeedEntry[] }, _args: object, context: ContentContext) =>
      nodes.map((entry) => loadContent(context, entry)),
  },
  ContentFeedEdge: {
    node: ({ node }: { node: FeedEntry }, _args: object, context: ContentContext) =>
      loadContent(context, node),
  },
}

async function loadContent(context: ContentContext, { kind, id }: FeedEntry): Promise<object | null> {
  const typeName = kind === 'LIVE_ROOM' ? 'LiveRoom' : 'ShortVideo'
  const content = await loadEntity(entities, { typeName, keyField: 'id', key: id }, context)
  return content && { ...content, __typename: typeName }
}

// PostgreSQL's integers end there; a forged cursor beyond it would be an error of the database.
const positionMax = 2_147_483_647

const readPosition = ([position]: readonly unknown[]): number | undefined =>
  typeof position === 'number' && Number.isInteger(position) && position >= 0 && position <= positionMax
    ? position
    : undefined

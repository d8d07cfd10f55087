/** Resolvers of the root mutation fields: each runs a command and shows its outcome as a member of its union. */
import { notFound } from '@souk/contracts'
import { done, loadEntity, toResultUnion } from '@souk/kit'
import {
  type LiveRoomItemAddInput,
  runAddLiveRoomItem,
} from '../add-live-room-item/run-add-live-room-item.ts'
import { entities } from '../entities.ts'
import type { ItemsChanged, RoomEnded } from '../errors.ts'
import { assertImportable, type ImportedContent } from '../imports/content-import.ts'
import { removeItem, reorderItems } from '../live-rooms/arrange-items.ts'
import {
  changeItems,
  changeLiveRoom,
  createLiveRoom,
  type LiveRoomDraft,
} from '../live-rooms/change-live-room.ts'
import { endLiveRoom, openForChanges, startLiveRoom } from '../live-rooms/live-room-transitions.ts'
import type { ContentContext } from '../modules.ts'
import { likeShortVideo, unlikeShortVideo } from '../short-videos/like-short-video.ts'
import { publishShortVideo, type ShortVideoDraft } from '../short-videos/publish-short-video.ts'

type Input<Fields> = { readonly input: Fields }
type OfRoom<More = object> = Input<{ readonly liveRoomId: string } & More>
type OfVideo = Input<{ readonly shortVideoId: string }>

export const mutations = {
  liveRoomCreate: async (_root: unknown, { input }: Input<LiveRoomDraft>, context: ContentContext) => ({
    __typename: 'LiveRoomCreated',
    liveRoom: await createLiveRoom(context, input),
  }),

  liveRoomStart: async (_root: unknown, { input }: OfRoom, context: ContentContext) =>
    toResultUnion(await changeLiveRoom(context, input.liveRoomId, startLiveRoom), (liveRoom) => ({
      __typename: 'LiveRoomStarted',
      liveRoom,
    })),

  liveRoomEnd: async (_root: unknown, { input }: OfRoom, context: ContentContext) =>
    toResultUnion(await changeLiveRoom(context, input.liveRoomId, endLiveRoom), (liveRoom) => ({
      __typename: 'LiveRoomFinished',
      liveRoom,
    })),

  liveRoomItemAdd: async (_root: unknown, { input }: Input<LiveRoomItemAddInput>, context: ContentContext) =>
    toResultUnion(await runAddLiveRoomItem(context, input), (item) => ({
      __typename: 'LiveRoomItemAdded',
      item,
    })),

  liveRoomItemRemove: async (
    _root: unknown,
    { input }: OfRoom<{ readonly itemId: string }>,
    context: ContentContext,
  ) => {
    const { liveRoomId, itemId } = input
    const outcome = await changeItems<RoomEnded>(context, liveRoomId, (room, items) => {
      if (!items.some((item) => item.id === itemId)) throw notFound('item of this live room', itemId)
      const open = openForChanges(room)
      return open.ok ? done(removeItem(items, itemId)) : open
    })
    const liveRoom = await loadLiveRoom(context, liveRoomId)
    return toResultUnion(outcome, () => ({ __typename: 'LiveRoomItemRemoved', itemId, liveRoom }))
  },

  liveRoomItemsReorder: async (
    _root: unknown,
    { input }: OfRoom<{ readonly itemIds: readonly string[] }>,
    context: ContentContext,
  ) => {
    const { liveRoomId, itemIds } = input
    const outcome = await changeItems<RoomEnded | ItemsChanged>(context, liveRoomId, (room, items) => {
      const open = openForChanges(room)
      return open.ok ? reorderItems(items, itemIds) : open
    })
    const liveRoom = await loadLiveRoom(context, liveRoomId)
    return toResultUnion(outcome, () => ({ __typename: 'LiveRoomItemsReordered', liveRoom }))
  },

  shortVideoPublish: async (_root: unknown, { input }: Input<ShortVideoDraft>, context: ContentContext) =>
    toResultUnion(await publishShortVideo(context, input), (shortVideo) => ({
      __typename: 'ShortVideoPublished',
      shortVideo,
    })),

  shortVideoLike: async (_root: unknown, { input }: OfVideo, context: ContentContext) => ({
    __typename: 'ShortVideoLiked',
    shortVideo: await likeShortVideo(context, input.shortVideoId),
  }),

  shortVideoUnlike: async (_root: unknown, { input }: OfVideo, context: ContentContext) => ({
    __typename: 'ShortVideoUnliked',
    shortVideo: await unlikeShortVideo(context, input.shortVideoId),
  }),

  _internalContentImport: async (
    _root: unknown,
    { content }: { content: ImportedContent },
    { modules }: ContentContext,
  ) => {
    assertImportable(content)
    return await modules.imports.insertNew(content)
  },
}

const loadLiveRoom = (context: ContentContext, id: string) =>
  loadEntity(entities, { typeName: 'LiveRoom', keyField: 'id', key: id }, context)

/** How other subgraphs' references to content are resolved. Content is public: every viewer may see it. */
import type { EntityDefinitions } from '@souk/kit'
import type { ContentModules } from './modules.ts'

export const entities: EntityDefinitions<ContentModules> = {
  ShortVideo: { id: ({ modules }, ids) => modules.shortVideos.byIds(ids) },
  ShortVideoItem: { id: ({ modules }, ids) => modules.shortVideos.itemsByIds(ids) },
  LiveRoom: { id: ({ modules }, ids) => modules.liveRooms.byIds(ids) },
  LiveRoomItem: { id: ({ modules }, ids) => modules.liveRoomItems.byIds(ids) },
  LiveRoomCommerceSummary: { liveRoomId: ({ modules }, ids) => modules.liveRoomItems.summaries(ids) },
}

/** The modules that resolvers get: stores, and the policy on what may be shown. */
import type { SubgraphContext, SubgraphServices } from '@souk/kit'
import type { Database } from './db.ts'
import { openFeedStore } from './feed/feed-store.ts'
import { openContentImportStore } from './imports/content-import-store.ts'
import { openLiveRoomItemStore } from './live-rooms/live-room-item-store.ts'
import { openLiveRoomStore } from './live-rooms/live-room-store.ts'
import type { OfferPolicy } from './offers/may-show-offer.ts'
import { openShortVideoStore } from './short-videos/short-video-store.ts'
import { openContentSnapshotStore } from './snapshots/content-snapshot-store.ts'

/** Decisions that later issues take elsewhere, and that a test may take otherwise. */
export type ContentPolicies = { readonly mayShowOffer: OfferPolicy }

export const openModules = ({ database }: SubgraphServices<Database>, policies: ContentPolicies) => ({
  liveRooms: openLiveRoomStore(database),
  liveRoomItems: openLiveRoomItemStore(database),
  shortVideos: openShortVideoStore(database),
  feed: openFeedStore(database),
  snapshots: openContentSnapshotStore(database),
  imports: openContentImportStore(database),
  ...policies,
})

export type ContentModules = ReturnType<typeof openModules>

export type ContentContext = SubgraphContext<ContentModules>

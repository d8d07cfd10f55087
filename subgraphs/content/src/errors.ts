/** The refusals of the content subgraph: every code with its meaning and remedy, and the shapes that carry them. */
import type { Refusal } from '@souk/kit'
import type { LiveRoomItem, LiveRoomStatus } from './live-rooms/live-room.ts'

/** In the order in which they are reported when several apply. */
export const contentRefusals = {
  LIVE_ROOM_TRANSITION_NOT_ALLOWED: {
    meaning: 'The room is not in a status from which it can go where it was sent.',
    remedy: 'Read the status; somebody may have been quicker.',
  },
  LIVE_ROOM_ENDED: {
    meaning: 'The room is over and does not change any more.',
    remedy: 'Announce a new room.',
  },
  PERMISSION_REQUIRED: {
    meaning: 'The creator lacks the permission to sell this way.',
    remedy: 'Ask the platform for the permission that the refusal names.',
  },
  OFFER_NOT_SHOWABLE: {
    meaning: 'The offer may not be shown there: it is not sellable, or a policy forbids its source.',
    remedy: 'Choose another offer.',
  },
  ITEM_ALREADY_THERE: {
    meaning: 'The room has an item with this offer.',
    remedy: 'Move that item with liveRoomItemsReorder.',
  },
  LIVE_ROOM_FULL: { meaning: 'The room has as many items as it may have.', remedy: 'Remove an item first.' },
  ITEMS_CHANGED: { meaning: 'The list is not every item of the room once.', remedy: 'Read the items again.' },
} as const

export type ContentRefusalCode = keyof typeof contentRefusals

type ContentRefusal<Name extends string, Code extends ContentRefusalCode> = Refusal<Name> & {
  readonly code: Code
}

export type TransitionNotAllowed = ContentRefusal<
  'LiveRoomTransitionNotAllowed',
  'LIVE_ROOM_TRANSITION_NOT_ALLOWED'
> & {
  readonly from: LiveRoomStatus
  readonly to: LiveRoomStatus
}
export type RoomEnded = ContentRefusal<'LiveRoomEnded', 'LIVE_ROOM_ENDED'> & { readonly endedAt: Date }
export type PermissionRequired = ContentRefusal<'ContentPermissionRequired', 'PERMISSION_REQUIRED'> & {
  readonly permission: 'SHOWCASE' | 'LIVE_SELLING'
}
export type OfferNotShowable = ContentRefusal<'ContentOfferNotShowable', 'OFFER_NOT_SHOWABLE'> & {
  readonly offerId: string
  readonly reason: 'NOT_SELLABLE' | 'SOURCE_NOT_ALLOWED'
}
export type ItemAlreadyThere = ContentRefusal<'LiveRoomItemAlreadyThere', 'ITEM_ALREADY_THERE'> & {
  readonly item: LiveRoomItem
}
export type RoomFull = ContentRefusal<'LiveRoomFull', 'LIVE_ROOM_FULL'> & { readonly itemsMax: number }
export type ItemsChanged = ContentRefusal<'LiveRoomItemsChanged', 'ITEMS_CHANGED'> & {
  readonly itemIds: readonly string[]
}

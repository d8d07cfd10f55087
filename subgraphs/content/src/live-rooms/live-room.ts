/** A live room in each of its states, SCHEDULED, LIVE and ENDED, with the times it carries there; and its items. */
import type { OfferSource } from '../offers/may-show-offer.ts'

export type LiveRoomStatus = 'SCHEDULED' | 'LIVE' | 'ENDED'
export type LiveRoomKind = 'CREATOR' | 'SELF_BROADCAST'

type LiveRoomFacts = {
  readonly id: string
  readonly kind: LiveRoomKind
  readonly title: string
  readonly creatorId: string | null
  readonly shopId: string | null
  readonly startsAt: Date
}

export type ScheduledLiveRoom = LiveRoomFacts & { readonly status: 'SCHEDULED' }
export type LiveRoomOnAir = LiveRoomFacts & { readonly status: 'LIVE'; readonly startedAt: Date }
/** `startedAt` is null if it was called off before it began. */
export type EndedLiveRoom = LiveRoomFacts & {
  readonly status: 'ENDED'
  readonly startedAt: Date | null
  readonly endedAt: Date
}
export type LiveRoom = ScheduledLiveRoom | LiveRoomOnAir | EndedLiveRoom

export type LiveRoomItem = {
  readonly id: string
  readonly liveRoomId: string
  readonly offerId: string
  readonly source: OfferSource
  readonly position: number
  readonly addedAt: Date
}

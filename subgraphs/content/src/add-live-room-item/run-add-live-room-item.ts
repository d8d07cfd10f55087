/** Flow: an offer goes into a live room. Calls to other subgraphs come first, so that no lock waits for the network. */
import { ClientError } from '@souk/contracts'
import type { Outcome } from '@souk/kit'
import type {
  ItemAlreadyThere,
  OfferNotShowable,
  PermissionRequired,
  RoomEnded,
  RoomFull,
} from '../errors.ts'
import type { LiveRoomItem } from '../live-rooms/live-room.ts'
import type { ContentContext } from '../modules.ts'
import { findRoom } from './01-find-room.ts'
import { checkHost } from './02-check-host.ts'
import { takeOffer } from './03-take-offer.ts'
import { placeItem } from './04-place-item.ts'

export type LiveRoomItemAddInput = {
  readonly liveRoomId: string
  readonly offerId: string
  readonly position?: number | null
}

export type LiveRoomItemAddRefusal =
  | RoomEnded
  | PermissionRequired
  | OfferNotShowable
  | ItemAlreadyThere
  | RoomFull

export async function runAddLiveRoomItem(
  context: ContentContext,
  { liveRoomId, offerId, position = null }: LiveRoomItemAddInput,
): Promise<Outcome<LiveRoomItem, LiveRoomItemAddRefusal>> {
  if (position !== null && position < 1)
    throw new ClientError('BAD_INPUT', `"position" counts from 1; ${position} is not a place.`)
  const room = await findRoom(context, liveRoomId)
  if (!room.ok) return room
  const host = await checkHost(context, room.value)
  if (!host.ok) return host
  const offer = await takeOffer(context, offerId)
  if (!offer.ok) return offer
  return await placeItem(context, { liveRoomId, offer: offer.value, position })
}

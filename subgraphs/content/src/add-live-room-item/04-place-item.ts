/** Step 4: the new item takes its place, under the room's lock. */
import { done, type Outcome } from '@souk/kit'
import type { ItemAlreadyThere, RoomEnded, RoomFull } from '../errors.ts'
import { addItem } from '../live-rooms/arrange-items.ts'
import { changeItems } from '../live-rooms/change-live-room.ts'
import type { LiveRoomItem } from '../live-rooms/live-room.ts'
import { openForChanges } from '../live-rooms/live-room-transitions.ts'
import type { ContentContext } from '../modules.ts'
import type { ShownOffer } from '../offers/may-show-offer.ts'

export type Placement = {
  readonly liveRoomId: string
  readonly offer: ShownOffer
  readonly position: number | null
}

export async function placeItem(
  context: ContentContext,
  { liveRoomId, offer, position }: Placement,
): Promise<Outcome<LiveRoomItem, RoomEnded | ItemAlreadyThere | RoomFull>> {
  const item = { id: context.ids.next(), liveRoomId, ...offer, addedAt: context.clock.now() }
  const items = await changeItems<RoomEnded | ItemAlreadyThere | RoomFull>(
    context,
    liveRoomId,
    (room, before) => {
      const open = openForChanges(room)
      return open.ok ? addItem(before, item, position) : open
    },
  )
  if (!items.ok) return items
  const placed = items.value.find((each) => each.id === item.id)
  if (placed === undefined) throw new Error('The item that was added is not among the items.')
  return done(placed)
}

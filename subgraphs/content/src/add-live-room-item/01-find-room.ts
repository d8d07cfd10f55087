/** Step 1: the room, if the viewer runs it and it isn't over. Asked again under the room's lock in step 4. */
import { notFound } from '@souk/contracts'
import type { Outcome } from '@souk/kit'
import type { RoomEnded } from '../errors.ts'
import { assertMayRun } from '../live-rooms/change-live-room.ts'
import type { LiveRoom } from '../live-rooms/live-room.ts'
import { openForChanges } from '../live-rooms/live-room-transitions.ts'
import type { ContentContext } from '../modules.ts'

export async function findRoom(
  { modules, viewer }: ContentContext,
  liveRoomId: string,
): Promise<Outcome<LiveRoom, RoomEnded>> {
  const room = (await modules.liveRooms.byIds([liveRoomId])).get(liveRoomId)
  if (room === undefined) throw notFound('live room', liveRoomId)
  assertMayRun(viewer, room)
  return openForChanges(room)
}

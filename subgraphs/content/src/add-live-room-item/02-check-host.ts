/** Step 2: the creator of the room may sell live. A shop's own broadcast without a creator needs no creator's permission. */
import { done, type Outcome } from '@souk/kit'
import type { PermissionRequired } from '../errors.ts'
import type { LiveRoom } from '../live-rooms/live-room.ts'
import type { ContentContext } from '../modules.ts'
import { checkPermission } from '../permissions/check-permission.ts'

export async function checkHost(
  { call }: ContentContext,
  room: LiveRoom,
): Promise<Outcome<undefined, PermissionRequired>> {
  return room.creatorId === null
    ? done(undefined)
    : await checkPermission(call, room.creatorId, 'LIVE_SELLING')
}

/** Commands on a live room by who runs it: announce, start, end, and rewrite the list of its items. */
import { ClientError, isOperator, notFound, type Viewer } from '@souk/contracts'
import type { Outcome, Refusal } from '@souk/kit'
import type { TransitionNotAllowed } from '../errors.ts'
import type { ContentContext } from '../modules.ts'
import { assertCreatorExists } from '../permissions/check-permission.ts'
import { readTitle } from '../titles/read-title.ts'
import type { LiveRoom, LiveRoomItem, LiveRoomKind, ScheduledLiveRoom } from './live-room.ts'
import { mayRunLiveRoom } from './may-run-live-room.ts'

export type LiveRoomDraft = {
  readonly title: string
  readonly kind: LiveRoomKind
  readonly startsAt: Date
  readonly creatorId?: string | null
  readonly shopId?: string | null
}

export async function createLiveRoom(context: ContentContext, draft: LiveRoomDraft): Promise<LiveRoom> {
  const { viewer, ids, modules, call } = context
  const room: ScheduledLiveRoom = {
    id: ids.next(),
    status: 'SCHEDULED',
    kind: draft.kind,
    title: readTitle(draft.title),
    startsAt: readStart(draft.startsAt),
    ...readOwner(draft, viewer),
  }
  if (!mayRunLiveRoom(viewer, room)) throw notYours(room)
  // Who is signed in as a creator is one; any other creator is somebody's claim.
  if (room.creatorId !== null && !isSignedInAs(viewer, room.creatorId))
    await assertCreatorExists(call, room.creatorId)
  await modules.liveRooms.insert(room)
  return room
}

export async function changeLiveRoom(
  context: ContentContext,
  liveRoomId: string,
  change: (room: LiveRoom, at: Date) => Outcome<LiveRoom, TransitionNotAllowed>,
): Promise<Outcome<LiveRoom, TransitionNotAllowed>> {
  const outcome = await context.modules.liveRooms.change(liveRoomId, (room) => {
    assertMayRun(context.viewer, room)
    return change(room, context.clock.now())
  })
  if (outcome === null) throw notFound('live room', liveRoomId)
  return outcome
}

export async function changeItems<R extends Refusal>(
  context: ContentContext,
  liveRoomId: string,
  change: (room: LiveRoom, items: readonly LiveRoomItem[]) => Outcome<readonly LiveRoomItem[], R>,
): Promise<Outcome<readonly LiveRoomItem[], R>> {
  const outcome = await context.modules.liveRoomItems.change(liveRoomId, (room, items) => {
    assertMayRun(context.viewer, room)
    return change(room, items)
  })
  if (outcome === null) throw notFound('live room', liveRoomId)
  return outcome
}

/** To who doesn't run it a room that can't be changed reads like one that isn't there. */
export function assertMayRun(viewer: Viewer, room: LiveRoom): void {
  if (!mayRunLiveRoom(viewer, room)) throw notFound('live room', room.id)
}

/** Any day that a calendar has; what is further away is a mistake, and the database would not take it. */
function readStart(startsAt: Date): Date {
  const year = startsAt.getUTCFullYear()
  if (year < 1970 || year > 9998)
    throw new ClientError('BAD_INPUT', `"startsAt" is in the years 1970 to 9998; ${year} is not.`)
  return startsAt
}

function readOwner(
  { kind, creatorId, shopId }: LiveRoomDraft,
  viewer: Viewer,
): Pick<LiveRoom, 'creatorId' | 'shopId'> {
  if (kind === 'SELF_BROADCAST') {
    if (shopId == null) throw new ClientError('BAD_INPUT', '"shopId" is needed for a SELF_BROADCAST room.')
    return { creatorId: creatorId ?? null, shopId }
  }
  if (shopId != null) throw new ClientError('BAD_INPUT', '"shopId" is only for a SELF_BROADCAST room.')
  const hostId = creatorId ?? (viewer.kind === 'user' ? viewer.creatorId : undefined)
  if (hostId === undefined)
    throw new ClientError('BAD_INPUT', '"creatorId" is needed: the viewer is no creator.')
  return { creatorId: hostId, shopId: null }
}

const isSignedInAs = (viewer: Viewer, creatorId: string): boolean =>
  viewer.kind === 'user' && !isOperator(viewer) && viewer.creatorId === creatorId

const notYours = ({ creatorId, shopId }: LiveRoom): ClientError =>
  shopId === null ? notFound('creator', creatorId ?? '') : notFound('shop', shopId)

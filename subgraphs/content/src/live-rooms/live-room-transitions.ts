/** The state machine of a live room: SCHEDULED, then LIVE, then ENDED; ENDED also at once if it is called off. */
import { done, type Outcome, refuse } from '@souk/kit'
import type { RoomEnded, TransitionNotAllowed } from '../errors.ts'
import type {
  EndedLiveRoom,
  LiveRoom,
  LiveRoomOnAir,
  LiveRoomStatus,
  ScheduledLiveRoom,
} from './live-room.ts'

export function startLiveRoom(room: LiveRoom, at: Date): Outcome<LiveRoomOnAir, TransitionNotAllowed> {
  if (room.status !== 'SCHEDULED') return notAllowed(room, 'LIVE')
  return done({ ...room, status: 'LIVE', startedAt: at })
}

/** Ends what is on the air, or calls off what hasn't begun. */
export function endLiveRoom(room: LiveRoom, at: Date): Outcome<EndedLiveRoom, TransitionNotAllowed> {
  if (room.status === 'ENDED') return notAllowed(room, 'ENDED')
  const startedAt = room.status === 'LIVE' ? room.startedAt : null
  return done({ ...room, status: 'ENDED', startedAt, endedAt: at })
}

/** The room if its items may still change, else why not. */
export function openForChanges(room: LiveRoom): Outcome<ScheduledLiveRoom | LiveRoomOnAir, RoomEnded> {
  if (room.status !== 'ENDED') return done(room)
  return refuse({
    __typename: 'LiveRoomEnded',
    code: 'LIVE_ROOM_ENDED',
    message: 'The live room is over, so its items stay as they are.',
    endedAt: room.endedAt,
  })
}

const notAllowed = (room: LiveRoom, to: LiveRoomStatus) =>
  refuse<TransitionNotAllowed>({
    __typename: 'LiveRoomTransitionNotAllowed',
    code: 'LIVE_ROOM_TRANSITION_NOT_ALLOWED',
    message: `A live room that is ${room.status} can't become ${to}.`,
    from: room.status,
    to,
  })

/** Events that content consumes: a sale changes the numbers of its live room, which whoever watches the room is told. */
import { type EventHandlers, recordChange } from '@souk/kit'
import type { ContentModules } from './modules.ts'

export const events: EventHandlers<ContentModules> = {
  'live-room.sold.v1': ({ type, payload }, transaction, { clock, ids }) =>
    recordChange(transaction, {
      subgraph: 'content',
      type,
      entityId: payload.liveRoomId,
      at: clock.now(),
      ids,
    }),
}

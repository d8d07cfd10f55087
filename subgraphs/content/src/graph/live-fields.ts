/** The subscription fields of content. */
import { type LiveFields, loadEntity } from '@souk/kit'
import { liveRoomLimits } from '../config.ts'
import { entities } from '../entities.ts'
import type { LiveRoom } from '../live-rooms/live-room.ts'
import type { ContentModules } from '../modules.ts'

export const liveFields: LiveFields<ContentModules> = {
  liveRoomUpdated: {
    what: 'live room',
    idOf: ({ liveRoomId }: { liveRoomId: string }) => liveRoomId,
    load: ({ liveRoomId }: { liveRoomId: string }, context) =>
      loadEntity(entities, { typeName: 'LiveRoom', keyField: 'id', key: liveRoomId }, context),
    changes: { 'live-room.changed.v1': 0, 'live-room.sold.v1': liveRoomLimits.salesGatherMs },
    isLast: (room: LiveRoom) => room.status === 'ENDED',
  },
}

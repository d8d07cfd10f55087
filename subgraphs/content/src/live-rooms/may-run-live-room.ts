/** Who runs a live room: its creator, the staff of the shop that broadcasts, or an operator. */
import { isOperator, type Viewer } from '@souk/contracts'
import type { LiveRoom } from './live-room.ts'

export function mayRunLiveRoom(
  viewer: Viewer,
  room: Pick<LiveRoom, 'kind' | 'creatorId' | 'shopId'>,
): boolean {
  if (isOperator(viewer)) return true
  if (viewer.kind !== 'user') return false
  if (room.creatorId !== null && viewer.creatorId === room.creatorId)
    return viewer.scopes.includes('creator:write')
  const isStaff = room.shopId !== null && viewer.shopIds.includes(room.shopId)
  return room.kind === 'SELF_BROADCAST' && isStaff && viewer.scopes.includes('shop:write')
}

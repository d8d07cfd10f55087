/** Content as an import brings it, and the checks that it has to pass before any row is written. */
import { ClientError } from '@souk/contracts'
import { contentLimits } from '../config.ts'
import type { LiveRoomKind, LiveRoomStatus } from '../live-rooms/live-room.ts'
import type { OfferSource } from '../offers/may-show-offer.ts'

export type ImportedItem = { readonly id: string; readonly offerId: string; readonly source: OfferSource }

export type ImportedShortVideo = {
  readonly id: string
  readonly creatorId: string
  readonly title: string
  readonly durationSeconds: number
  readonly publishedAt: Date
  readonly items: readonly ImportedItem[]
}

export type ImportedLiveRoom = {
  readonly id: string
  readonly kind: LiveRoomKind
  readonly creatorId?: string | null
  readonly shopId?: string | null
  readonly title: string
  readonly status: LiveRoomStatus
  readonly startsAt: Date
  readonly endsAt?: Date | null
  readonly items: readonly ImportedItem[]
}

export type ImportedContent = {
  readonly shortVideos: readonly ImportedShortVideo[]
  readonly liveRooms: readonly ImportedLiveRoom[]
}

export function assertImportable({ shortVideos, liveRooms }: ImportedContent): void {
  const rows = [...shortVideos, ...liveRooms].reduce((sum, { items }) => sum + 1 + items.length, 0)
  if (rows > contentLimits.importRowsMax) {
    throw new ClientError(
      'BAD_INPUT',
      `An import has at most ${contentLimits.importRowsMax} rows; ${rows} were sent. Send them in parts.`,
    )
  }
  for (const room of liveRooms) {
    const owner = room.kind === 'CREATOR' ? room.creatorId : room.shopId
    if (owner == null)
      throw new ClientError(
        'BAD_INPUT',
        `The ${room.kind} live room ${room.id} lacks its ${room.kind === 'CREATOR' ? 'creatorId' : 'shopId'}.`,
      )
    if (room.status === 'ENDED' && room.endsAt == null)
      throw new ClientError('BAD_INPUT', `The ended live room ${room.id} lacks "endsAt".`)
  }
}

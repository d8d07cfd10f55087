/** The events that say an order is paid: what commission and sales figures are made of, and which rooms have sold. */
import { moneyToWire } from '@souk/contracts'
import type { NewEvent } from '@souk/kit'
import type { Placing } from './placing.ts'

export function orderPaid({ order, lines }: Placing, paidAt: Date): NewEvent<'order.paid.v1'> {
  return {
    type: 'order.paid.v1',
    entityId: order.id,
    payload: {
      orderId: order.id,
      buyerId: order.buyerId,
      shopId: order.shopId,
      currency: order.total.currency,
      paidAt: paidAt.toISOString(),
      lines: lines.map((line) => {
        if (line.origin === null) throw new Error(`The line ${line.id} was placed without an origin.`)
        const { id: orderLineId, offerId, productId, skuId, quantity, amount, origin } = line
        return {
          orderLineId,
          offerId,
          productId,
          skuId,
          quantity,
          amount: moneyToWire(amount),
          attribution: origin,
        }
      }),
    },
  }
}

/** One for each live room that lines of the order were bought in. */
export function roomsSold({ lines }: Placing, paidAt: Date): readonly NewEvent<'live-room.sold.v1'>[] {
  const rooms = lines.flatMap(({ origin }) =>
    origin?.contentKind === 'LIVE_ROOM' && origin.contentId !== null ? [origin.contentId] : [],
  )
  return [...new Set(rooms)].map((liveRoomId) => roomSold(liveRoomId, paidAt))
}

export const roomSold = (liveRoomId: string, paidAt: Date): NewEvent<'live-room.sold.v1'> => ({
  type: 'live-room.sold.v1',
  entityId: liveRoomId,
  payload: { liveRoomId, paidAt: paidAt.toISOString() },
})

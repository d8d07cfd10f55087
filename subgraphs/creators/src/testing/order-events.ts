/** Events of orders as the orders subgraph publishes them. */
import type { TestEvent } from './open-creators.ts'

export type LineFacts = {
  readonly productId: string
  readonly creatorId: string | null
  readonly amount?: number
}

const orderFacts = (orderId: string) => ({ orderId, buyerId: 'buyer', shopId: 'shop', currency: 'CNY' })

const attributionTo = (creatorId: string | null) =>
  ({
    entry: 'LIVE_ROOM',
    discoveryMode: 'GOODS_FIND_PEOPLE',
    contentKind: 'LIVE_ROOM',
    contentId: 'room',
    creatorId,
  }) as const

/** Lines are named `<orderId>-1` and so on. */
export const orderPaid = (
  orderId: string,
  lines: readonly LineFacts[],
  paidAt: Date,
): TestEvent<'order.paid.v1'> => ({
  type: 'order.paid.v1',
  entityId: orderId,
  payload: {
    ...orderFacts(orderId),
    paidAt: paidAt.toISOString(),
    lines: lines.map(({ productId, creatorId, amount = 10_000 }, index) => ({
      orderLineId: `${orderId}-${index + 1}`,
      offerId: 'offer',
      productId,
      skuId: 'sku',
      quantity: 1,
      amount: { amount, currency: 'CNY' },
      attribution: attributionTo(creatorId),
    })),
  },
})

/** Of the first line. */
export const orderRefunded = (
  orderId: string,
  { caseId, amount }: { caseId: string; amount: number },
  refundedAt: Date,
): TestEvent<'order.refunded.v1'> => ({
  type: 'order.refunded.v1',
  entityId: orderId,
  payload: {
    ...orderFacts(orderId),
    caseId,
    refundedAt: refundedAt.toISOString(),
    lines: [{ orderLineId: `${orderId}-1`, amount: { amount, currency: 'CNY' } }],
  },
})

export const orderCompleted = (orderId: string, completedAt: Date): TestEvent<'order.completed.v1'> => ({
  type: 'order.completed.v1',
  entityId: orderId,
  payload: { ...orderFacts(orderId), completedAt: completedAt.toISOString() },
})

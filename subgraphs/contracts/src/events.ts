/** The published language of events: the envelope, the schema of each event's payload, and who consumes what. */
import { z } from 'zod'
import { currencySchema } from './money.ts'
import { idSchemaLoose, moneyWireSchema } from './wire-schemas.ts'
import type { SubgraphName } from './subgraph-names.ts'

/** Where a buyer came from when an item went into the cart. Kept on the order for attribution and for C16. */
export const attributionSchema = z.object({
  entry: z.enum(['CONTENT_FEED', 'SHORT_VIDEO', 'LIVE_ROOM', 'SHOWCASE', 'SEARCH', 'MALL']),
  discoveryMode: z.enum(['GOODS_FIND_PEOPLE', 'PEOPLE_FIND_GOODS']),
  contentKind: z.enum(['SHORT_VIDEO', 'LIVE_ROOM']).nullable(),
  contentId: idSchemaLoose.nullable(),
  creatorId: idSchemaLoose.nullable(),
})

export type OrderAttribution = z.infer<typeof attributionSchema>

const orderLineSchema = z.object({
  orderLineId: idSchemaLoose,
  offerId: idSchemaLoose,
  productId: idSchemaLoose,
  skuId: idSchemaLoose,
  quantity: z.int().positive(),
  /** Paid for this line, after every reduction. The base of commission. */
  amount: moneyWireSchema,
  attribution: attributionSchema,
})

const orderFacts = {
  orderId: idSchemaLoose,
  buyerId: z.string(),
  shopId: idSchemaLoose,
  currency: currencySchema,
}

/** Payload schemas by event type. A type name is past tense and versioned; a payload never changes its meaning. */
export const eventSchemas = {
  'product.changed.v1': z.object({
    productId: idSchemaLoose,
    shopId: idSchemaLoose,
    title: z.string(),
    categoryId: idSchemaLoose.nullable(),
    status: z.enum(['LISTED', 'UNLISTED', 'REMOVED']),
    /** The cheapest offer of the platform shop, or null if it has none. */
    price: moneyWireSchema.nullable(),
  }),
  'order.paid.v1': z.object({ ...orderFacts, paidAt: z.iso.datetime(), lines: z.array(orderLineSchema) }),
  'order.completed.v1': z.object({ ...orderFacts, completedAt: z.iso.datetime() }),
  'order.refunded.v1': z.object({
    ...orderFacts,
    caseId: idSchemaLoose,
    refundedAt: z.iso.datetime(),
    /** What was refunded by this case, line by line. */
    lines: z.array(z.object({ orderLineId: idSchemaLoose, amount: moneyWireSchema })),
  }),
  /** An order with lines from this live room was paid, or a sale elsewhere was reported for it. Its entity is the room. */
  'live-room.sold.v1': z.object({ liveRoomId: idSchemaLoose, paidAt: z.iso.datetime() }),
} as const

export type EventType = keyof typeof eventSchemas
export type EventPayload<T extends EventType> = z.infer<(typeof eventSchemas)[T]>

/** Who publishes an event and who consumes it. The relay reads this; a consumer without a handler fails at start. */
export const eventMap = {
  'product.changed.v1': { publisher: 'products', consumers: ['creators'] },
  'order.paid.v1': { publisher: 'orders', consumers: ['creators', 'products'] },
  'order.completed.v1': { publisher: 'orders', consumers: ['creators'] },
  'order.refunded.v1': { publisher: 'orders', consumers: ['creators'] },
  'live-room.sold.v1': { publisher: 'orders', consumers: ['content'] },
} as const satisfies Record<EventType, { publisher: SubgraphName; consumers: readonly SubgraphName[] }>

/** An event as it is stored and delivered. `entityId` is what order is kept by. */
export type EventEnvelope<T extends EventType = EventType> = {
  readonly id: string
  readonly type: T
  readonly entityId: string
  readonly occurredAt: string
  readonly payload: EventPayload<T>
}

export const consumersOf = (type: EventType): readonly SubgraphName[] => eventMap[type].consumers

export const isEventType = (value: string): value is EventType => Object.hasOwn(eventSchemas, value)

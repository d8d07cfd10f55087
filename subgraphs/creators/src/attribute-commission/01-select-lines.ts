/** Selects the lines of a paid order that a creator led to. Everything else of the order is none of our business. */
import type { EventPayload } from '@souk/contracts'
import type { AttributedLine } from '../commissions/commission-terms.ts'

export const selectLines = (order: EventPayload<'order.paid.v1'>): readonly AttributedLine[] =>
  order.lines.flatMap(({ orderLineId, productId, amount, attribution: { creatorId } }) =>
    creatorId === null ? [] : [{ orderLineId, productId, creatorId, amount }],
  )

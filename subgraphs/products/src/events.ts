/** Events that the subgraph consumes: a paid order counts towards the units sold of its products. */
import type { EventHandlers } from '@souk/kit'
import { countUnitsSold } from './catalogue/product-store.ts'
import type { Modules } from './modules.ts'

export const events: EventHandlers<Modules> = {
  'order.paid.v1': async (event, transaction) => {
    const units = new Map<string, number>()
    for (const { productId, quantity } of event.payload.lines)
      units.set(productId, (units.get(productId) ?? 0) + quantity)
    await countUnitsSold(transaction, units)
  },
}

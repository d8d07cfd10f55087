/** Step 1: units that came back, or never left, go on the shelf again; once, by the id of the case. */
import { stockReturn } from '@souk/contracts'
import type { Refunding } from '../after-sale/after-sale-store.ts'
import { demandsOf } from '../checkout/quote.ts'
import type { RefundWorld } from './refund-world.ts'

export async function returnStock(
  { case: each }: Refunding,
  { call, atBoundary }: RefundWorld,
): Promise<void> {
  await atBoundary('before stock return')
  await call(stockReturn, { returnId: each.id, demands: demandsOf(each.lines) })
  await atBoundary('after stock return')
}

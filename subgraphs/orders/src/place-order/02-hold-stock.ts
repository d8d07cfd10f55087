/** Step 2: hold the units of all lines, or none. The order's id is the hold's: asking twice holds once. */
import { stockHold } from '@souk/contracts'
import { done, type Outcome, refuse } from '@souk/kit'
import { demandsOf } from '../checkout/quote.ts'
import type { Placing, PlacingRefusal } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'

export async function holdStock(
  { order, lines }: Placing,
  { call, atBoundary }: PlacingWorld,
): Promise<Outcome<null, PlacingRefusal>> {
  if (order.holdExpiresAt === null) throw new Error(`The order ${order.id} has no end for its hold.`)
  await atBoundary('before hold')
  const { held, shortages } = await call(stockHold, {
    holdId: order.id,
    demands: demandsOf(lines),
    expiresAt: order.holdExpiresAt.toISOString(),
  })
  await atBoundary('after hold')
  if (held) return done(null)
  return refuse({
    __typename: 'OutOfStock',
    code: 'OUT_OF_STOCK',
    message: 'Not enough units are left.',
    shortages: shortages.map(({ skuId, wanted, available }) => ({ sku: { id: skuId }, wanted, available })),
  })
}

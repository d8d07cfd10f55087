/** Step 4: turn the hold into a sale. Without the hold the units may be someone else's, and the money has to go back. */
import { moneyToWire, stockHoldCommit } from '@souk/contracts'
import { done, type Outcome, refuse } from '@souk/kit'
import type { Placing, PlacingRefusal } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'

export async function confirm(
  { order }: Placing,
  { call, atBoundary }: PlacingWorld,
): Promise<Outcome<null, PlacingRefusal>> {
  await atBoundary('before commit')
  const isSold = await call(stockHoldCommit, { holdId: order.id })
  await atBoundary('after commit')
  if (isSold) return done(null)
  return refuse({
    __typename: 'StockHoldLost',
    code: 'STOCK_HOLD_LOST',
    message: 'The payment came after the stock had been given to others. It goes back in full.',
    refund: moneyToWire(order.total),
  })
}

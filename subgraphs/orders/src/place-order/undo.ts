/** Takes back what the steps of a cancelled order may have done: releases its stock, refunds its money. Both may be repeated. */
import { stockHoldRelease } from '@souk/contracts'
import { placeOrderLimits } from '../config.ts'
import type { Placing } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'

export async function undo(
  { order, payment }: Placing,
  { call, providers, atBoundary }: PlacingWorld,
): Promise<{ readonly isRefunded: boolean }> {
  await atBoundary('before release')
  await call(stockHoldRelease, { holdId: order.id })
  await atBoundary('after release')
  if (payment.state !== 'CAPTURED') return { isRefunded: false }
  await atBoundary('before refund')
  const refund = { reference: order.id, refundReference: `${order.id}-undo`, amount: payment.amount }
  await providers[payment.method].refund(refund, AbortSignal.timeout(placeOrderLimits.providerMs))
  await atBoundary('after refund')
  return { isRefunded: true }
}

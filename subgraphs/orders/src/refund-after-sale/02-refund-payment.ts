/** Step 2: the provider gives the money back; once, by the id of the case. An imported order was paid elsewhere, and is refunded there. */
import type { Refunding } from '../after-sale/after-sale-store.ts'
import { refundLimits } from '../config.ts'
import type { RefundWorld } from './refund-world.ts'

export async function refundPayment(
  { case: each, method }: Refunding,
  { providers, atBoundary }: RefundWorld,
): Promise<void> {
  if (method === null) return
  await atBoundary('before case refund')
  const refund = { reference: each.orderId, refundReference: each.id, amount: each.amount }
  await providers[method].refund(refund, AbortSignal.timeout(refundLimits.providerMs))
  await atBoundary('after case refund')
}

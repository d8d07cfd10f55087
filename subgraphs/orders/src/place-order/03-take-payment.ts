/** Step 3: authorise and capture at the provider, with no transaction open, and each answer written down before the next call. */
import { placeOrderLimits } from '../config.ts'
import type { Charge, PaymentProvider } from '../payment/payment-provider.ts'
import type { Placing } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'

export type PaymentOutcome =
  | { readonly kind: 'captured' }
  /** The buyer still has to approve: a notice or the resume job goes on. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'timed out' }

export async function takePayment(placing: Placing, world: PlacingWorld): Promise<PaymentOutcome> {
  const { order, payment } = placing
  const provider = world.providers[payment.method]
  if (payment.state === 'CAPTURED') return { kind: 'captured' }
  if (payment.state === 'DECLINED') return { kind: 'declined', reason: payment.declineReason ?? 'DECLINED' }
  if (order.holdExpiresAt !== null && order.holdExpiresAt <= world.clock.now())
    return await giveUp(placing, world, provider)
  if (payment.state === 'AUTHORIZED') return await capture(placing, world, provider)
  const charge = await authorize(placing, world, provider)
  if (charge.state === 'PENDING') {
    // A notice may have come while the provider answered; it has written the payment's state and found the order leased.
    const state = await world.store.recordPending(placing, world.clock.now())
    if (state === 'PENDING') return { kind: 'pending' }
    return state === 'CAPTURED' ? { kind: 'captured' } : await capture(placing, world, provider)
  }
  if (charge.state !== 'AUTHORIZED') return toOutcome(charge)
  await world.store.recordAuthorized(placing, { chargeId: charge.chargeId, now: world.clock.now() })
  return await capture(placing, world, provider)
}

async function authorize(
  { order, payment }: Placing,
  { atBoundary }: PlacingWorld,
  provider: PaymentProvider,
): Promise<Charge> {
  const { id: reference } = order
  await atBoundary('before authorize')
  const known: Charge =
    payment.state === 'PENDING' ? await provider.query(reference, deadline()) : { state: 'NONE' }
  const charge =
    known.state === 'NONE'
      ? await provider.authorize({ reference, token: payment.token, amount: payment.amount }, deadline())
      : known
  await atBoundary('after authorize')
  return charge
}

async function capture(
  placing: Placing,
  { store, clock, atBoundary }: PlacingWorld,
  provider: PaymentProvider,
): Promise<PaymentOutcome> {
  await atBoundary('before capture')
  const outcome = toOutcome(await provider.capture(placing.order.id, deadline()))
  await atBoundary('after capture')
  // A provider whose notice was ahead of its own books: it will capture when asked again.
  if (outcome.kind === 'pending') await store.giveBack(placing, clock.now())
  return outcome
}

/** The hold has ended. Closing the charge at the provider first makes sure that nobody, however late, takes money for nothing. */
async function giveUp(
  { order }: Placing,
  { atBoundary }: PlacingWorld,
  provider: PaymentProvider,
): Promise<PaymentOutcome> {
  await atBoundary('before cancel')
  const charge = await provider.cancel(order.id, deadline())
  await atBoundary('after cancel')
  return charge.state === 'CAPTURED' ? { kind: 'captured' } : { kind: 'timed out' }
}

function toOutcome(charge: Charge): PaymentOutcome {
  switch (charge.state) {
    case 'CAPTURED':
      return { kind: 'captured' }
    case 'DECLINED':
      return { kind: 'declined', reason: charge.reason }
    case 'CANCELLED':
      return { kind: 'timed out' }
    default:
      return { kind: 'pending' }
  }
}

const deadline = (): AbortSignal => AbortSignal.timeout(placeOrderLimits.providerMs)

/** The order flow: 1 price the cart, 2 hold stock, 3 take the payment, 4 confirm. Every branch is here; each state is written before and after each outside call. */
import { type Placing, type PlacingRefusal, LeaseLost } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'
import { priceCart } from './01-price-cart.ts'
import { holdStock } from './02-hold-stock.ts'
import { takePayment } from './03-take-payment.ts'
import { confirm } from './04-confirm.ts'
import { undo } from './undo.ts'

/**
 * Runs a leased order as far as it goes: to its end, to a payment that waits for the buyer, or to a fault. A fault gives the
 * lease back for the resume job; a crash leaves it to run out, with the same effect some seconds later.
 */
export async function runPlaceOrder(start: Placing, world: PlacingWorld): Promise<Placing> {
  let placing = start
  try {
    for (;;) {
      const next = await runStep(placing, world)
      if (next === 'waiting') return placing
      placing = next
      if (placing.order.step === 'DONE') return placing
    }
  } catch (error) {
    if (error instanceof LeaseLost) return placing
    world.logger.warn(
      { err: error, orderId: placing.order.id, step: placing.order.step },
      'an order could not go on and will be tried again',
    )
    await world.store.giveBack(placing, world.clock.now())
    return placing
  }
}

async function runStep(placing: Placing, world: PlacingWorld): Promise<Placing | 'waiting'> {
  switch (placing.order.step) {
    case 'PRICE_CART':
      return await priceAndHold(placing, world)
    case 'TAKE_PAYMENT':
      return await pay(placing, world)
    case 'CONFIRM':
      return await sell(placing, world)
    case 'UNDO':
      return await world.store.undone(placing, await undo(placing, world))
    case 'DONE':
      return placing
  }
}

async function priceAndHold(placing: Placing, world: PlacingWorld): Promise<Placing> {
  if (isHoldOver(placing, world)) return await cancel(placing, world, timedOut)
  const priced = await priceCart(placing, world)
  if (!priced.ok) return await cancel(placing, world, priced.refusal)
  const held = await holdStock(placing, world)
  if (!held.ok) return await cancel(placing, world, held.refusal)
  return await world.store.held(placing, world.clock.now())
}

async function pay(placing: Placing, world: PlacingWorld): Promise<Placing | 'waiting'> {
  const outcome = await takePayment(placing, world)
  switch (outcome.kind) {
    case 'captured':
      return await world.store.captured(placing, world.clock.now())
    case 'pending':
      return 'waiting'
    case 'declined':
      return await cancel(placing, world, declined(outcome.reason))
    case 'timed out':
      return await cancel(placing, world, timedOut)
  }
}

async function sell(placing: Placing, world: PlacingWorld): Promise<Placing> {
  const confirmed = await confirm(placing, world)
  if (!confirmed.ok) return await cancel(placing, world, confirmed.refusal)
  const paid = await world.store.paid(placing, world.clock.now())
  world.outbox.kick()
  return paid
}

/** Nothing can have been held or charged if this very run placed the order and got no further than its prices or its stock. */
function cancel(placing: Placing, world: PlacingWorld, refusal: PlacingRefusal): Promise<Placing> {
  const isUntouched = placing.order.step === 'PRICE_CART' && !placing.isResumed
  const paymentState = refusal.code === 'PAYMENT_DECLINED' ? 'DECLINED' : 'CANCELLED'
  return world.store.cancelled(placing, {
    refusal,
    step: isUntouched ? 'DONE' : 'UNDO',
    paymentState,
    now: world.clock.now(),
  })
}

const isHoldOver = ({ order }: Placing, { clock }: PlacingWorld): boolean =>
  order.holdExpiresAt !== null && order.holdExpiresAt <= clock.now()

const declined = (reason: string): PlacingRefusal => ({
  __typename: 'PaymentDeclined',
  code: 'PAYMENT_DECLINED',
  message: 'The payment was declined. Nothing was paid.',
  reason,
})

const timedOut: PlacingRefusal = {
  __typename: 'PaymentTimedOut',
  code: 'PAYMENT_TIMED_OUT',
  message: 'No payment came while the stock was held. Nothing was paid.',
}

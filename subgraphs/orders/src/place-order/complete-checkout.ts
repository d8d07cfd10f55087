/** Answers `checkoutComplete`: places the order once, and waits for its flow no longer than a client should. */
import { notFound } from '@souk/contracts'
import type { Refusal } from '@souk/kit'
import { setTimeout as wait } from 'node:timers/promises'
import { placeOrderLimits, textLimits } from '../config.ts'
import { badInput, keyReused } from '../errors.ts'
import { keyedInput } from '../idempotency-key.ts'
import type { Order, OrderLine, Payment, PaymentMethod, ShippingAddress } from '../order/order.ts'
import type { Placing } from './placing.ts'
import type { PlacingWorld } from './placing-world.ts'
import type { NewOrder } from './placing-store.ts'
import { runPlaceOrder } from './run-place-order.ts'

export type CheckoutComplete = {
  readonly checkoutId: string
  readonly paymentMethod: PaymentMethod
  readonly paymentToken: string
  readonly shippingAddress: ShippingAddress
  readonly idempotencyKey: string
}

/** An order with what the flow has at hand of it, so that showing it costs no further statement. */
export type ShownOrder = Order & { readonly lines?: readonly OrderLine[]; readonly payment?: Payment }

export type CheckoutAnswer =
  | { readonly __typename: 'CheckoutCompleted'; readonly order: ShownOrder }
  | {
      readonly __typename: 'CheckoutAlreadyCompleted'
      readonly code: string
      readonly message: string
      readonly order: Order
    }
  | Refusal

export async function completeCheckout(
  world: PlacingWorld,
  buyerId: string,
  input: CheckoutComplete,
): Promise<CheckoutAnswer> {
  checkAddress(input.shippingAddress)
  checkToken(input.paymentToken)
  const { idempotencyKey, ...rest } = input
  const keyed = keyedInput(idempotencyKey, rest)
  const deadlineAt = performance.now() + world.requestMs
  const wanted: NewOrder = {
    orderId: world.ids.next(),
    checkoutId: input.checkoutId,
    buyerId,
    keyed,
    method: input.paymentMethod,
    token: input.paymentToken,
    shippingAddress: input.shippingAddress,
    runId: world.ids.next(),
    now: world.clock.now(),
  }
  for (;;) {
    const result = await world.store.place(wanted)
    switch (result.kind) {
      case 'placed':
        return await runWithin(world, result.placing, deadlineAt)
      case 'same key':
        if (result.inputHash !== keyed.hash) throw keyReused(keyed.key, 'checkoutComplete')
        return await follow(world, result.order, deadlineAt)
      case 'other key':
        return alreadyCompleted(result.order)
      case 'expired':
        return {
          __typename: 'CheckoutExpired',
          code: 'CHECKOUT_EXPIRED',
          message: 'The quote is no longer good.',
          expiredAt: result.expiredAt,
        } as Refusal
      case 'no checkout':
        throw notFound('checkout', input.checkoutId)
      case 'look again':
        continue
    }
  }
}

/** Runs a leased order; at the deadline the client gets it as it is, and the run goes on without it. */
export async function runWithin(
  world: PlacingWorld,
  placing: Placing,
  deadlineAt: number,
): Promise<CheckoutAnswer> {
  const timer = new AbortController()
  const late = wait(Math.max(0, deadlineAt - performance.now()), 'late' as const, {
    signal: timer.signal,
  }).catch(() => 'late' as const)
  const ended = await Promise.race([runPlaceOrder(placing, world), late])
  timer.abort()
  if (ended === 'late') return toAnswer((await world.store.find(placing.order.id)) ?? placing.order)
  // A run that waits or has failed has written the payment's state after it last read it.
  if (ended.order.step !== 'DONE')
    return toAnswer({ ...((await world.store.find(ended.order.id)) ?? ended.order), lines: ended.lines })
  return toAnswer({ ...ended.order, lines: ended.lines, payment: ended.payment })
}

/** A repeat: takes the order up if nobody is at it, else watches the run that is, and gives the same answer. */
async function follow(world: PlacingWorld, known: Order, deadlineAt: number): Promise<CheckoutAnswer> {
  let order = known
  for (
    let pauseMs: number = placeOrderLimits.watchMsMin;
    isRunning(order);
    pauseMs = Math.min(pauseMs * 2, placeOrderLimits.watchMsMax)
  ) {
    const claimed = await world.store.claim(order.id, world.ids.next(), world.clock.now())
    if (claimed !== null) return await runWithin(world, claimed, deadlineAt)
    if (performance.now() + pauseMs > deadlineAt) break
    await wait(pauseMs)
    order = (await world.store.find(order.id)) ?? order
  }
  return toAnswer(order)
}

/** Whether its answer is still open. An order that is being undone has its answer already. */
const isRunning = (order: Order): boolean => order.state === 'PENDING_PAYMENT'

function toAnswer(order: ShownOrder): CheckoutAnswer {
  if (order.state === 'CANCELLED' && order.refusal !== null) return order.refusal
  return { __typename: 'CheckoutCompleted', order }
}

const alreadyCompleted = (order: Order): CheckoutAnswer => ({
  __typename: 'CheckoutAlreadyCompleted',
  code: 'CHECKOUT_ALREADY_COMPLETED',
  message: 'The quote has become an order already.',
  order,
})

function checkAddress(address: ShippingAddress): void {
  for (const [field, value] of Object.entries(address)) {
    const isMissing = field !== 'postalCode' && String(value ?? '').trim() === ''
    if (isMissing || String(value ?? '').length > textLimits.addressFieldMax) {
      throw badInput(`"shippingAddress.${field}" has 1 to ${textLimits.addressFieldMax} characters.`)
    }
    // The address is kept as JSON, which PostgreSQL does not take with it.
    if (String(value ?? '').includes('\u0000')) throw badInput(`"shippingAddress.${field}" contains U+0000.`)
  }
  if (!/^[A-Z]{2}$/.test(address.country))
    throw badInput('"shippingAddress.country" is an ISO 3166-1 alpha-2 code such as CN.')
}

function checkToken(token: string): void {
  if (token.length === 0 || token.length > textLimits.paymentTokenMax)
    throw badInput(`"paymentToken" has 1 to ${textLimits.paymentTokenMax} characters.`)
}

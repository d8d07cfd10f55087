/** The states of an order and which may follow which. Everything that moves an order, imports too, asks here. */

export const orderStates = [
  'PENDING_PAYMENT',
  'PAID',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
] as const

export type OrderState = (typeof orderStates)[number]

const followers: Readonly<Record<OrderState, readonly OrderState[]>> = {
  PENDING_PAYMENT: ['PAID', 'CANCELLED'],
  // Cancelled, because all of it was refunded before anything was sent.
  PAID: ['SHIPPED', 'CANCELLED'],
  SHIPPED: ['DELIVERED'],
  DELIVERED: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
}

export const canTransition = (from: OrderState, to: OrderState): boolean => followers[from].includes(to)

/** The state after a walk over all of `path`; a step that isn't allowed is a bug of the caller. */
export function walk(from: OrderState, path: readonly OrderState[]): OrderState {
  return path.reduce((state, next) => {
    if (!canTransition(state, next)) throw new Error(`An order can't go from ${state} to ${next}.`)
    return next
  }, from)
}

/** Money was taken, and goods of it may be asked back. */
export const isAfterSalePossible = (state: OrderState): boolean => afterSaleStates.includes(state)

export const afterSaleStates: readonly OrderState[] = ['PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED']

/** States from which the buyer may say "I have it": having it proves the delivery, even if the carrier never told. */
export const receivableStates: readonly OrderState[] = orderStates.filter(
  (state) =>
    canTransition(state, 'COMPLETED') ||
    (canTransition(state, 'DELIVERED') && canTransition('DELIVERED', 'COMPLETED')),
)

/** An order on its way through the flow. */
import type { Refusal } from '@souk/kit'

import type { Order, OrderLine, Payment } from '../order/order.ts'

export type Placing = {
  readonly order: Order
  readonly payment: Payment
  readonly lines: readonly OrderLine[]
  /** Who holds the lease. Every write names it, so a run that has lost the order writes nothing more. */
  readonly runId: string
  /** Whether another run was here before: then a hold or a charge may exist that the database doesn't tell of. */
  readonly isResumed: boolean
}

export type PlacingRefusal = Refusal & Readonly<Record<string, unknown>>

/** Another run has taken the order over: this one stops where it stands. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

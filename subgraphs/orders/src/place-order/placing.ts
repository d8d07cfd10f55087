/** An order on its way through the flow, and the world that its steps act on. */
import type { Ids } from '@souk/contracts'
import type { CallSubgraph, Clock, Outbox, Refusal, SubgraphServices } from '@souk/kit'

import type { Order, OrderLine, Payment } from '../order/order.ts'
import type { PaymentProviders } from '../payment/payment-provider.ts'
import type { PlacingStore } from './placing-store.ts'

export type Placing = {
  readonly order: Order
  readonly payment: Payment
  readonly lines: readonly OrderLine[]
  /** Who holds the lease. Every write names it, so a run that has lost the order writes nothing more. */
  readonly runId: string
  /** Whether another run was here before: then a hold or a charge may exist that the database doesn't tell of. */
  readonly isResumed: boolean
}

export type PlacingWorld = {
  readonly store: PlacingStore
  readonly providers: PaymentProviders
  readonly call: CallSubgraph
  readonly clock: Clock
  readonly ids: Ids
  readonly outbox: Outbox
  readonly logger: SubgraphServices<unknown>['logger']
  readonly requestMs: number
  /** Called before and after everything that leaves the process. A test that never lets it return is a kill at that line. */
  readonly atBoundary: (boundary: string) => Promise<void>
}

export type PlacingRefusal = Refusal & Readonly<Record<string, unknown>>

/** Another run has taken the order over: this one stops where it stands. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

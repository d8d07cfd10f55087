/** The world that the steps of the order flow act on. */
import type { Ids } from '@souk/contracts'
import type { CallSubgraph, Clock, Outbox, SubgraphServices } from '@souk/kit'
import type { PaymentProviders } from '../payment/payment-provider.ts'
import type { PlacingStore } from './placing-store.ts'

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

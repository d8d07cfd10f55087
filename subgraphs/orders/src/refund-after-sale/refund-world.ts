/** The world that the steps of a refund act on. */
import type { Ids } from '@souk/contracts'
import type { CallSubgraph, Clock, Outbox, SubgraphServices } from '@souk/kit'
import type { AfterSaleStore } from '../after-sale/after-sale-store.ts'
import type { PaymentProviders } from '../payment/payment-provider.ts'

export type RefundWorld = {
  readonly store: AfterSaleStore
  readonly providers: PaymentProviders
  readonly call: CallSubgraph
  readonly clock: Clock
  readonly ids: Ids
  readonly outbox: Outbox
  readonly logger: SubgraphServices<unknown>['logger']
  readonly requestMs: number
  readonly atBoundary: (boundary: string) => Promise<void>
}

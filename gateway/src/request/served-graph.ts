/** The graph that requests are answered from, with everything that was made for it. Swapped as one. */
import type { Transport } from '@souk/contracts'
import type { Validation } from './04-validate.ts'
import type { Planning } from './05-plan.ts'
import type { TransportsFor } from '../transports/forward-headers.ts'

export type ServedGraph = Planning &
  Pick<Validation, 'schema' | 'valid'> & {
    readonly subgraphs: readonly ConnectedSubgraph[]
    /** By subgraph, for a request with these headers. */
    readonly transportsFor: TransportsFor
  }

export type ConnectedSubgraph = {
  readonly name: string
  readonly transport: Transport
  /** Where it is, if it is reached over a network, where a query that failed may be worth another try. */
  readonly url?: string | undefined
}

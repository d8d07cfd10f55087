/** Subscriptions to a subgraph over the network, whatever protocol they are spoken in. */
import type { SubgraphRequest, SubgraphResponse } from '@souk/contracts'

export type RemoteEvents = {
  readonly subscribe: (request: SubgraphRequest, signal: AbortSignal) => AsyncIterable<SubgraphResponse>
  /** Ends those that are open. */
  readonly close: () => Promise<void>
}

export type RemoteEventsOptions = {
  readonly url: string
  /** Of one event. */
  readonly responseBytesMax: number
  readonly headersOf: (request: SubgraphRequest) => Readonly<Record<string, string>>
}

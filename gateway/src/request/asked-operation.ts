/** What an operation is asked with, and what every operation is run with. */
import type { Viewer } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import type { FetchRecord } from '../executor/execution.ts'
import type { Places } from '../http/places.ts'
import type { SignViewer } from '../keys/viewer-signer.ts'
import type { BoundedMap } from '../planner/bounded-map.ts'
import type { ChargingGateway } from '../policy/cost-charge.ts'
import type { DecidePolicies } from '../policy/decide-policies.ts'
import type { PersistedDocuments } from '../policy/persisted-documents.ts'
import type { SupergraphStore } from '../supergraph/supergraph-store.ts'
import type { Delivery } from './answer.ts'
import type { ParsedDocument } from './operation.ts'
import type { SeenOperation } from './request-summary.ts'
import type { ServedGraph } from './served-graph.ts'
import type { QuerySharing } from './share-queries.ts'
import type { GraphQLRequest, WireRequest } from './wire.ts'

/** What every operation is run with. */
export type OperationGateway = {
  readonly config: GatewayConfig
  readonly clock: Clock
  readonly graphs: Pick<SupergraphStore<ServedGraph>, 'lease'>
  readonly documents: BoundedMap<ParsedDocument>
  readonly persisted: PersistedDocuments
  readonly signViewer: SignViewer
  readonly decidePolicies?: DecidePolicies | undefined
  /** Then each client is answered alone. */
  readonly returnsCookies?: boolean
  readonly querySharing: QuerySharing
  /** Of operations that run at once, however they came. */
  readonly operationPlaces: Places
  /** Told of each fetch as it ends. */
  readonly onFetch?: OnFetch
} & ChargingGateway

/** With the operation that it was made for, or for the first of those that shared it. */
export type OnFetch = (fetch: FetchRecord, seen: SeenOperation) => void

export type AskedOperation = {
  readonly request: GraphQLRequest
  /** Of the HTTP request, or of the one that opened the connection. Lower-case names. */
  readonly headers: WireRequest['headers']
  readonly viewer: Viewer
  readonly requestId: string
  /** Fires when whoever asked went away. */
  readonly signal: AbortSignal
  readonly startedAtMs: number
  /** What the connection can carry besides one answer. */
  readonly delivery: Delivery
  /** Filled on the way, for the log and for metrics. */
  readonly seen: SeenOperation
  /** Where the client is, seen through our own proxies. */
  readonly address?: string | undefined
  /** Filled on the way: headers that the answer is to have, if it can have any. */
  readonly replyHeaders?: Record<string, string>
}

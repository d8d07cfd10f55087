/** Wires the modules into a gateway. The only file that knows all of them. */
import { randomUUID } from 'node:crypto'
import { anonymousViewer, viewerKeyFrom } from '@souk/contracts'
import type { JSONWebKeySet } from 'jose'
import type { Clock } from './clock.ts'
import type { GatewayConfig } from './config.ts'
import { explainQuery } from './explain-query.ts'
import { createPlaces } from './http/places.ts'
import { createReadiness, type Readiness } from './http/readiness.ts'
import { startServer, type StartedServer } from './http/server.ts'
import type { ReadyToken } from './keys/development-tokens.ts'
import { createTokenVerifier, type TokenVerifier } from './keys/token-verifier.ts'
import { createViewerSigner } from './keys/viewer-signer.ts'
import { boundedMap } from './planner/bounded-map.ts'
import type { PlanPasses } from './planner/make-plan.ts'
import type { DecidePolicies } from './policy/decide-policies.ts'
import { openTrustedDocuments } from './policy/open-trusted-documents.ts'
import { createPersistedDocuments } from './policy/persisted-documents.ts'
import { memoryRateLimiter } from './policy/rate-limit-memory.ts'
import { createRates, noRates, type RatePolicy } from './policy/rate-limit-operation.ts'
import type { RateLimiter } from './policy/rate-limiter.ts'
import type { PlanCounts } from './planning/operation-planner.ts'
import type { ServedGraph } from './request/served-graph.ts'
import type { ParsedDocument } from './request/operation.ts'
import type { OperationGateway } from './request/asked-operation.ts'
import { runOperation } from './request/run-operation.ts'
import { type RequestGateway, runRequest } from './request/run-request.ts'
import { createQuerySharing } from './request/share-queries.ts'
import { runForServer, type ServerAnswer, type ServerOperation } from './request/run-for-server.ts'
import { type WholeResponse, wholeResponse, type WireRequest, type WireResponse } from './request/wire.ts'
import type { OwnershipRules } from './supergraph/check-ownership.ts'
import { compose, type Supergraph } from './supergraph/compose.ts'
import { createSupergraphStore } from './supergraph/supergraph-store.ts'
import type { GraphSource } from './swapping/graph-source.ts'
import { createGraphSwapper, type SwapCounts, type SwappedGraph } from './swapping/swap-graph.ts'
import { countedMap } from './telemetry/counted-map.ts'
import type { Logger } from './telemetry/logger.ts'
import { observeOperation } from './telemetry/observe-operation.ts'
import { openWatching, type Watching, type WatchingOptions } from './telemetry/open-watching.ts'
import type { ForwardRule } from './transports/forward-headers.ts'
import { type ReturnRule, setsCookies, withoutSharedCookies } from './transports/return-headers.ts'
import { createTraffic, type Traffic } from './transports/traffic.ts'
import type { TrafficCounts } from './transports/traffic-counts.ts'
import type { TrafficOverrides } from './transports/traffic-limits.ts'

export type GatewayKeys = {
  /** What clients' tokens are verified with. Without it nobody looks at them, and every viewer is anonymous. */
  readonly jwks: JSONWebKeySet | URL | undefined
  /** What viewers are signed with for the subgraphs, at least 32 characters. */
  readonly viewerSecret: string
  /** In development: served at /.well-known/jwks.json, and offered in the page's menu. */
  readonly development?: { readonly jwks: JSONWebKeySet; readonly tokens: readonly ReadyToken[] }
}

export type GatewayOptions = GraphSource & {
  readonly config: GatewayConfig
  readonly keys: GatewayKeys
  readonly clock: Clock
  readonly logger: Logger
  /** Souk's own rules unless others are given. */
  readonly ownership?: OwnershipRules
  /** Which of a client's headers go on to which subgraphs; none unless it is said. */
  readonly forwarding?: readonly ForwardRule[]
  /** Which headers of subgraphs' answers go on to the client; none unless it is said. */
  readonly returning?: readonly ReturnRule[]
  /** Decides what is under a `@policy`; without it, that is denied to everyone. */
  readonly policies?: DecidePolicies
  /** Of subgraphs whose calls are not to be shaped as the settings say for all. */
  readonly traffic?: TrafficOverrides
  /** Where budgets are kept, if several gateways are to share them; else each keeps its own. */
  readonly rateLimiter?: RateLimiter
  /** All optimisations of plans unless others are given. */
  readonly planPasses?: PlanPasses
}

export type Gateway = {
  /** As it is served now. */
  readonly supergraph: Supergraph
  /** One request without a server: what `POST /graphql` runs. An answer that comes in pieces is there once it is whole. */
  readonly execute: (request: GatewayRequest) => Promise<WholeResponse>
  /** As `execute`, with an answer in pieces as they come. */
  readonly respond: (request: GatewayRequest) => Promise<WireResponse>
  /**
   * Serves another graph from now on. It is composed and made ready beside the one that is served; where it is not valid, that one stays
   * and the promise is rejected with why. Its transports stay with their owner, who may close those of the old graph once `drained` says so.
   */
  readonly swap: (source: GraphSource) => Promise<SwappedGraph>
  /** One operation that another server has received. */
  readonly run: (operation: ServerOperation) => Promise<ServerAnswer>
  /** Tells the graph that is served, and every later one; gives what ends it. */
  readonly onGraph: (tell: (supergraph: Supergraph) => void) => () => void
  /** `metricsUrl` is where metrics and health are, if the settings name a port for them. */
  readonly listen: () => Promise<{ readonly url: string; readonly metricsUrl?: string | undefined }>
  readonly ready: () => Promise<boolean>
  /** With the reason, and how each subgraph is. */
  readonly readiness: () => Promise<Readiness>
  /** Stops accepting, finishes what is in flight up to a limit. The transports stay with their owner. */
  readonly close: () => Promise<void>
  readonly explain: (query: string, operationName?: string) => Promise<string>
  /** How many operations were planned, and how many of them not as well as they should have been. */
  readonly planCounts: () => PlanCounts
  readonly swapCounts: () => SwapCounts
  /** What happened to the calls of each subgraph of the graph that is served now. */
  readonly trafficCounts: () => ReadonlyMap<string, TrafficCounts>
  /** How many queries of clients were answered by another one's run. */
  readonly queriesShared: () => number
}

export type GatewayRequest = Partial<Omit<WireRequest, 'body'>> & {
  readonly body?:
    | string
    | { readonly query: string; readonly variables?: object; readonly operationName?: string }
}

/** Composes the graph and starts the planner; resolves when the first query can be answered. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, logger, clock, traffic: overrides = {}, returning = [] } = options
  const trusted = await openTrustedDocuments(config, logger)
  const store = createSupergraphStore<ServedGraph>()
  const traffic = createTraffic({ config, clock, overrides: withoutSharedCookies(overrides, returning) })
  const graphs = createGraphSwapper({ ...options, store, shape: traffic.shape })
  const current = (): ServedGraph => store.current() as ServedGraph
  graphs.open(options.supergraph ?? compose(options.subgraphs, options.ownership), options.subgraphs)
  const persisted = createPersistedDocuments({ limits: config, trusted: trusted.current })
  const documents = keepDocuments(config)
  let server: StartedServer | undefined
  let isClosing = false
  const readiness = createReadiness({
    ...config,
    subgraphs: () => current().subgraphs,
    monotonicMs: clock.monotonicMs,
    isStopping: () => isClosing,
  })
  const trafficCounts = (): ReadonlyMap<string, TrafficCounts> => countTraffic(current(), traffic)
  const reads: WatchingOptions['reads'] = {
    traffic: trafficCounts,
    plans: graphs.planCounts,
    swaps: graphs.counts,
    queriesShared: () => requests.querySharing.shared(),
    caches: () => ({ documents: documents.counts(), plans: current().planCache.counts() }),
    open: () => ({ ...server?.open(), operations: requests.operationPlaces.taken() }),
  }
  const watching = openWatching({ config, logger, readiness, trusted: trusted.current, reads })
  const requests = wireRequests(options, { graphs: store, persisted, documents, watching })

  const gateway: Gateway = {
    get supergraph() {
      return current().supergraph
    },
    execute: async (request) => await wholeResponse(await runRequest(requests, completeRequest(request))),
    respond: async (request) => await runRequest(requests, completeRequest(request)),
    swap: graphs.swap,
    run: async (operation) => await runForServer(requests, operation),
    onGraph: (tell) => store.watch(({ supergraph }) => tell(supergraph)),
    async listen() {
      const metricsUrl = await watching.listen()
      server = await startServer({
        config,
        keys: options.keys,
        logger,
        schema: current().schema,
        execute: (wire) => runRequest(requests, wire),
        requests,
        readiness,
      })
      return { url: server.url, metricsUrl }
    },
    ready: async () => (await readiness()).ready,
    readiness,
    async close() {
      isClosing = true
      await server?.close()
      await watching.close()
      trusted.close()
      await graphs.close()
    },
    explain: (query, operationName) =>
      explainQuery(current().supergraph, current().planner, { query, operationName }),
    planCounts: graphs.planCounts,
    swapCounts: graphs.counts,
    trafficCounts,
    queriesShared: requests.querySharing.shared,
  }
  return gateway
}

const keepDocuments = ({ documentsCachedMax, cachedCharactersMax }: GatewayConfig) =>
  countedMap<ParsedDocument>(boundedMap({ sizeMax: documentsCachedMax, weightMax: cachedCharactersMax }))

const countTraffic = (
  { subgraphs }: ServedGraph,
  { countsOf }: Traffic,
): ReadonlyMap<string, TrafficCounts> =>
  new Map(
    subgraphs.flatMap(({ name, transport }) => {
      const counts = countsOf(transport)
      return counts === undefined ? [] : [[name, counts]]
    }),
  )

type Opened = Pick<OperationGateway, 'graphs' | 'persisted' | 'documents'> & { readonly watching: Watching }

function wireRequests(
  { config, keys, clock, logger, rateLimiter, policies, ...rules }: GatewayOptions,
  { watching, ...opened }: Opened,
): RequestGateway & OperationGateway {
  const verifier = verifierFor(keys.jwks, config, clock)
  const operations: OperationGateway = {
    config,
    clock,
    ...opened,
    onFetch: watching.onFetch,
    signViewer: createViewerSigner(viewerKeyFrom(keys.viewerSecret), clock.now, config.viewersCachedMax),
    querySharing: createQuerySharing({
      forwarding: rules.forwarding ?? [],
      nowMs: clock.monotonicMs,
    }),
    decidePolicies: policies,
    returnsCookies: setsCookies(rules.returning ?? []),
    operationPlaces: createPlaces(config.requestsInFlightMax),
    rates: ratesOf({ config, clock, logger }, rateLimiter),
    appOf: verifier.appOf ?? (() => undefined),
  }
  const observing = {
    continuesTraces: config.incomingTraces === 'continued',
    appOf: operations.appOf,
    onSubscribed: watching.onSubscribed,
  }
  return {
    ...operations,
    run: async (asked) => await observeOperation(observing, asked, () => runOperation(operations, asked)),
    verifier,
    onDone: watching.onDone,
  }
}

function ratesOf(
  { config, clock, logger }: Pick<GatewayOptions, 'config' | 'clock' | 'logger'>,
  shared: RateLimiter | undefined,
): RatePolicy {
  if (config.rateLimits === 'off') return noRates
  return createRates({
    limiter: shared ?? memoryRateLimiter(clock, { bucketsMax: config.rateBucketsMax }),
    budgets: config,
    onFault: (err) => logger.warn({ err }, 'budgets could not be read, and the operation was let pass'),
  })
}

function verifierFor(keys: GatewayKeys['jwks'], config: GatewayConfig, clock: Clock): TokenVerifier {
  if (keys === undefined)
    return {
      viewerOf: () => Promise.resolve(anonymousViewer),
      expiresAt: () => undefined,
    }
  const { jwtIssuer, jwtAudience } = config
  return createTokenVerifier({
    keys,
    issuer: jwtIssuer === '' ? undefined : jwtIssuer,
    audience: jwtAudience === '' ? undefined : jwtAudience,
    now: clock.now,
    monotonicMs: clock.monotonicMs,
    limits: config,
  })
}

function completeRequest({ body, ...given }: GatewayRequest): WireRequest {
  return {
    method: 'POST',
    parameters: {},
    requestId: randomUUID(),
    signal: new AbortController().signal,
    ...given,
    headers: { 'content-type': 'application/json', ...given.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body ?? {}),
  }
}

/** Wires the modules into a gateway. The only file that knows all of them. */
import { randomUUID } from 'node:crypto'
import { anonymousViewer, type Transport, viewerKeyFrom } from '@souk/contracts'
import type { JSONWebKeySet } from 'jose'
import type { Clock } from './clock.ts'
import type { GatewayConfig } from './config.ts'
import { explainQuery } from './explain-query.ts'
import { startServer, type StartedServer } from './http/server.ts'
import type { ReadyToken } from './keys/development-tokens.ts'
import { createTokenVerifier, type TokenVerifier } from './keys/token-verifier.ts'
import { createViewerSigner } from './keys/viewer-signer.ts'
import { boundedMap } from './planner/bounded-map.ts'
import { createPlanCache } from './planner/plan-cache.ts'
import type { PlanPasses } from './planner/make-plan.ts'
import {
  createOperationPlanner,
  type OperationPlanner,
  type PlanCounts,
} from './planning/operation-planner.ts'
import type { ServedGraph } from './request/run-operation.ts'
import { type RequestGateway, runRequest } from './request/run-request.ts'
import { type WholeResponse, wholeResponse, type WireRequest } from './request/wire.ts'
import type { OwnershipRules } from './supergraph/check-ownership.ts'
import { compose, type SubgraphSdl, type Supergraph } from './supergraph/compose.ts'
import { createSupergraphStore } from './supergraph/supergraph-store.ts'
import { type Logger, logRequest } from './telemetry/logger.ts'
import { forwardHeaders, type ForwardRule } from './transports/forward-headers.ts'

export type GatewaySubgraph = SubgraphSdl & ConnectedSubgraph

export type ConnectedSubgraph = { readonly name: string; readonly transport: Transport }

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
  /** All optimisations of plans unless others are given. */
  readonly planPasses?: PlanPasses
}

/**
 * A supergraph and where its subgraphs are. Without one the subgraphs are composed in this thread, which some SDLs can hold
 * up for long: whoever serves has them composed in another (`composeOffThread`).
 */
export type GraphSource =
  | { readonly subgraphs: readonly GatewaySubgraph[]; readonly supergraph?: undefined }
  | { readonly subgraphs: readonly ConnectedSubgraph[]; readonly supergraph: Supergraph }

export type Gateway = {
  readonly supergraph: Supergraph
  /** One request without a server: what `POST /graphql` runs. An answer that comes in pieces is there once it is whole. */
  readonly execute: (request: GatewayRequest) => Promise<WholeResponse>
  readonly listen: () => Promise<{ readonly url: string }>
  readonly ready: () => Promise<boolean>
  /** Stops accepting, finishes what is in flight up to a limit. The transports stay with their owner. */
  readonly close: () => Promise<void>
  readonly explain: (query: string, operationName?: string) => Promise<string>
  /** How many operations were planned, and how many of them not as well as they should have been. */
  readonly planCounts: () => PlanCounts
}

export type GatewayRequest = Partial<Omit<WireRequest, 'body'>> & {
  readonly body?:
    | string
    | { readonly query: string; readonly variables?: object; readonly operationName?: string }
}

/** Composes the graph and starts the planner; resolves when the first query can be answered. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, subgraphs, logger } = options
  const supergraph = options.supergraph ?? compose(options.subgraphs, options.ownership)
  const planner = createOperationPlanner({
    supergraph,
    limits: config,
    logger,
    ...(options.planPasses && { passes: options.planPasses }),
  })
  const store = createSupergraphStore<ServedGraph>()
  store.swap(serveGraph(supergraph, planner, config))
  const requests = wireRequests(options, store.current)
  let server: StartedServer | undefined
  let isClosing = false

  const gateway: Gateway = {
    supergraph,
    execute: async (request) => await wholeResponse(await runRequest(requests, completeRequest(request))),
    async listen() {
      server = await startServer({
        config,
        keys: options.keys,
        logger,
        schema: supergraph.publicSchema,
        execute: (wire) => runRequest(requests, wire),
        ready: gateway.ready,
      })
      return { url: server.url }
    },
    async ready() {
      if (isClosing) return false
      const answers = await Promise.all(
        subgraphs.map(({ transport }) => transport.ready().catch(() => false)),
      )
      return answers.every(Boolean)
    },
    async close() {
      isClosing = true
      await server?.close()
      await planner.close()
    },
    explain: (query, operationName) => explainQuery(supergraph, planner, { query, operationName }),
    planCounts: planner.counts,
  }
  return gateway
}

const serveGraph = (
  supergraph: Supergraph,
  planner: OperationPlanner,
  config: GatewayConfig,
): ServedGraph => ({
  supergraph,
  schema: supergraph.publicSchema,
  valid: new WeakSet(),
  planCache: createPlanCache({ sizeMax: config.plansCachedMax, weightMax: config.cachedCharactersMax }),
  planner,
})

function wireRequests(
  { config, subgraphs, keys, clock, logger, forwarding = [] }: GatewayOptions,
  graph: RequestGateway['graph'],
): RequestGateway {
  const transports = new Map(subgraphs.map(({ name, transport }) => [name, transport]))
  return {
    config,
    clock,
    graph,
    transportsFor: forwardHeaders(transports, forwarding),
    documents: boundedMap({ sizeMax: config.documentsCachedMax, weightMax: config.cachedCharactersMax }),
    verifier: verifierFor(keys.jwks, config, clock),
    signViewer: createViewerSigner(viewerKeyFrom(keys.viewerSecret), clock.now, config.viewersCachedMax),
    onDone: (summary) => logRequest(logger, summary),
  }
}

function verifierFor(keys: GatewayKeys['jwks'], config: GatewayConfig, clock: Clock): TokenVerifier {
  if (keys === undefined) return { viewerOf: () => Promise.resolve(anonymousViewer) }
  const { jwtIssuer, jwtAudience } = config
  return createTokenVerifier({
    keys,
    issuer: jwtIssuer === '' ? undefined : jwtIssuer,
    audience: jwtAudience === '' ? undefined : jwtAudience,
    now: clock.now,
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

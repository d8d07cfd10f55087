/** Wires the modules into a gateway. The only file that knows all of them. */
import { randomUUID } from 'node:crypto'
import { type Transport, viewerKeyFrom } from '@souk/contracts'
import type { JSONWebKeySet } from 'jose'
import type { Clock } from './clock.ts'
import type { GatewayConfig } from './config.ts'
import { explainQuery } from './explain-query.ts'
import { startServer, type StartedServer } from './http/server.ts'
import type { ReadyToken } from './keys/development-tokens.ts'
import { createTokenVerifier } from './keys/token-verifier.ts'
import { createViewerSigner } from './keys/viewer-signer.ts'
import { boundedMap } from './planner/bounded-map.ts'
import { readCheckedSupergraph } from './planner/check-supergraph.ts'
import { buildMoveGraph } from './planner/move-graph.ts'
import { createPlanCache } from './planner/plan-cache.ts'
import type { PlanOutcome, Planners } from './planner/plan-query.ts'
import { type PlannerProcess, startPlannerProcess } from './planner-process/planner-process.ts'
import { type RequestGateway, runRequest, type ServedGraph } from './request/run-request.ts'
import type { WireRequest, WireResponse } from './request/wire.ts'
import type { OwnershipRules } from './supergraph/check-ownership.ts'
import { compose, type SubgraphSdl, type Supergraph } from './supergraph/compose.ts'
import { createSupergraphStore } from './supergraph/supergraph-store.ts'
import { type Logger, logRequest } from './telemetry/logger.ts'

export type GatewaySubgraph = SubgraphSdl & { readonly transport: Transport }

export type GatewayKeys = {
  /** What clients' tokens are verified with. */
  readonly jwks: JSONWebKeySet | URL
  /** What viewers are signed with for the subgraphs, at least 32 characters. */
  readonly viewerSecret: string
  /** In development: served at /.well-known/jwks.json, and offered in the page's menu. */
  readonly development?: { readonly jwks: JSONWebKeySet; readonly tokens: readonly ReadyToken[] }
}

export type GatewayOptions = {
  readonly config: GatewayConfig
  readonly subgraphs: readonly GatewaySubgraph[]
  readonly keys: GatewayKeys
  readonly clock: Clock
  readonly logger: Logger
  /** Souk's own rules unless others are given. */
  readonly ownership?: OwnershipRules
}

export type Gateway = {
  readonly supergraph: Supergraph
  /** One request without a server: what `POST /graphql` runs. */
  readonly execute: (request: GatewayRequest) => Promise<WireResponse>
  readonly listen: () => Promise<{ readonly url: string }>
  readonly ready: () => Promise<boolean>
  /** Stops accepting, finishes what is in flight up to a limit, ends the planner. The transports stay with their owner. */
  readonly close: () => Promise<void>
  readonly explain: (query: string, operationName?: string) => Promise<string>
  readonly plannerPid: () => number | undefined
  /** How many operations were planned by our own planner, and how many by the library instead. */
  readonly planCounts: () => PlanCounts
}

export type PlanCounts = { readonly own: number; readonly library: number }

export type GatewayRequest = Partial<Omit<WireRequest, 'body'>> & {
  readonly body?:
    | string
    | { readonly query: string; readonly variables?: object; readonly operationName?: string }
}

/** Composes the graph and starts the planner; resolves when the first query can be answered. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, subgraphs, logger } = options
  const supergraph = compose(subgraphs, options.ownership)
  const planner = startPlannerProcess(supergraph.sdl, config)
  const store = createSupergraphStore<ServedGraph>()
  const counts = { own: 0, library: 0 }
  const graph = buildMoveGraph(supergraph.sdl)
  const planners: Planners = {
    graph,
    checked: readCheckedSupergraph(graph.schema),
    askLibrary: planner.ask,
    onPlanned: (outcome) => countPlan(counts, logger, outcome),
  }
  store.swap(serveGraph(supergraph, planners, config))
  const requests = wireRequests(options, store.current)
  let server: StartedServer | undefined
  let isClosing = false

  const gateway: Gateway = {
    supergraph,
    execute: (request) => runRequest(requests, completeRequest(request)),
    async listen() {
      server = await startServer({
        config,
        keys: options.keys,
        logger,
        execute: (wire) => runRequest(requests, wire),
        ready: gateway.ready,
      })
      return { url: server.url }
    },
    async ready() {
      if (isClosing || !planner.isUp()) return false
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
    explain: (query, operationName) => explainQuery(supergraph, planners, { query, operationName }),
    plannerPid: planner.pid,
    planCounts: () => ({ ...counts }),
  }
  await startOrClose(planner)
  return gateway
}

const serveGraph = (supergraph: Supergraph, planners: Planners, config: GatewayConfig): ServedGraph => ({
  supergraph,
  schema: supergraph.publicSchema,
  valid: new WeakSet(),
  planCache: createPlanCache({ sizeMax: config.plansCachedMax, weightMax: config.cachedCharactersMax }),
  planners,
})

function countPlan(counts: { own: number; library: number }, logger: Logger, outcome: PlanOutcome): void {
  counts[outcome.by] += 1
  if (outcome.by === 'library') logger.warn({ ...outcome, counts }, 'planned by the library')
}

function wireRequests(
  { config, subgraphs, keys, clock, logger }: GatewayOptions,
  graph: RequestGateway['graph'],
): RequestGateway {
  return {
    config,
    clock,
    graph,
    transports: new Map(subgraphs.map(({ name, transport }) => [name, transport])),
    documents: boundedMap({ sizeMax: config.documentsCachedMax, weightMax: config.cachedCharactersMax }),
    verifier: createTokenVerifier({
      keys: keys.jwks,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
      now: clock.now,
    }),
    signViewer: createViewerSigner(viewerKeyFrom(keys.viewerSecret), clock.now, config.viewersCachedMax),
    onDone: (summary) => logRequest(logger, summary),
  }
}

async function startOrClose(planner: PlannerProcess): Promise<void> {
  try {
    await planner.started()
  } catch (error) {
    await planner.close()
    throw error
  }
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

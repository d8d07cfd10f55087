/** One operation, step by step. Every branch of the flow is in this file. */
import { ClientError, type Transport } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import { gatewayFault } from '../errors.ts'
import type { TokenVerifier } from '../keys/token-verifier.ts'
import type { SignViewer } from '../keys/viewer-signer.ts'
import type { BoundedMap } from '../planner/bounded-map.ts'
import { receive } from './01-receive.ts'
import { authenticate } from './02-authenticate.ts'
import { parse } from './03-parse.ts'
import { validate, type Validation } from './04-validate.ts'
import { plan, type Planning } from './05-plan.ts'
import { fetchAndMerge } from './06-fetch-and-merge.ts'
import { project } from './07-project.ts'
import { respond } from './08-respond.ts'
import { describePlan } from './describe-plan.ts'
import { negotiate } from './negotiate-type.ts'
import type { ParsedDocument, ValidOperation } from './operation.ts'
import type { RequestSummary } from './request-summary.ts'
import type { Answer, GraphQLRequest, WireRequest, WireResponse } from './wire.ts'
import type { WriteOptions } from './write-response.ts'

/** The graph that a request is answered from, with everything that was made for it. Swapped as one. */
export type ServedGraph = Planning & Pick<Validation, 'schema' | 'valid'>

export type RequestGateway = {
  readonly config: GatewayConfig
  readonly clock: Clock
  /** By name, for a request with these headers. */
  readonly transportsFor: (headers: WireRequest['headers']) => ReadonlyMap<string, Transport>
  readonly graph: () => ServedGraph | undefined
  readonly documents: BoundedMap<ParsedDocument>
  readonly verifier: TokenVerifier
  readonly signViewer: SignViewer
  readonly onDone: (summary: RequestSummary) => void
}

export async function runRequest(gateway: RequestGateway, wire: WireRequest): Promise<WireResponse> {
  const { config, clock } = gateway
  const startedAtMs = clock.monotonicMs()
  const seen: Seen = { operation: undefined, fetches: 0, errors: 0 }
  const options: WriteOptions = {
    accepted: 'application/json',
    requestId: wire.requestId,
    isDevelopment: config.mode === 'development',
    showsSubgraphErrors: config.subgraphErrors === 'shown',
  }
  let response: WireResponse
  let fault: unknown
  try {
    const accepted = negotiate(wire.headers.accept)
    response = await answerAs({ ...options, accepted })
  } catch (error) {
    response = respond({ error }, options)
  }
  gateway.onDone({
    ...seen,
    requestId: wire.requestId,
    durationMs: clock.monotonicMs() - startedAtMs,
    status: response.status,
    fault,
  })
  return response

  async function answerAs(chosen: WriteOptions): Promise<WireResponse> {
    try {
      const request = receive(wire, config)
      return respond({ answer: await answer(gateway, { wire, request, startedAtMs, seen }) }, chosen)
    } catch (error) {
      if (!(error instanceof ClientError)) fault = error
      return respond({ error }, chosen)
    }
  }
}

type Seen = { operation: string | undefined; fetches: number; errors: number }

type Asked = {
  readonly wire: WireRequest
  readonly request: GraphQLRequest
  readonly startedAtMs: number
  readonly seen: Seen
}

async function answer(gateway: RequestGateway, { wire, request, startedAtMs, seen }: Asked): Promise<Answer> {
  const { config, clock } = gateway
  const graph = gateway.graph()
  if (graph === undefined) throw gatewayFault('GW_NOT_READY', 'No graph is loaded.')
  const viewer = await authenticate(wire, gateway.verifier)
  const parsed = parse(request.source, gateway.documents, config)
  const valid = validate(parsed, request, { ...graph, limits: config })
  seen.operation = valid.operation.name?.value
  const operation = await plan(valid, viewer, graph)
  const elapsedMs = (): number => clock.monotonicMs() - startedAtMs
  const deadlineMsLeft = (): number => config.requestMsMax - elapsedMs()
  const merged = await fetchAndMerge(operation, {
    transports: gateway.transportsFor(wire.headers),
    variables: valid.variables,
    signal: signalFor(valid, wire, deadlineMsLeft()),
    requestId: wire.requestId,
    viewerToken: await gateway.signViewer(viewer),
    elapsedMs,
    deadlineMsLeft,
    representationsMax: config.representationsMax,
  })
  const answered = project(operation, merged, {
    variables: valid.variables,
    rawVariables: request.variables,
    errorsMax: config.errorsMax,
  })
  seen.fetches = merged.fetches.length
  seen.errors = answered.errors.length
  if (!wantsPlan(wire, config)) return answered
  const queryPlan = describePlan(operation.plan, merged.fetches, elapsedMs())
  return { ...answered, extensions: { queryPlan } }
}

// It names subgraphs and shows what they are asked, which is nobody's business in production.
const wantsPlan = ({ headers }: WireRequest, { mode }: GatewayConfig): boolean =>
  mode === 'development' && headers['x-souk-query-plan'] === '1'

// A client that hangs up ends its query. A mutation runs to its end: half an order helps nobody.
function signalFor({ operation }: ValidOperation, wire: WireRequest, msLeft: number): AbortSignal {
  const deadline = AbortSignal.timeout(Math.max(1, Math.floor(msLeft)))
  return operation.operation === 'mutation' ? deadline : AbortSignal.any([wire.signal, deadline])
}

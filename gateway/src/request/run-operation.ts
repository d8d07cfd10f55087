/** One operation from its text to its answer, whatever it came by: steps 3 to 7. Every branch of them is in this file. */
import type { Transport, Viewer } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import { gatewayFault } from '../errors.ts'
import type { SignViewer } from '../keys/viewer-signer.ts'
import type { BoundedMap } from '../planner/bounded-map.ts'
import { parse } from './03-parse.ts'
import { validate, type Validation } from './04-validate.ts'
import { plan, type Planning } from './05-plan.ts'
import { fetchAndMerge } from './06-fetch-and-merge.ts'
import { project } from './07-project.ts'
import type { Answer, Answered, Delivery } from './answer.ts'
import { describePlan } from './describe-plan.ts'
import type { ParsedDocument, ValidOperation } from './operation.ts'
import type { SeenOperation } from './request-summary.ts'
import type { GraphQLRequest, WireRequest } from './wire.ts'

/** The graph that a request is answered from, with everything that was made for it. Swapped as one. */
export type ServedGraph = Planning & Pick<Validation, 'schema' | 'valid'>

/** What every operation is run with. */
export type OperationGateway = {
  readonly config: GatewayConfig
  readonly clock: Clock
  /** By name, for a request with these headers. */
  readonly transportsFor: (headers: WireRequest['headers']) => ReadonlyMap<string, Transport>
  readonly graph: () => ServedGraph | undefined
  readonly documents: BoundedMap<ParsedDocument>
  readonly signViewer: SignViewer
}

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
}

/** Throws a `ClientError` for what the caller has to change, and a `Fault` for what failed before there was anything to answer. */
export async function runOperation(gateway: OperationGateway, asked: AskedOperation): Promise<Answered> {
  const { config, clock } = gateway
  const { request, viewer, seen } = asked
  const graph = gateway.graph()
  if (graph === undefined) throw gatewayFault('GW_NOT_READY', 'No graph is loaded.')
  const parsed = parse(request.source, gateway.documents, config)
  const valid = validate(parsed, request, { ...graph, limits: config })
  seen.operation = valid.operation.name?.value
  seen.kind = valid.operation.operation
  const operation = await plan(valid, viewer, graph)
  const elapsedMs = (): number => clock.monotonicMs() - asked.startedAtMs
  const deadlineMsLeft = (): number => config.requestMsMax - elapsedMs()
  const merged = await fetchAndMerge(operation, {
    transports: gateway.transportsFor(asked.headers),
    variables: valid.variables,
    signal: signalFor(valid, asked.signal, deadlineMsLeft()),
    requestId: asked.requestId,
    viewerToken: await gateway.signViewer(viewer),
    elapsedMs,
    deadlineMsLeft,
    representationsMax: config.representationsMax,
  })
  const answered: Answer = project(operation, merged, {
    variables: valid.variables,
    rawVariables: request.variables,
    errorsMax: config.errorsMax,
  })
  seen.fetches = merged.fetches.length
  seen.errors = answered.errors.length
  if (!wantsPlan(asked, config)) return { kind: 'answer', answer: answered }
  const queryPlan = describePlan(operation.plan, merged.fetches, elapsedMs())
  return { kind: 'answer', answer: { ...answered, extensions: { queryPlan } } }
}

// It names subgraphs and shows what they are asked, which is nobody's business in production.
const wantsPlan = ({ headers }: AskedOperation, { mode }: GatewayConfig): boolean =>
  mode === 'development' && headers['x-souk-query-plan'] === '1'

// A client that hangs up ends its query. A mutation runs to its end: half an order helps nobody.
function signalFor({ operation }: ValidOperation, gone: AbortSignal, msLeft: number): AbortSignal {
  const deadline = AbortSignal.timeout(Math.max(1, Math.floor(msLeft)))
  return operation.operation === 'mutation' ? deadline : AbortSignal.any([gone, deadline])
}

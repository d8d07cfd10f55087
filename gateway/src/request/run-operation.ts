/** One operation from its text to its answer, whatever it came by: steps 3 to 7. Every branch of them is in this file. */
import type { Viewer } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import { gatewayFault } from '../errors.ts'
import type { FetchRecord } from '../executor/execution.ts'
import type { SignViewer } from '../keys/viewer-signer.ts'
import type { BoundedMap } from '../planner/bounded-map.ts'
import { chargeOperation, type ChargedOperation, type ChargingGateway } from '../policy/cost-charge.ts'
import { type DecidePolicies, readerOf } from '../policy/decide-policies.ts'
import { mayIntrospect } from '../policy/limit-introspection.ts'
import { refuseUnauthorized } from '../policy/refuse-unauthorized.ts'
import type { PersistedDocuments } from '../policy/persisted-documents.ts'
import type { Places } from '../http/places.ts'
import type { GraphLease, SupergraphStore } from '../supergraph/supergraph-store.ts'
import type { ReturnedHeaders } from '../transports/return-headers.ts'
import { parse } from './03-parse.ts'
import { validate } from './04-validate.ts'
import { plan } from './05-plan.ts'
import { fetchAndMerge, type FetchInput } from './06-fetch-and-merge.ts'
import { project } from './07-project.ts'
import type { Answer, AnswerExtensions, Answered, Delivery } from './answer.ts'
import { describePlan } from './describe-plan.ts'
import type { CompiledOperation, ParsedDocument, ValidOperation } from './operation.ts'
import type { SeenOperation } from './request-summary.ts'
import { type EndedRun, runDeferred } from './run-deferred.ts'
import { runSubscription } from './run-subscription.ts'
import { settleDefers } from './settle-defers.ts'
import type { ServedGraph } from './served-graph.ts'
import type { QuerySharing, RanOperation } from './share-queries.ts'
import { whenRead } from './when-read.ts'
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
} & ChargingGateway

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

/** Throws a `ClientError` for what the caller has to change, and a `Fault` for what failed before there was anything to answer. */
export async function runOperation(gateway: OperationGateway, asked: AskedOperation): Promise<Answered> {
  const leave = gateway.operationPlaces.take()
  if (leave === undefined)
    throw gatewayFault('GW_OVERLOADED', `${gateway.operationPlaces.taken()} operations run, as many as may.`)
  try {
    return whenLeft(await runLeased(gateway, asked), leave)
  } catch (error) {
    leave()
    throw error
  }
}

// What waits for an event is not running; how many may wait is a limit of connections.
function whenLeft(answered: Answered, leave: () => void): Answered {
  if (answered.kind === 'incremental') return { ...answered, later: whenRead(answered.later, leave) }
  leave()
  return answered
}

async function runLeased(gateway: OperationGateway, asked: AskedOperation): Promise<Answered> {
  const lease = gateway.graphs.lease()
  if (lease === undefined) throw gatewayFault('GW_NOT_READY', 'No graph is loaded.')
  let answered: Answered | undefined
  try {
    answered = await runOn(lease, gateway, asked)
    return answered.kind === 'answer' ? answered : releasedAtEnd(answered, lease.release)
  } finally {
    if (answered === undefined || answered.kind === 'answer') lease.release()
  }
}

async function runOn(
  { graph, ended }: GraphLease<ServedGraph>,
  gateway: OperationGateway,
  asked: AskedOperation,
): Promise<Answered> {
  const { config, clock } = gateway
  const { request, viewer, seen } = asked
  const parsed = parse(gateway.persisted.textOf(request), gateway.documents, config)
  const hidesSuggestions = !mayIntrospect(viewer, config.introspection)
  const { delivery } = asked
  const asValid = validate(parsed, request, { ...graph, limits: config, delivery, hidesSuggestions })
  const valid = settleDefers(asValid, { delivery, deferredMax: config.deferredMax })
  gateway.persisted.keep(request)
  seen.operation = valid.operation.name?.value
  seen.kind = valid.operation.operation
  const { document } = valid
  const guarded = { rules: graph.supergraph.access, schema: graph.schema }
  const { policiesMsMax: msMax } = config
  const deciding = { decide: gateway.decidePolicies, gone: asked.signal, msMax }
  const reader = await readerOf({ document, viewer, graph: guarded, ...deciding })
  const operation = await plan(valid, reader, graph)
  if (config.unauthorized === 'refuse')
    refuseUnauthorized(operation.denials(valid.variables), config.errorsMax)
  const charged = await chargeOperation(gateway, asked, { operation, variables: valid.variables })
  if (charged.isDryRun) return dryRun(asked, config, { operation, charged })
  if (seen.kind === 'subscription') return runSubscription(gateway, asked, { valid, operation, graph, ended })
  const elapsedMs = (): number => clock.monotonicMs() - asked.startedAtMs
  const deadlineMsLeft = (): number => config.requestMsMax - elapsedMs()
  const projecting = {
    variables: valid.variables,
    rawVariables: request.variables,
    errorsMax: config.errorsMax,
  }
  const fetchingFor = async (gone: AbortSignal, returned: ReturnedHeaders): Promise<FetchInput> => ({
    transports: graph.transportsFor(asked.headers, returned),
    variables: valid.variables,
    signal: signalFor(valid, gone, deadlineMsLeft()),
    requestId: asked.requestId,
    viewerToken: await gateway.signViewer(viewer),
    elapsedMs,
    deadlineMsLeft,
    representationsMax: config.representationsMax,
  })
  const extensionsOf = (fetches: readonly FetchRecord[]): AnswerExtensions => ({
    ...charged.extensions(),
    ...(wantsPlan(asked, config) && { queryPlan: describePlan(operation.plan, fetches, elapsedMs()) }),
  })
  const { deferral } = operation
  if (deferral !== undefined) {
    const returned: ReturnedHeaders = {}
    const fetching = await fetchingFor(asked.signal, returned)
    const answered = await runDeferred({ operation, deferral, fetching, projecting, onEnd })
    Object.assign(asked.replyHeaders ?? {}, returned)
    return answered
  }
  const run = async (gone: AbortSignal): Promise<RanOperation> => {
    const returned: ReturnedHeaders = {}
    const merged = await fetchAndMerge(operation, await fetchingFor(gone, returned))
    const answer = project(operation, merged, projecting)
    const countCost = (): number => operation.cost.count(merged.data, valid.variables)
    return { answer, fetches: merged.fetches, returned, countCost }
  }
  const { variables } = request
  const endsAtMs = asked.startedAtMs + config.requestMsMax
  const mayShare = gateway.returnsCookies !== true && isShareable(asked, config)
  const { answer, fetches, returned, countCost } = mayShare
    ? await gateway.querySharing.run(
        { operation, variables, viewer, headers: asked.headers, endsAtMs },
        asked.signal,
        run,
      )
    : await run(asked.signal)
  Object.assign(asked.replyHeaders ?? {}, returned)
  seen.fetches = fetches.length
  seen.errors = answer.errors.length
  await charged.settle(countCost)
  return { kind: 'answer', answer: withExtensions(answer, extensionsOf(fetches)) }

  async function onEnd({ data, fetches: sent, errors }: EndedRun): Promise<AnswerExtensions> {
    seen.fetches = sent.length
    seen.errors = errors
    await charged.settle(() => operation.cost.count(data, valid.variables))
    return extensionsOf(sent)
  }
}

type Charged = { readonly operation: CompiledOperation; readonly charged: ChargedOperation }

// `data` is there and null without an error: what the specification has for an answer in which nothing went wrong.
function dryRun(asked: AskedOperation, config: GatewayConfig, { operation, charged }: Charged): Answered {
  const queryPlan = wantsPlan(asked, config) ? describePlan(operation.plan, [], 0) : undefined
  const extensions = { ...charged.extensions(), ...(queryPlan && { queryPlan }) }
  return { kind: 'answer', answer: { data: null, errors: [], extensions } }
}

const withExtensions = (answer: Answer, extensions: AnswerExtensions): Answer =>
  Object.keys(extensions).length === 0 ? answer : { ...answer, extensions }

// A plan is told with what happened to one's own fetches, so whoever wants it runs alone.
const isShareable = (asked: AskedOperation, config: GatewayConfig): boolean =>
  config.sharedQueries === 'on' && asked.seen.kind === 'query' && !wantsPlan(asked, config)

// Later answers are made on the graph that made the first one.
function releasedAtEnd(
  answered: Exclude<Answered, { kind: 'answer' }>,
  release: () => void,
): Exclude<Answered, { kind: 'answer' }> {
  return answered.kind === 'events'
    ? { ...answered, answers: whenRead(answered.answers, release) }
    : { ...answered, later: whenRead(answered.later, release) }
}

// It names subgraphs and shows what they are asked, which is nobody's business in production.
const wantsPlan = ({ headers }: AskedOperation, { mode }: GatewayConfig): boolean =>
  mode === 'development' && headers['x-souk-query-plan'] === '1'

// A client that hangs up ends its query. A mutation runs to its end: half an order helps nobody.
function signalFor({ operation }: ValidOperation, gone: AbortSignal, msLeft: number): AbortSignal {
  const deadline = AbortSignal.timeout(Math.max(1, Math.floor(msLeft)))
  return operation.operation === 'mutation' ? deadline : AbortSignal.any([gone, deadline])
}

/** One operation from its text to its answer, whatever it came by: steps 3 to 7. Every branch between them is in this file. */
import type { GatewayConfig } from '../config.ts'
import { gatewayFault } from '../errors.ts'
import { chargeOperation, chargeRefused } from '../policy/cost-charge.ts'
import type { Reader } from '../policy/authorize-operation.ts'
import { readerOf } from '../policy/decide-policies.ts'
import { mayIntrospect } from '../policy/limit-introspection.ts'
import { refuseUnauthorized } from '../policy/refuse-unauthorized.ts'
import type { GraphLease } from '../supergraph/supergraph-store.ts'
import { parse } from './03-parse.ts'
import { validate } from './04-validate.ts'
import { plan } from './05-plan.ts'
import type { Answered } from './answer.ts'
import type { AskedOperation, OperationGateway } from './asked-operation.ts'
import { describePlan } from './describe-plan.ts'
import type { ValidOperation } from './operation.ts'
import { runInParts, runWhole, type ToRun, wantsPlan } from './run-planned.ts'
import { runSubscription } from './run-subscription.ts'
import { settleDefers } from './settle-defers.ts'
import type { ServedGraph } from './served-graph.ts'
import { whenRead } from './when-read.ts'

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
  const toRun = await chargeRefused(gateway, asked, () => prepare(graph, gateway, asked))
  const { operation, charged } = toRun
  if (charged.isDryRun) return dryRun(asked, gateway.config, toRun)
  if (asked.seen.kind === 'subscription') return runSubscription(gateway, asked, { ...toRun, ended })
  return operation.deferral === undefined
    ? await runWhole(gateway, asked, toRun)
    : await runInParts(gateway, asked, { ...toRun, deferral: operation.deferral })
}

async function prepare(graph: ServedGraph, gateway: OperationGateway, asked: AskedOperation): Promise<ToRun> {
  const { config } = gateway
  const { request, viewer, seen } = asked
  const parsed = parse(gateway.persisted.textOf(request), gateway.documents, config)
  const hidesSuggestions = !mayIntrospect(viewer, config.introspection)
  const { delivery } = asked
  const asValid = validate(parsed, request, { ...graph, limits: config, delivery, hidesSuggestions })
  const valid = settleDefers(asValid, { delivery, deferredMax: config.deferredMax })
  gateway.persisted.keep(request)
  seen.hash = parsed.hash
  seen.operation = valid.operation.name?.value
  seen.kind = valid.operation.operation
  const reader = await readerFor(gateway, asked, { document: valid.document, graph })
  const operation = await plan(valid, reader, graph)
  if (config.unauthorized === 'refuse')
    refuseUnauthorized(operation.denials(valid.variables), config.errorsMax)
  const charged = await chargeOperation(gateway, asked, { operation, variables: valid.variables })
  return { valid, operation, charged, graph }
}

type AskedDocument = { readonly document: ValidOperation['document']; readonly graph: ServedGraph }

const readerFor = (
  { config, decidePolicies }: OperationGateway,
  { viewer, signal }: AskedOperation,
  { document, graph }: AskedDocument,
): Promise<Reader> =>
  readerOf({
    document,
    viewer,
    graph: { rules: graph.supergraph.access, schema: graph.schema },
    decide: decidePolicies,
    gone: signal,
    msMax: config.policiesMsMax,
  })

// `data` is there and null without an error: what the specification has for an answer in which nothing went wrong.
function dryRun(asked: AskedOperation, config: GatewayConfig, { operation, charged }: ToRun): Answered {
  const queryPlan = wantsPlan(asked, config) ? describePlan(operation.plan, [], 0) : undefined
  const extensions = { ...charged.extensions(), ...(queryPlan && { queryPlan }) }
  return { kind: 'answer', answer: { data: null, errors: [], extensions } }
}

// Later answers are made on the graph that made the first one.
function releasedAtEnd(
  answered: Exclude<Answered, { kind: 'answer' }>,
  release: () => void,
): Exclude<Answered, { kind: 'answer' }> {
  return answered.kind === 'events'
    ? { ...answered, answers: whenRead(answered.answers, release) }
    : { ...answered, later: whenRead(answered.later, release) }
}

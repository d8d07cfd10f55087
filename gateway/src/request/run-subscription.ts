/** A subscription from its source to its answers: each event is answered like a query whose first fetch has just come back. */
import { ClientError, Fault, type SubgraphResponse, type Transport, type Viewer } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import { gatewayFault } from '../errors.ts'
import type { CompiledSubscription } from '../executor/compile-subscription.ts'
import type { Execution, FetchRecord } from '../executor/execution.ts'
import { addVariables } from '../executor/fetch-from-subgraph.ts'
import { createPlaceErrors } from '../executor/place-errors.ts'
import type { AnswerError } from '../executor/projection-errors.ts'
import type { SignViewer } from '../keys/viewer-signer.ts'
import type { ChargedOperation } from '../policy/cost-charge.ts'
import { project } from './07-project.ts'
import type { Answer, Answered } from './answer.ts'
import { leavable } from './leavable.ts'
import type { CompiledOperation, Merged, ValidOperation } from './operation.ts'
import type { SeenOperation } from './request-summary.ts'
import type { ServedGraph } from './served-graph.ts'
import { whenRead } from './when-read.ts'
import type { GraphQLRequest, WireRequest } from './wire.ts'

export type SubscriptionGateway = {
  readonly config: Pick<
    GatewayConfig,
    'errorsMax' | 'representationsMax' | 'requestMsMax' | 'subscriptionEventMsMax'
  >
  readonly clock: Clock
  readonly signViewer: SignViewer
  readonly onFetch?: ((fetch: FetchRecord, seen: SeenOperation) => void) | undefined
}

export type AskedSubscription = {
  readonly request: Pick<GraphQLRequest, 'variables'>
  readonly headers: WireRequest['headers']
  readonly viewer: Viewer
  readonly requestId: string
  readonly signal: AbortSignal
  readonly seen: SeenOperation
}

export type PlannedSubscription = {
  readonly valid: ValidOperation
  readonly operation: CompiledOperation
  readonly charged: Pick<ChargedOperation, 'chargeEvent'>
  readonly graph: Pick<ServedGraph, 'transportsFor'>
  /** Fires when another graph has taken this one's place, and what is asked of it has to end. */
  readonly ended: AbortSignal
}

export function runSubscription(
  gateway: SubscriptionGateway,
  asked: AskedSubscription,
  planned: PlannedSubscription,
): Answered {
  const { valid, operation, graph } = planned
  const { subscription } = operation
  const projecting = {
    variables: valid.variables,
    rawVariables: asked.request.variables,
    errorsMax: gateway.config.errorsMax,
  }
  const answerOf = (merged: Merged): Answer => project(operation, merged, projecting)
  if (subscription === undefined) return { kind: 'answer', answer: refused(answerOf(nothingMerged())) }
  const transports = graph.transportsFor(asked.headers)
  const running: Running = { gateway, asked, planned, subscription, transports, answerOf }
  return { kind: 'events', answers: untilLeft(asked.signal, (left) => answersOf(running, left)) }
}

type Running = {
  readonly gateway: SubscriptionGateway
  readonly asked: AskedSubscription
  readonly planned: PlannedSubscription
  readonly subscription: CompiledSubscription
  readonly transports: ReadonlyMap<string, Transport>
  readonly answerOf: (merged: Merged) => Answer
}

const nothingMerged = (): Merged => ({ data: {}, errors: createPlaceErrors(), fetches: [] })

/** What never began has no data, not even null. */
const refused = ({ errors }: Answer): Answer => ({ errors })

function untilLeft(
  gone: AbortSignal,
  answers: (left: AbortSignal) => AsyncGenerator<Answer>,
): AsyncIterableIterator<Answer> {
  const leaving = new AbortController()
  const leave = (): void => leaving.abort()
  const reading = whenRead(answers(leaving.signal), () => gone.removeEventListener('abort', leave))
  if (gone.aborted) leave()
  else gone.addEventListener('abort', leave, { once: true })
  return leavable(reading, leave)
}

async function* answersOf(running: Running, left: AbortSignal): AsyncGenerator<Answer> {
  const { ended } = running.planned
  const stop = AbortSignal.any([left, ended])
  let answered = 0
  try {
    for await (const event of subscribe(running, stop)) {
      const answer = await answerEvent(running, event, stop)
      if (stop.aborted) break
      running.asked.seen.errors += answer.errors.length
      yield event.data === undefined && answered === 0 ? refused(answer) : answer
      answered += 1
    }
    if (ended.aborted && !left.aborted)
      yield lastAnswer(gatewayFault('GW_SUBSCRIPTION_LOST', 'Another graph is served by now.'))
  } catch (error) {
    if (!left.aborted) yield lastAnswer(error)
  }
}

async function* subscribe(
  { gateway, asked, planned, subscription, transports }: Running,
  signal: AbortSignal,
): AsyncGenerator<SubgraphResponse> {
  const { subgraph, operation } = subscription.source
  const transport = transports.get(subgraph)
  if (transport?.subscribe === undefined)
    throw gatewayFault('GW_SUBSCRIPTION_LOST', `The subgraph ${subgraph} has no subscriptions.`)
  const request = {
    query: operation,
    variables: addVariables({}, subscription.source, planned.valid.variables),
    viewerToken: await gateway.signViewer(asked.viewer),
    requestId: asked.requestId,
    deadlineMs: gateway.config.requestMsMax,
  }
  try {
    yield* transport.subscribe(request, signal)
  } catch (error) {
    throw error instanceof ClientError ? error : lost(error)
  }
}

// Whether it could not be reached, or ended in the middle: whoever reads can do nothing about it but subscribe again.
const lost = (error: unknown): Fault =>
  gatewayFault('GW_SUBSCRIPTION_LOST', error instanceof Error ? error.message : String(error), error)

/** What the event leaves to fetch has a time of its own, and a viewer who is signed anew: a signature does not live as long. */
async function answerEvent(
  { gateway, asked, planned, subscription, transports, answerOf }: Running,
  event: SubgraphResponse,
  stop: AbortSignal,
): Promise<Answer> {
  const { config, clock } = gateway
  // Whoever has nothing left for it is told so, and the subscription ends: events that are left out in silence would be worse.
  const charge = await planned.charged.chargeEvent()
  const startedAtMs = clock.monotonicMs()
  const elapsedMs = (): number => clock.monotonicMs() - startedAtMs
  const fetches: FetchRecord[] = []
  const ending = new AbortController()
  const end = (): void => ending.abort()
  const timer = setTimeout(end, config.subscriptionEventMsMax)
  // Not `AbortSignal.any`, which would leave a trace on the long-lived signal for each event.
  stop.addEventListener('abort', end, { once: true })
  if (stop.aborted) end()
  const execution: Execution = {
    transports,
    variables: planned.valid.variables,
    signal: ending.signal,
    requestId: asked.requestId,
    viewerToken: await gateway.signViewer(asked.viewer),
    elapsedMs,
    deadlineMsLeft: () => config.subscriptionEventMsMax - elapsedMs(),
    data: {},
    errors: createPlaceErrors(),
    representationsMax: config.representationsMax,
    onFetch: (fetch) => void fetches.push(fetch),
    tellFetch: (fetch) => gateway.onFetch?.(fetch, asked.seen),
  }
  try {
    await subscription.runEvent(execution, event)
    asked.seen.fetches += fetches.length
    await charge.settle(() => planned.operation.cost.count(execution.data, planned.valid.variables))
    return answerOf({ data: execution.data, errors: execution.errors, fetches })
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', end)
  }
}

const lastAnswer = (error: unknown): Answer => ({ errors: [errorOf(error)] })

function errorOf(error: unknown): AnswerError {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ClientError) {
    // Those of HTTP were sent long ago.
    const { headers, ...extensions } = error.details
    void headers
    return { message, code: error.code, extensions, subgraph: undefined }
  }
  const code = error instanceof Fault ? error.code : 'GW_INTERNAL'
  return { message, code, extensions: {}, subgraph: undefined }
}

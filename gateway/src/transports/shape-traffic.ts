/** What stands between the executor and a subgraph, in one place: shared calls, a deadline, retries, a circuit breaker, a queue. */
import { Fault, type SubgraphRequest, type SubgraphResponse, type Transport } from '@souk/contracts'
import { gatewayFault } from '../errors.ts'
import { type CallQueue, createCallQueue } from './call-queue.ts'
import { type CallOutcome, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'
import { createFlights, type Flights } from './flights.ts'
import { type Flight, startFlight } from './flight.ts'
import { createRetryBudget, type RetryBudget } from './retry-budget.ts'
import { isSameCall } from './same-call.ts'
import type { TrafficTime } from './timers.ts'
import { type CountedEvents, noTraffic, type TrafficCounts } from './traffic-counts.ts'
import type { TrafficLimits } from './traffic-limits.ts'

/** It may tell how many subscriptions it has open. */
export type ShapeableTransport = Transport & { readonly subscriptionSources?: () => number }

export type ShapedTransport = Transport & { readonly counts: () => TrafficCounts }

export type ShapeOptions = {
  readonly name: string
  readonly limits: TrafficLimits
  readonly time: TrafficTime
  /** From 0 up to 1. */
  readonly random: () => number
}

export function shapeTraffic(transport: ShapeableTransport, options: ShapeOptions): ShapedTransport {
  const { name, limits, time } = options
  const shaping: Shaping = {
    ...options,
    transport,
    events: noTraffic(),
    queue: createCallQueue(name, limits, time.startTimer),
    breaker: createCircuitBreaker(limits, time.monotonicMs),
    budget: createRetryBudget(limits.retryPercent),
    flights: createFlights<string, Asked, SubgraphResponse>(serves(time)),
  }
  const { subscribe } = transport
  return {
    execute: (request, signal) => execute(shaping, request, signal),
    ...(subscribe && { subscribe: (request, signal) => subscribe.call(transport, request, signal) }),
    ready: () => transport.ready(),
    close: () => transport.close(),
    counts: () => countsOf(shaping),
  }
}

type Shaping = ShapeOptions & {
  readonly transport: ShapeableTransport
  readonly events: CountedEvents
  readonly queue: CallQueue
  readonly breaker: CircuitBreaker
  readonly budget: RetryBudget
  readonly flights: Flights<string, Asked, SubgraphResponse>
}

/** A call with the time at which it is over. */
type Asked = { readonly request: SubgraphRequest; readonly endsAtMs: number }

function execute(shaping: Shaping, request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse> {
  const { flights, events, limits, time } = shaping
  events.asked += 1
  if (signal.aborted) return Promise.reject(givenUp(signal))
  const asked: Asked = {
    request,
    endsAtMs: time.monotonicMs() + Math.min(request.deadlineMs, limits.msMax),
  }
  const isShared = limits.sharesCalls && isQuery(request)
  const inFlight = isShared ? flights.find(request.query, asked) : undefined
  if (inFlight !== undefined) events.shared += 1
  const flight = inFlight ?? send(shaping, asked, isShared)
  return flight.wait(signal)
}

// The gateway writes its operations itself: one to a text, which begins with what it is. Anything else is taken for a mutation.
const isQuery = ({ query }: SubgraphRequest): boolean => query.startsWith('query') || query.startsWith('{')

// Who joins may hear that time is up earlier than alone. With half of their time left it is still the subgraph that was slow.
const serves =
  ({ monotonicMs }: TrafficTime) =>
  (inFlight: Asked, asked: Asked): boolean =>
    isSameCall(inFlight.request, asked.request) &&
    (inFlight.endsAtMs - monotonicMs()) * 2 >= asked.endsAtMs - monotonicMs()

function send(shaping: Shaping, asked: Asked, isShared: boolean): Flight<SubgraphResponse> {
  const { flights, name, time } = shaping
  const { request, endsAtMs } = asked
  const msLeft = Math.max(0, endsAtMs - time.monotonicMs())
  const flight = startFlight({
    run: (signal) => runAttempts(shaping, asked, signal),
    onEnd() {
      stopTimer()
      if (isShared) flights.delist(request.query, asked)
    },
    onGone: givenUp,
  })
  const stopTimer = time.startTimer(msLeft, () =>
    flight.fail(new TimeUp('DEADLINE_EXCEEDED', `${name} did not answer within ${Math.round(msLeft)} ms.`)),
  )
  if (isShared) flights.list(request.query, asked, flight)
  return flight
}

/** The deadline of the call itself came, not that of somebody who waited for it. */
class TimeUp extends Fault {}

const givenUp = (signal: AbortSignal): Fault =>
  new Fault('DEADLINE_EXCEEDED', 'The call was given up before an answer came.', { cause: signal.reason })

async function runAttempts(shaping: Shaping, asked: Asked, signal: AbortSignal): Promise<SubgraphResponse> {
  const { budget, events } = shaping
  budget.earn()
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attemptOnce(shaping, asked, signal)
    } catch (error) {
      if (signal.aborted || !isWorthRetrying(shaping, asked, { error, attempt })) throw error
    }
    events.retried += 1
    await waitBeforeRetry(shaping, attempt, signal)
  }
}

type Failed = { readonly error: unknown; readonly attempt: number }

function isWorthRetrying(
  { limits, breaker, budget, events }: Shaping,
  { request }: Asked,
  { error, attempt }: Failed,
): boolean {
  if (!(error instanceof Fault) || error.code !== 'SUBGRAPH_UNAVAILABLE' || !error.retry) return false
  if (attempt >= limits.retriesMax || !isQuery(request) || !breaker.lets()) return false
  const isAffordable = budget.spend()
  if (!isAffordable) events.retriesDenied += 1
  return isAffordable
}

// Full jitter: what failed together is spread over the whole wait, so that it does not come back together.
function waitBeforeRetry({ time, random }: Shaping, attempt: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stopTimer = time.startTimer(
    random() * Math.min(retryWaitMsMax, firstRetryWaitMs * 2 ** attempt),
    resolve,
  )
  signal.addEventListener(
    'abort',
    () => {
      stopTimer()
      reject(givenUp(signal))
    },
    { once: true },
  )
  return promise
}

const firstRetryWaitMs = 50
const retryWaitMsMax = 1_000

async function attemptOnce(shaping: Shaping, asked: Asked, signal: AbortSignal): Promise<SubgraphResponse> {
  const { breaker, queue, events } = shaping
  if (!breaker.lets()) throw circuitOpen(shaping)
  const turn = enterQueue(shaping, signal)
  if (turn !== undefined) await turn
  const pass = breaker.enter()
  if (pass === undefined) {
    queue.leave()
    throw circuitOpen(shaping)
  }
  events.sent += 1
  let outcome: CallOutcome = 'worked'
  try {
    return await callOnce(shaping, asked, signal)
  } catch (error) {
    events.failed += 1
    outcome = outcomeOf(error, shaping, { asked, signal })
    throw error
  } finally {
    queue.leave()
    breaker.settle(pass, outcome)
  }
}

function enterQueue({ queue, events }: Shaping, signal: AbortSignal): Promise<void> | undefined {
  const count = (error: unknown): never => {
    if (!signal.aborted) events.refusedByQueue += 1
    throw error
  }
  try {
    return queue.enter(signal)?.catch(count)
  } catch (error) {
    return count(error)
  }
}

function circuitOpen({ name, events }: Shaping): Fault {
  events.refusedByBreaker += 1
  return gatewayFault('GW_SUBGRAPH_CIRCUIT_OPEN', `${name} failed too often of late; the circuit is open.`)
}

// The signal is the flight's own, so its listeners end with it. A transport that doesn't look at it must not keep its place.
function callOnce(
  { transport, time }: Shaping,
  { request, endsAtMs }: Asked,
  signal: AbortSignal,
): Promise<SubgraphResponse> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    const deadlineMs = Math.max(1, Math.floor(endsAtMs - time.monotonicMs()))
    transport.execute({ ...request, deadlineMs }, signal).then(resolve, reject)
  })
}

type Attempt = { readonly asked: Asked; readonly signal: AbortSignal }

function outcomeOf(error: unknown, { limits }: Shaping, { asked, signal }: Attempt): CallOutcome {
  const isLate =
    signal.reason instanceof TimeUp ||
    (!signal.aborted && error instanceof Fault && error.code === 'DEADLINE_EXCEEDED')
  // A call that was given little time, as the last of a long request, says nothing when it is late.
  if (isLate) return asked.request.deadlineMs * 2 >= limits.msMax ? 'failed' : 'unknown'
  if (signal.aborted) return 'unknown'
  // An answer that is too large has come: whoever asks for it could shut the subgraph off for everybody.
  return error instanceof Fault && error.code === 'GW_SUBGRAPH_ANSWER_TOO_LARGE' ? 'worked' : 'failed'
}

const countsOf = ({ transport, events, breaker, queue }: Shaping): TrafficCounts => ({
  ...events,
  breakerOpened: breaker.opened(),
  breaker: breaker.state(),
  inFlight: queue.inFlight(),
  waiting: queue.waiting(),
  subscriptionSources: transport.subscriptionSources?.() ?? 0,
})

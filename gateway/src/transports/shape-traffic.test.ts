/** Deadlines, retries, the circuit and the queue around one subgraph, in a time that the test moves. */
import { Fault, type SubgraphRequest, type SubgraphResponse, type Transport } from '@souk/contracts'
import { expect, test } from 'vitest'
import { manualTime, settled } from '../testing/manual-time.ts'
import { type ShapedTransport, shapeTraffic } from './shape-traffic.ts'
import type { TrafficLimits } from './traffic-limits.ts'

const usual: TrafficLimits = {
  msMax: 1_000,
  retriesMax: 2,
  retryPercent: 20,
  callsMax: 10,
  queueMax: 10,
  queueMsMax: 100,
  breakerPercent: 0,
  breakerCallsMin: 4,
  breakerWindowMs: 10_000,
  breakerOpenMs: 500,
  sharesCalls: false,
}

type Sent = {
  readonly request: SubgraphRequest
  readonly signal: AbortSignal
  readonly resolve: (answer: SubgraphResponse) => void
  readonly reject: (error: unknown) => void
}

/** A subgraph that answers when the test says so. */
function shaped(limits: Partial<TrafficLimits> = {}) {
  const time = manualTime()
  const sent: Sent[] = []
  const transport: Transport = {
    execute: (request, signal) =>
      new Promise((resolve, reject) => void sent.push({ request, signal, resolve, reject })),
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  }
  const options = { name: 'shop', limits: { ...usual, ...limits }, time, random: () => 0.5 }
  return { time, sent, shop: shapeTraffic(transport, options) }
}

const query: SubgraphRequest = {
  query: 'query { a }',
  viewerToken: 'v',
  requestId: 'r',
  deadlineMs: 5_000,
}
const mutation = { ...query, query: 'mutation { a }' }
const never = new AbortController().signal
const answer: SubgraphResponse = { data: { a: 1 } }
const passing = (): Fault => new Fault('SUBGRAPH_UNAVAILABLE', 'reset', { retry: true })
const lasting = (): Fault => new Fault('SUBGRAPH_UNAVAILABLE', 'no GraphQL', { retry: false })

/** What became of a call, to be looked at without waiting for it. */
function ask(shop: ShapedTransport, request: SubgraphRequest = query, signal: AbortSignal = never) {
  const seen: { answer?: SubgraphResponse; code?: string } = {}
  shop.execute(request, signal).then(
    (came) => void (seen.answer = came),
    (error: unknown) => void (seen.code = error instanceof Fault ? error.code : String(error)),
  )
  return seen
}

test('a call goes out with what is left of its time, and its answer comes back as it is', async () => {
  const { sent, shop } = shaped()
  const call = shop.execute(query, never)
  await settled()
  expect(sent.map(({ request }) => request)).toEqual([{ ...query, deadlineMs: 1_000 }])
  sent[0]?.resolve(answer)
  expect(await call).toBe(answer)
  expect(shop.counts()).toMatchObject({ asked: 1, sent: 1, failed: 0, inFlight: 0, waiting: 0 })
})

test('a call that is not answered in time ends, also if the transport goes on', async () => {
  const { time, sent, shop } = shaped()
  const call = ask(shop)
  await time.advance(999)
  expect(call).toEqual({})
  await time.advance(1)
  await settled()
  expect(call).toEqual({ code: 'DEADLINE_EXCEEDED' })
  expect(sent[0]?.signal.aborted).toBe(true)
  expect(shop.counts()).toMatchObject({ failed: 1, inFlight: 0 })
})

test('the deadline is never more than what is left of the request', async () => {
  const { time, shop } = shaped()
  const call = ask(shop, { ...query, deadlineMs: 50 })
  await time.advance(50)
  await settled()
  expect(call).toEqual({ code: 'DEADLINE_EXCEEDED' })
})

test('a query that met a passing fault is tried again, each time after a random part of a longer wait', async () => {
  const { time, sent, shop } = shaped()
  const call = ask(shop)
  await settled()
  sent[0]?.reject(passing())
  await time.advance(24)
  expect(sent).toHaveLength(1)
  await time.advance(1)
  await settled()
  expect(sent[1]?.request.deadlineMs).toBe(975)
  sent[1]?.reject(passing())
  await time.advance(49)
  expect(sent).toHaveLength(2)
  await time.advance(1)
  await settled()
  sent[2]?.resolve(answer)
  await settled()
  expect(call).toEqual({ answer })
  expect(shop.counts()).toMatchObject({ asked: 1, sent: 3, failed: 2, retried: 2 })
})

test.each([
  ['a mutation', mutation, passing()],
  ['a text that does not say what it is', { ...query, query: '# query\nmutation { a }' }, passing()],
  ['a query after a fault that will be the same the next time', query, lasting()],
  ['a query after the deadline', query, new Fault('DEADLINE_EXCEEDED', 'late', { retry: true })],
  ['a query after something that is no fault', query, new TypeError('a bug')],
])('%s is not tried again', async (_what, request, error) => {
  const { time, sent, shop } = shaped()
  const call = ask(shop, request)
  await settled()
  sent[0]?.reject(error)
  await time.advance(10_000)
  expect(sent).toHaveLength(1)
  expect(call.code).toBeDefined()
})

test('a query that was answered with errors is not tried again', async () => {
  const { time, sent, shop } = shaped()
  const refused: SubgraphResponse = { data: null, errors: [{ message: 'no' }] }
  const call = ask(shop)
  await settled()
  sent[0]?.resolve(refused)
  await time.advance(10_000)
  expect(call).toEqual({ answer: refused })
  expect(sent).toHaveLength(1)
})

test('no more is tried again than retries are allowed', async () => {
  const { time, sent, shop } = shaped({ retriesMax: 1 })
  const call = ask(shop)
  for (const at of [0, 1, 2]) {
    await time.advance(100)
    sent[at]?.reject(passing())
  }
  await settled()
  expect(sent).toHaveLength(2)
  expect(call).toEqual({ code: 'SUBGRAPH_UNAVAILABLE' })
})

test('a subgraph that is down gets its share of retries and no more', async () => {
  const { time, sent, shop } = shaped({ retriesMax: 5, retryPercent: 10, msMax: 100_000, callsMax: 1_000 })
  for (let call = 0; call < 200; call += 1) {
    ask(shop, { ...query, deadlineMs: 100_000 })
    await settled()
    for (const one of sent) one.reject(passing())
    await time.advance(5_000)
    for (const one of sent) one.reject(passing())
  }
  const { asked, retried, retriesDenied } = shop.counts()
  expect(asked).toBe(200)
  expect(retried).toBeGreaterThanOrEqual(20)
  expect(retried).toBeLessThanOrEqual(10 + 20)
  expect(retriesDenied).toBeGreaterThan(100)
})

test('a wait for another try ends with the deadline', async () => {
  const { time, sent, shop } = shaped({ msMax: 20 })
  const call = ask(shop)
  await settled()
  sent[0]?.reject(passing())
  await time.advance(20)
  await settled()
  expect(call).toEqual({ code: 'DEADLINE_EXCEEDED' })
  expect(sent).toHaveLength(1)
  expect(time.timersLeft()).toBe(0)
})

test('a circuit that is open refuses with a code of its own and sends nothing', async () => {
  const { time, sent, shop } = shaped({ breakerPercent: 50, retriesMax: 0 })
  for (let at = 0; at < 4; at += 1) {
    ask(shop)
    await settled()
    sent[at]?.reject(lasting())
    await settled()
  }
  const refused = ask(shop)
  await settled()
  expect(refused).toEqual({ code: 'GW_SUBGRAPH_CIRCUIT_OPEN' })
  expect(shop.counts()).toMatchObject({ sent: 4, refusedByBreaker: 1, breaker: 'open', breakerOpened: 1 })
  await time.advance(500)
  const probe = ask(shop)
  await settled()
  expect(shop.counts().breaker).toBe('halfOpen')
  sent[4]?.resolve(answer)
  await settled()
  expect(probe).toEqual({ answer })
  expect(shop.counts().breaker).toBe('closed')
})

test.each([
  ['late answers', 1_000, 'open'],
  ['late answers to calls that were given little time', 100, 'closed'],
])('%s leave the circuit as it should be', async (_what, deadlineMs, state) => {
  const { time, shop } = shaped({ breakerPercent: 50 })
  for (let at = 0; at < 4; at += 1) ask(shop, { ...query, deadlineMs })
  await time.advance(1_000)
  await settled()
  expect(shop.counts().breaker).toBe(state)
})

test.each([
  ['errors in answers', (one: Sent) => one.resolve({ errors: [{ message: 'no' }] })],
  [
    'answers that are too large',
    (one: Sent) => one.reject(new Fault('GW_SUBGRAPH_ANSWER_TOO_LARGE', 'large', { retry: false })),
  ],
])('%s do not open the circuit', async (_what, end) => {
  const { sent, shop } = shaped({ breakerPercent: 1 })
  for (let at = 0; at < 10; at += 1) ask(shop)
  await settled()
  for (const one of sent) end(one)
  await settled()
  expect(shop.counts().breaker).toBe('closed')
})

test('callers who hang up do not open the circuit', async () => {
  const { sent, shop } = shaped({ breakerPercent: 1 })
  const gone = new AbortController()
  for (let at = 0; at < 10; at += 1) ask(shop, query, gone.signal)
  await settled()
  gone.abort()
  await settled()
  expect(sent.every(({ signal }) => signal.aborted)).toBe(true)
  expect(shop.counts()).toMatchObject({ breaker: 'closed', inFlight: 0 })
})

test('what waits for its turn when the circuit opens is refused at its turn', async () => {
  const { sent, shop } = shaped({ callsMax: 4, breakerPercent: 50, retriesMax: 0 })
  const calls = Array.from({ length: 6 }, () => ask(shop))
  await settled()
  for (const one of sent) one.reject(lasting())
  await settled()
  expect(sent).toHaveLength(4)
  expect(calls.map(({ code }) => code)).toEqual([
    ...Array.from({ length: 4 }, () => 'SUBGRAPH_UNAVAILABLE'),
    'GW_SUBGRAPH_CIRCUIT_OPEN',
    'GW_SUBGRAPH_CIRCUIT_OPEN',
  ])
  expect(shop.counts()).toMatchObject({ inFlight: 0, waiting: 0 })
})

test('no more calls than allowed are in flight, and those that wait go in the order in which they came', async () => {
  const { sent, shop } = shaped({ callsMax: 2 })
  for (const requestId of ['1', '2', '3', '4']) ask(shop, { ...query, requestId })
  await settled()
  expect(shop.counts()).toMatchObject({ inFlight: 2, waiting: 2 })
  sent[1]?.resolve(answer)
  await settled()
  sent[0]?.reject(lasting())
  await settled()
  expect(sent.map(({ request }) => request.requestId)).toEqual(['1', '2', '3', '4'])
  expect(shop.counts()).toMatchObject({ inFlight: 2, waiting: 0 })
})

test('whoever finds the queue full is refused at once', async () => {
  const { sent, shop } = shaped({ callsMax: 1, queueMax: 1 })
  const [, , refused] = [ask(shop), ask(shop), ask(shop)]
  await settled()
  expect(refused).toEqual({ code: 'GW_SUBGRAPH_BUSY' })
  expect(sent).toHaveLength(1)
  expect(shop.counts()).toMatchObject({ refusedByQueue: 1, inFlight: 1, waiting: 1 })
})

test('whoever waited as long as allowed is refused, and its place is free for another', async () => {
  const { time, sent, shop } = shaped({ callsMax: 1, queueMax: 1 })
  ask(shop)
  const refused = ask(shop)
  await time.advance(100)
  await settled()
  expect(refused).toEqual({ code: 'GW_SUBGRAPH_BUSY' })
  const next = ask(shop)
  await settled()
  sent[0]?.resolve(answer)
  await settled()
  sent[1]?.resolve(answer)
  await settled()
  expect(next).toEqual({ answer })
  expect(time.timersLeft()).toBe(0)
})

test('whoever hangs up while waiting leaves the queue', async () => {
  const { sent, shop } = shaped({ callsMax: 1 })
  const gone = new AbortController()
  ask(shop)
  const left = ask(shop, query, gone.signal)
  const stays = ask(shop)
  await settled()
  gone.abort()
  await settled()
  expect(left).toEqual({ code: 'DEADLINE_EXCEEDED' })
  sent[0]?.resolve(answer)
  await settled()
  sent[1]?.resolve(answer)
  await settled()
  expect(stays).toEqual({ answer })
  expect(shop.counts()).toMatchObject({ refusedByQueue: 0, inFlight: 0, waiting: 0 })
})

test('a signal that fired before the call sends nothing', async () => {
  const { sent, shop } = shaped()
  const refused = ask(shop, query, AbortSignal.abort())
  await settled()
  expect(refused).toEqual({ code: 'DEADLINE_EXCEEDED' })
  expect(sent).toHaveLength(0)
})

test('a subgraph without subscriptions has none when it is shaped, and another one has its own', async () => {
  const { shop } = shaped()
  expect(shop.subscribe).toBeUndefined()
  const events = {
    async *subscribe(this: unknown): AsyncGenerator<SubgraphResponse> {
      yield await Promise.resolve(this === events ? answer : {})
    },
    execute: () => Promise.resolve(answer),
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  }
  const time = manualTime()
  const live = shapeTraffic(events, { name: 'live', limits: usual, time, random: Math.random })
  expect(await live.subscribe?.(query, never)[Symbol.asyncIterator]().next()).toMatchObject({
    value: answer,
  })
})

/** Calls in flight that answer others: only those that are the same in everything a subgraph is sent. */
import {
  signViewer,
  type SubgraphRequest,
  type SubgraphResponse,
  type Viewer,
  viewerKeyFrom,
} from '@souk/contracts'
import { expect, test } from 'vitest'
import { manualTime, settled } from '../testing/manual-time.ts'
import { testViewerSecret } from '../testing/test-gateway.ts'
import { isSameCall } from './same-call.ts'
import { shapeTraffic } from './shape-traffic.ts'
import type { TrafficLimits } from './traffic-limits.ts'

const limits: TrafficLimits = {
  msMax: 1_000,
  retriesMax: 1,
  retryPercent: 20,
  callsMax: 100,
  queueMax: 10,
  queueMsMax: 100,
  breakerPercent: 0,
  breakerCallsMin: 4,
  breakerWindowMs: 10_000,
  breakerOpenMs: 500,
  sharesCalls: true,
}

type Sent = {
  readonly request: SubgraphRequest
  readonly signal: AbortSignal
  readonly resolve: (answer: SubgraphResponse) => void
  readonly reject: (error: unknown) => void
}

function sharing(given: Partial<TrafficLimits> = {}) {
  const time = manualTime()
  const sent: Sent[] = []
  const transport = {
    execute: (request: SubgraphRequest, signal: AbortSignal) =>
      new Promise<SubgraphResponse>(
        (resolve, reject) => void sent.push({ request, signal, resolve, reject }),
      ),
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  }
  const options = { name: 'shop', limits: { ...limits, ...given }, time, random: () => 0.5 }
  return { time, sent, shop: shapeTraffic(transport, options) }
}

const key = viewerKeyFrom(testViewerSecret)
const ann: Viewer = { kind: 'user', userId: 'ann', scopes: ['order:read'], shopIds: [] }
const at = (second: number): Date => new Date(1_700_000_000_000 + second * 1_000)
const annsToken = await signViewer(ann, key, at(0))
const query: SubgraphRequest = {
  query: 'query($ids: [ID!]) { a(ids: $ids) }',
  operationName: 'A',
  variables: { ids: ['1', { deep: [1, null] }] },
  viewerToken: annsToken,
  requestId: 'first',
  deadlineMs: 1_000,
  headers: { authorization: 'Bearer ann', 'x-tenant': 'north' },
}
const never = new AbortController().signal
const answer: SubgraphResponse = { data: { a: 1 } }

test('a query in flight answers its twin, whose variables are other objects and whose request has another id', async () => {
  const { sent, shop } = sharing()
  const calls = [
    shop.execute(query, never),
    shop.execute({ ...query, variables: structuredClone(query.variables ?? {}), requestId: 'second' }, never),
  ]
  await settled()
  expect(sent).toHaveLength(1)
  sent[0]?.resolve(answer)
  expect(await Promise.all(calls)).toEqual([answer, answer])
  expect(shop.counts()).toMatchObject({ asked: 2, shared: 1, sent: 1 })
})

test('the viewer whose token was signed anew is the same viewer', async () => {
  const anew = await signViewer(ann, key, at(21))
  expect(anew).not.toBe(annsToken)
  expect(isSameCall(query, { ...query, viewerToken: anew })).toBe(true)
})

const others: readonly [string, Partial<SubgraphRequest>][] = [
  ['another operation', { query: 'query($ids: [ID!]) { b(ids: $ids) }' }],
  ['another name of the operation', { operationName: 'B' }],
  ['another variable', { variables: { ids: ['1', { deep: [1, 0] }] } }],
  ['one variable more', { variables: { ...query.variables, more: null } }],
  ['no variables', { variables: {} }],
  ['another viewer', { viewerToken: await signViewer({ ...ann, userId: 'ben' }, key, at(0)) }],
  ['the viewer with other scopes', { viewerToken: await signViewer({ ...ann, scopes: [] }, key, at(0)) }],
  ['the viewer with another shop', { viewerToken: await signViewer({ ...ann, shopIds: ['s'] }, key, at(0)) }],
  ['nobody', { viewerToken: '' }],
  ['a token that is no viewer', { viewerToken: 'a.b.c' }],
  ['another authorization', { headers: { authorization: 'Bearer ben', 'x-tenant': 'north' } }],
  ['no authorization', { headers: { 'x-tenant': 'north' } }],
  ['a header more', { headers: { ...query.headers, cookie: 'c' } }],
  ['another header in the place of one', { headers: { authorization: 'Bearer ann', cookie: 'north' } }],
  ['no headers', { headers: {} }],
]

test.each(others)('a call with %s goes out by itself', async (_what, different) => {
  const { sent, shop } = sharing()
  void shop.execute(query, never)
  void shop.execute({ ...query, ...different }, never)
  await settled()
  expect(sent).toHaveLength(2)
  // Neither may it matter which of the two came first.
  expect(isSameCall({ ...query, ...different }, query)).toBe(false)
})

test.each([
  ['mutations', { ...query, query: 'mutation { a }' }, {}],
  ['queries where sharing is switched off', query, { sharesCalls: false }],
])('%s are never shared', async (_what, request, given) => {
  const { sent, shop } = sharing(given)
  void shop.execute(request, never)
  void shop.execute(request, never)
  await settled()
  expect(sent).toHaveLength(2)
})

test('what has been answered, or has failed, answers nobody who comes later', async () => {
  const { sent, shop } = sharing()
  const calls = [shop.execute(query, never)]
  await settled()
  sent[0]?.resolve(answer)
  await calls[0]
  const failing = shop.execute(query, never)
  await settled()
  sent[1]?.reject(new Error('no'))
  await expect(failing).rejects.toThrow('no')
  void shop.execute(query, never)
  await settled()
  expect(sent).toHaveLength(3)
})

test('one caller who hangs up takes the answer from nobody', async () => {
  const { sent, shop } = sharing()
  const gone = new AbortController()
  const [first, second] = [shop.execute(query, gone.signal), shop.execute(query, never)]
  await settled()
  gone.abort()
  await expect(first).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  expect(sent[0]?.signal.aborted).toBe(false)
  sent[0]?.resolve(answer)
  expect(await second).toBe(answer)
})

test('a call is given up when all callers have hung up, and is joined by nobody from then on', async () => {
  const { time, sent, shop } = sharing()
  const [first, second] = [new AbortController(), new AbortController()]
  const calls = [shop.execute(query, first.signal), shop.execute(query, second.signal)]
  const ended = Promise.allSettled(calls)
  await settled()
  first.abort()
  second.abort()
  expect(sent[0]?.signal.aborted).toBe(true)
  void shop.execute(query, never)
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await settled()
  expect(sent).toHaveLength(2)
  expect(time.timersLeft()).toBe(1)
})

test("a failure is everybody's who waits for it", async () => {
  const { sent, shop } = sharing()
  const ended = Promise.allSettled([shop.execute(query, never), shop.execute(query, never)])
  await settled()
  sent[0]?.reject(new Error('no'))
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('a call that is about to run out of time is joined by nobody who has more', async () => {
  const { time, sent, shop } = sharing()
  void shop.execute(query, never).catch(() => undefined)
  await time.advance(501)
  void shop.execute(query, never).catch(() => undefined)
  await settled()
  expect(sent).toHaveLength(2)
  void shop.execute({ ...query, deadlineMs: 500 }, never).catch(() => undefined)
  await settled()
  expect(sent).toHaveLength(2)
})

test('with many in flight that differ in variables, the latest still answer their twins', async () => {
  const { sent, shop } = sharing()
  const asking = (id: number): SubgraphRequest => ({ ...query, variables: { ids: [String(id)] } })
  for (let id = 0; id < 40; id += 1) void shop.execute(asking(id), never)
  void shop.execute(asking(39), never)
  await settled()
  expect(sent).toHaveLength(40)
  void shop.execute(asking(0), never)
  await settled()
  expect(sent).toHaveLength(41)
})

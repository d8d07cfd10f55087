/** Which subscriptions are one, and how each of those who read it can leave. */
import {
  signViewer,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  type Viewer,
  viewerKeyFrom,
} from '@souk/contracts'
import { expect, test } from 'vitest'
import { testEvents } from '../testing/test-events.ts'
import { shareSubscriptions } from './share-subscriptions.ts'

const key = viewerKeyFrom('a secret for tests that is long enough')
const buyer: Viewer = { kind: 'user', userId: 'u1', scopes: ['order:read'], shopIds: [] }
const tokenOf = async (viewer: Viewer, second: number): Promise<string> =>
  await signViewer(viewer, key, new Date(second * 1000))
const request: SubgraphRequest = {
  query: 'subscription { sold }',
  variables: { shop: 's1' },
  viewerToken: await tokenOf(buyer, 1),
  requestId: 'r1',
  deadlineMs: 1_000,
  headers: { 'x-tenant': 'north', 'x-language': 'en' },
}
const never = new AbortController().signal

function shared(
  limits: { readonly buffered?: number; readonly sources?: number; readonly tellsState?: boolean } = {},
) {
  const events = testEvents<SubgraphResponse>()
  const subscribe: NonNullable<Transport['subscribe']> = (_request, signal) => {
    const reading = events.subscribe()
    signal.addEventListener('abort', () => void reading.return?.())
    return reading
  }
  const transport = shareSubscriptions(
    {
      execute: () => Promise.resolve({}),
      subscribe,
      ...(limits.tellsState && { tellsState: true }),
      ready: () => Promise.resolve(true),
      close: () => Promise.resolve(),
    },
    {
      subscriptionEventsBufferedMax: limits.buffered ?? 2,
      subscriptionSourcesMax: limits.sources ?? 10,
    },
  )
  const read = (asked: SubgraphRequest = request, signal = never): AsyncIterator<SubgraphResponse> => {
    const answers = transport.subscribe?.(asked, signal)
    if (answers === undefined) throw new Error('It has no subscriptions.')
    return answers[Symbol.asyncIterator]()
  }
  return { events, read }
}

const event = (sold: number) => ({ data: { sold } })
const over = { done: true, value: undefined }

test.each<[string, Partial<SubgraphRequest>]>([
  ['another request of the same', { requestId: 'r2', deadlineMs: 5 }],
  ['the same viewer, signed anew', { viewerToken: await tokenOf(buyer, 50) }],
  ['the same headers in another order', { headers: { 'x-language': 'en', 'x-tenant': 'north' } }],
])('%s shares the subscription', (_what, other) => {
  const { events, read } = shared()
  read()
  read({ ...request, ...other })
  expect(events.opened()).toBe(1)
})

test.each<[string, Partial<SubgraphRequest>]>([
  ['another text', { query: 'subscription { sold count }' }],
  ['another operation of the text', { operationName: 'Other' }],
  ['other variables', { variables: { shop: 's2' } }],
  ['another viewer', { viewerToken: await tokenOf({ ...buyer, userId: 'u2' }, 1) }],
  ['a viewer with another scope', { viewerToken: await tokenOf({ ...buyer, scopes: [] }, 1) }],
  ['another value of one header', { headers: { 'x-tenant': 'north', 'x-language': 'de' } }],
  ['one header less', { headers: { 'x-tenant': 'north' } }],
])('%s is a subscription of its own', (_what, other) => {
  const { events, read } = shared()
  read()
  read({ ...request, ...other })
  expect(events.opened()).toBe(2)
})

test('the last reader that leaves ends the subscription, and who comes then begins another', async () => {
  const { events, read } = shared()
  const gone = new AbortController()
  const [one, other] = [read(), read(request, gone.signal)]
  await one.return?.()
  await events.untilOpen(1)
  const waiting = other.next()
  gone.abort()
  expect(await waiting).toEqual(over)
  await events.untilOpen(0)
  const third = read()
  expect(events.opened()).toBe(2)
  events.push(event(1))
  expect(await third.next()).toEqual({ done: false, value: event(1) })
})

test('who has gone before it began is not waited for', async () => {
  const { events, read } = shared()
  expect(await read(request, AbortSignal.abort()).next()).toEqual(over)
  expect(events.opened()).toBe(0)
})

test('a reader that is behind gets what is kept for it, and then why no more comes', async () => {
  const { events, read } = shared({ buffered: 2 })
  const [slow, quick] = [read(), read()]
  for (const sold of [1, 2, 3, 4]) {
    events.push(event(sold))
    expect(await quick.next()).toEqual({ done: false, value: event(sold) })
  }
  expect([await slow.next(), await slow.next()]).toEqual(
    [1, 2].map((sold) => ({ done: false, value: event(sold) })),
  )
  await expect(slow.next()).rejects.toMatchObject({ code: 'GW_SUBSCRIPTION_TOO_SLOW', details: { limit: 2 } })
  expect(await slow.next()).toEqual(over)
})

test('events that come at once are no reason to end a reader that takes them as fast as it can', async () => {
  const { events, read } = shared({ buffered: 2 })
  const reader = read()
  events.push(...Array.from({ length: 50 }, (_none, sold) => event(sold)))
  const sold: unknown[] = []
  while (sold.length < 50) {
    sold.push((await reader.next()).value)
    // What is done with an event takes its turns, too.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  expect(sold).toEqual(Array.from({ length: 50 }, (_none, at) => event(at)))
})

test('a source that fails tells all who read it, and one that ends ends them', async () => {
  const { events, read } = shared()
  const failed = [read(), read()].map((reader) => reader.next())
  events.fail(new Error('lost'))
  expect(await Promise.allSettled(failed)).toMatchObject([
    { reason: { message: 'lost' } },
    { reason: { message: 'lost' } },
  ])
  const ended = [read(), read()].map((reader) => reader.next())
  events.push(event(1))
  events.end()
  expect(await Promise.all(ended)).toEqual([event(1), event(1)].map((value) => ({ done: false, value })))
})

test('beyond the limit no other subscription is opened until one ends', async () => {
  const { events, read } = shared({ sources: 1 })
  const first = read()
  read()
  const other = { ...request, variables: {} }
  expect(() => read(other)).toThrow('At most 1 different subscriptions may be open at once')
  events.end()
  expect(await first.next()).toEqual(over)
  read(other)
  expect(events.opened()).toBe(2)
})

test('who joins a subscription that tells the state gets the newest answer first, and nothing twice', async () => {
  const { events, read } = shared({ tellsState: true })
  const first = read()
  const begun = first.next()
  events.push(event(1))
  await begun
  const then = first.next()
  events.push(event(2))
  await then
  const second = read()
  expect(await second.next()).toEqual({ done: false, value: event(2) })
  const both = [first.next(), second.next()]
  events.push(event(3))
  expect(await Promise.all(both)).toEqual([
    { done: false, value: event(3) },
    { done: false, value: event(3) },
  ])
})

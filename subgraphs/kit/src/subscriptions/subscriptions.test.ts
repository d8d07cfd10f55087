/** Subscriptions of a subgraph on a real PostgreSQL, in process and over HTTP: one behaviour in both. */
import {
  type Fault,
  randomIds,
  signViewer,
  type SubgraphRequest,
  type SubgraphResponse,
  type Viewer,
  viewerKeyFrom,
  wireHeaders,
} from '@souk/contracts'
import { pino } from 'pino'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest'
import { createTemplateDatabase, dropDatabase } from '../database/testing-database.ts'
import { type HttpService, serveHttp } from '../serve-http.ts'
import type { RunningSubgraph } from '../subgraph.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { toySubgraph } from '../testing/toy/toy-subgraph.ts'

const viewerKey = viewerKeyFrom('a secret that is long enough to be one')
const clock = fakeClock()
const shopper: Viewer = { kind: 'user', userId: 'ann', scopes: [], shopIds: [] }
const service: Viewer = { kind: 'service', service: 'gateway', scopes: [] }

let databaseUrl: string
let notes: RunningSubgraph
let replica: RunningSubgraph
let served: HttpService
let sql: pg.Client

const open = (subscriptionsMax?: number) =>
  toySubgraph('products').open({
    databaseUrl,
    viewerKey,
    transportTo: () => notes.transport,
    clock,
    ids: randomIds(),
    logger: pino({ level: 'silent' }),
    ...(subscriptionsMax && { subscriptionsMax }),
  })

beforeAll(async () => {
  databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `subscriptions_${process.pid}`,
    async () => undefined,
  )
  notes = await open()
  replica = await open()
  served = await serveHttp(notes, { host: '127.0.0.1', port: 0 })
  sql = new pg.Client({ connectionString: databaseUrl })
  await sql.connect()
})

afterAll(async () => {
  await sql.end()
  await served.close()
  await Promise.all([notes.close(), replica.close()])
  await dropDatabase(databaseUrl)
})

beforeEach(async () => {
  await sql.query('TRUNCATE products.note, products.outbox_event')
})

type Events = AsyncIterableIterator<SubgraphResponse>

const inProcess = (running: RunningSubgraph) => (request: SubgraphRequest, signal: AbortSignal) =>
  running.transport.subscribe?.(request, signal) as Events

/** What the service writes, until it says that it is complete; a stream that was cut ends with a fault as in process. */
const overHttp = (url: () => string) =>
  async function* (request: SubgraphRequest, signal: AbortSignal): Events {
    const { query, variables, viewerToken, requestId, deadlineMs } = request
    const response = await fetch(url(), {
      method: 'POST',
      signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        [wireHeaders.viewer]: viewerToken,
        [wireHeaders.requestId]: requestId,
        [wireHeaders.deadlineMs]: String(deadlineMs),
      },
      body: JSON.stringify({ query, variables }),
    })
    if (response.status !== 200) throw Object.assign(new Error('refused'), { code: 'DEADLINE_EXCEEDED' })
    let text = ''
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8')
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^event: next\ndata: (.+)$/.exec(event)?.[1]
        if (data !== undefined) yield JSON.parse(data) as SubgraphResponse
        if (event.startsWith('event: complete')) return
      }
    }
    throw Object.assign(new Error('cut'), { code: 'SUBGRAPH_UNAVAILABLE' })
  }

const noteUpdated = 'subscription S($id: ID!) { noteUpdated(id: $id) { text } }'

type Asked = { query?: string; viewer?: Viewer; deadlineMs?: number; viewerToken?: string }

async function watch(
  subscribe: (request: SubgraphRequest, signal: AbortSignal) => Events,
  id: string,
  { query = noteUpdated, viewer = shopper, deadlineMs = 5_000, viewerToken }: Asked = {},
): Promise<Events> {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  return subscribe(
    {
      query,
      variables: { id },
      viewerToken: viewerToken ?? (await signViewer(viewer, viewerKey, clock.now())),
      requestId: 'r1',
      deadlineMs,
    },
    leaving.signal,
  )
}

async function write(id: string, text: string, running = notes): Promise<void> {
  const viewerToken = await signViewer(shopper, viewerKey, clock.now())
  const query = 'mutation W($id: ID!, $text: String!) { noteWrite(id: $id, text: $text) { id } }'
  const request = { query, variables: { id, text }, viewerToken, requestId: 'w', deadlineMs: 5_000 }
  const { errors } = await running.execute(request, AbortSignal.timeout(5_000))
  expect(errors).toBeUndefined()
}

const textOf = ({ value }: IteratorResult<SubgraphResponse>): unknown =>
  (value as { data?: { noteUpdated?: { text: string } } } | undefined)?.data?.noteUpdated?.text

/** The text after this one. An answer may repeat the one before: a change from just before the start is told as well. */
async function nextText(events: Events, before: unknown): Promise<unknown> {
  for (;;) {
    const text = textOf(await events.next())
    if (text !== before) return text
  }
}

async function all(events: Events): Promise<readonly SubgraphResponse[]> {
  const answers: SubgraphResponse[] = []
  for await (const answer of events) answers.push(answer)
  return answers
}

const codes = (answers: readonly SubgraphResponse[]) =>
  answers.map(({ data, errors }) => [data, errors?.[0]?.extensions?.code])

describe.each([
  ['in process', inProcess],
  ['over HTTP', (running: RunningSubgraph) => overHttp(() => (running === notes ? served.url : ''))],
])('%s', (_name, adapterOf) => {
  const subscribe = (request: SubgraphRequest, signal: AbortSignal) => adapterOf(notes)(request, signal)

  test('a subscription begins with what is there and tells each change, in order', async () => {
    await write('a', '1')
    const events = await watch(subscribe, 'a')
    let seen = textOf(await events.next())
    expect(seen).toBe('1')
    for (const text of ['2', '3', '4']) {
      await write('a', text)
      expect(await nextText(events, seen)).toBe(text)
      seen = text
    }
  })

  test('it completes with the state after which nothing changes any more', async () => {
    await write('a', 'begun')
    const events = await watch(subscribe, 'a')
    await events.next()
    await write('a', 'the end')
    expect((await all(events)).at(-1)).toEqual({ data: { noteUpdated: { text: 'the end' } } })
  })

  test('what another process changes is told', async () => {
    await write('a', 'here')
    const events = await watch(subscribe, 'a')
    await events.next()
    await write('a', 'there', replica)
    expect(await nextText(events, 'here')).toBe('there')
  })

  test('an id that the viewer may not see is refused, and nothing is watched', async () => {
    expect(codes(await all(await watch(subscribe, 'nobody')))).toEqual([[undefined, 'NOT_FOUND']])
    expect(notes.subscriptionCount()).toBe(0)
  })

  test('what becomes invisible ends the subscription with an error', async () => {
    await write('a', 'seen')
    const events = await watch(subscribe, 'a')
    await events.next()
    await sql.query('DELETE FROM products.note')
    await sql.query(
      `INSERT INTO products.outbox_event (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at)
       VALUES ('x', 'products', 'note.changed.v1', 'a', '{}', now(), now())`,
    )
    expect(codes(await all(events)).at(-1)).toEqual([undefined, 'NOT_FOUND'])
  })

  test('a subscription by a viewer whom nobody signed is refused', async () => {
    const viewerToken = await signViewer(
      service,
      viewerKeyFrom('another secret, also long enough'),
      clock.now(),
    )
    const answers = await all(await watch(subscribe, 'a', { viewerToken }))
    expect(codes(answers)).toEqual([[undefined, 'VIEWER_NOT_TRUSTED']])
  })

  test('internal subscriptions answer to services only', async () => {
    await write('a', 'the end')
    const query = 'subscription S($id: ID!) { _internalNoteUpdated(id: $id) { text } }'
    expect(codes(await all(await watch(subscribe, 'a', { query })))).toEqual([[undefined, 'FORBIDDEN']])
    expect(await all(await watch(subscribe, 'a', { query, viewer: service }))).toEqual([
      { data: { _internalNoteUpdated: { text: 'the end' } } },
    ])
  })

  test('a subscription that is not valid here is a bad request', async () => {
    const query = 'subscription S($id: ID!) { nothing(id: $id) { text } }'
    expect((await all(await watch(subscribe, 'a', { query }))).map(({ errors }) => errors?.[0])).toEqual([
      expect.objectContaining({ extensions: { code: 'BAD_INPUT' } }),
    ])
  })

  test('a field that fails in an event is null with its own error, and the next event comes', async () => {
    await write('a', 'a broken')
    const query = 'subscription S($id: ID!) { noteUpdated(id: $id) { related { id } } }'
    const events = await watch(subscribe, 'a', { query })
    const { value } = await events.next()
    expect(value).toMatchObject({
      data: { noteUpdated: { related: [{ id: 'a' }, null] } },
      errors: [{ message: 'It is broken.', path: ['noteUpdated', 'related', 1] }],
    })
    await write('a', 'a the')
    await write('a', 'the end')
    expect((await all(events)).at(-1)).toEqual({ data: { noteUpdated: { related: [null, null] } } })
  })

  test('a subscription without a first sign of life ends at its deadline', async () => {
    const events = await watch(subscribe, 'stuck', { deadlineMs: 100 })
    await expect(events.next()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(notes.subscriptionCount()).toBe(0)
  })
})

test('a subscription that is asked for as a query is told how it answers', async () => {
  const viewerToken = await signViewer(shopper, viewerKey, clock.now())
  const request = {
    query: noteUpdated,
    variables: { id: 'a' },
    viewerToken,
    requestId: 'r1',
    deadlineMs: 5_000,
  }
  const { errors } = await notes.execute(request, AbortSignal.timeout(5_000))
  expect(errors?.[0]).toMatchObject({
    message: 'noteUpdated answers with a stream of events.',
    extensions: { code: 'BAD_INPUT' },
  })
})

test('a reader that leaves while it waits is forgotten', async () => {
  await write('a', '1')
  const events = await watch(inProcess(notes), 'a')
  await events.next()
  const next = events.next()
  expect(notes.subscriptionCount()).toBe(1)
  await events.return?.()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(notes.subscriptionCount()).toBe(0)
})

test('no more subscriptions are open than are allowed', async () => {
  const small = await open(1)
  onTestFinished(() => small.close())
  await write('a', '1')
  const [first, second] = [await watch(inProcess(small), 'a'), await watch(inProcess(small), 'a')]
  await first.next()
  expect((await second.next()).value).toMatchObject({
    errors: [{ extensions: { code: 'SUBSCRIPTIONS_FULL', limit: 1 } }],
  })
  await first.return?.()
  expect(textOf(await (await watch(inProcess(small), 'a')).next())).toBe('1')
})

test('a subgraph that closes cuts its subscriptions, so that their readers subscribe again', async () => {
  const closing = await open()
  await write('a', '1')
  const events = await watch(inProcess(closing), 'a')
  await events.next()
  const next = events.next()
  next.catch(() => undefined)
  await closing.close()
  await expect(next).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' } satisfies Partial<Fault>)
  const late = await watch(inProcess(closing), 'a')
  await expect(late.next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
})

test('a service that drains cuts its streams and is closed then', async () => {
  const other = await serveHttp(replica, { host: '127.0.0.1', port: 0 })
  await write('a', '1')
  const events = await watch(
    overHttp(() => other.url),
    'a',
  )
  await events.next()
  const next = events.next()
  next.catch(() => undefined)
  await other.close()
  await expect(next).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  expect(replica.subscriptionCount()).toBe(0)
})

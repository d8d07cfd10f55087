/** The chassis on a real PostgreSQL, both adapters: entities, errors, deadlines, events. */
import {
  randomIds,
  signViewer,
  subgraphNames,
  type SubgraphResponse,
  type Transport,
  type Viewer,
  viewerKeyFrom,
} from '@souk/contracts'
import { pino } from 'pino'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { createTemplateDatabase, dropDatabase } from './database/testing-database.ts'
import type { RunningSubgraph } from './subgraph.ts'
import { httpTransport } from './http-transport.ts'
import { serveHttp } from './serve-http.ts'
import { fakeClock } from './testing/fake-clock.ts'
import { behaviour, loads, toySubgraph } from './testing/toy/toy-subgraph.ts'

const viewerKey = viewerKeyFrom('a secret that is long enough to be one')
const clock = fakeClock()
const wire = new Map<string, Transport>()
const service: Viewer = { kind: 'service', service: 'gateway', scopes: [] }
const shopper: Viewer = { kind: 'user', userId: 'ann', scopes: [], shopIds: [] }

let databaseUrl: string
let notes: RunningSubgraph
let reader: RunningSubgraph
let overHttp: Transport
let closeHttp: () => Promise<void>
let sql: pg.Client

const open = (name: 'products' | 'creators') =>
  toySubgraph(name).open({
    databaseUrl,
    viewerKey,
    transportTo: (to) => wire.get(to) as Transport,
    clock,
    ids: randomIds(),
    logger: pino({ level: 'silent' }),
  })

beforeAll(async () => {
  databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `chassis_${process.pid}`,
    async () => undefined,
  )
  ;[notes, reader] = await Promise.all([open('products'), open('creators')])
  for (const name of subgraphNames) wire.set(name, reader.transport)
  const served = await serveHttp(notes, { host: '127.0.0.1', port: 0 })
  overHttp = httpTransport(served.url)
  closeHttp = served.close
  sql = new pg.Client({ connectionString: databaseUrl })
  await sql.connect()
})

afterAll(async () => {
  await sql.end()
  await overHttp.close()
  await closeHttp()
  await Promise.all([notes.close(), reader.close()])
  await dropDatabase(databaseUrl)
})

beforeEach(async () => {
  await sql.query('TRUNCATE products.note, products.outbox_event, creators.seen, creators.inbox_event')
  loads.length = 0
  behaviour.fail = undefined
  behaviour.delivered = 0
})

async function ask(
  transport: Transport,
  query: string,
  { variables = {}, viewer = shopper, deadlineMs = 5_000 } = {},
): Promise<SubgraphResponse> {
  const viewerToken = await signViewer(viewer, viewerKey, clock.now())
  return transport.execute(
    { query, variables, viewerToken, requestId: 'r1', deadlineMs },
    AbortSignal.timeout(deadlineMs),
  )
}

const write = (id: string, text: string) =>
  ask(notes.transport, 'mutation W($id: ID!, $text: String!) { noteWrite(id: $id, text: $text) { id } }', {
    variables: { id, text },
  })

const seenTitles = async () =>
  (await sql.query<{ title: string }>('SELECT title FROM creators.seen ORDER BY position')).rows.map(
    (row) => row.title,
  )

describe.each([
  ['in process', () => notes.transport],
  ['over HTTP', () => overHttp],
])('%s', (_name, transport) => {
  const entities = 'query E($r: [_Any!]!) { _entities(representations: $r) { ... on Note { id text } } }'

  test('any number of representations of a type is one load', async () => {
    await write('a', 'one')
    await write('b', 'two')
    loads.length = 0
    const representations = ['a', 'b', 'a', 'nobody'].map((id) => ({ __typename: 'Note', id }))
    const response = await ask(transport(), entities, { variables: { r: representations } })
    expect(response).toEqual({
      data: {
        _entities: [{ id: 'a', text: 'one' }, { id: 'b', text: 'two' }, { id: 'a', text: 'one' }, null],
      },
    })
    expect(loads).toEqual([['a', 'b', 'nobody']])
  })

  test('one bad representation fails alone', async () => {
    await write('a', 'one')
    const representations = [
      { __typename: 'Note', id: 'a' },
      { __typename: 'Ghost', id: 'x' },
      { __typename: 'Note' },
      { __typename: 'Note', id: 'a' },
    ]
    const response = await ask(transport(), entities, { variables: { r: representations } })
    expect(response.data).toEqual({
      _entities: [{ id: 'a', text: 'one' }, null, null, { id: 'a', text: 'one' }],
    })
    expect(response.errors?.map(({ message, extensions }) => [message, extensions?.code])).toEqual([
      ['This subgraph has no entity "Ghost".', 'BAD_REPRESENTATION'],
      ['A representation of Note needs id.', 'BAD_REPRESENTATION'],
    ])
  })

  test('an item of a list that fails is null with its own error', async () => {
    await write('a', 'a broken')
    const response = await ask(transport(), '{ note(id: "a") { related { id } } }')
    expect(response.data).toEqual({ note: { related: [{ id: 'a' }, null] } })
    expect(response.errors?.[0]?.message).toBe('It is broken.')
  })

  test("a client's error says what is wrong; a bug says nothing but the request id", async () => {
    const response = await ask(transport(), '{ clientError { id } bug { id } }')
    expect(response.data).toEqual({ clientError: null, bug: null })
    expect(response.errors?.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
      { message: 'That is not how it is done.', extensions: { code: 'BAD_INPUT' } },
      {
        message: 'Something failed on our side. The request id is r1.',
        extensions: { code: 'INTERNAL', requestId: 'r1' },
      },
    ])
  })

  test('a viewer that nobody signed is refused', async () => {
    const forged = await signViewer(
      service,
      viewerKeyFrom('another secret that is also long enough'),
      clock.now(),
    )
    const response = await transport().execute(
      { query: '{ whoAmI }', viewerToken: forged, requestId: 'r1', deadlineMs: 1_000 },
      AbortSignal.timeout(1_000),
    )
    expect(response.errors?.[0]?.extensions?.code).toBe('VIEWER_NOT_TRUSTED')
    expect(response.data ?? null).toBeNull()
  })

  test('internal fields answer to services only', async () => {
    expect((await ask(transport(), '{ _internalSecret }')).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    expect((await ask(transport(), '{ _internalSecret }', { viewer: service })).data).toEqual({
      _internalSecret: 'told',
    })
  })

  test('a call that takes too long ends at its deadline', async () => {
    await expect(ask(transport(), '{ slow { id } }', { deadlineMs: 200 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    })
  })

  test('a mutation is answered with what is there after it, not with what an earlier one of the request loaded', async () => {
    await write('a', 'before')
    const response = await ask(
      transport(),
      'mutation { x: noteWrite(id: "x", text: "a") { related { text } } a: noteWrite(id: "a", text: "after") { id } y: noteWrite(id: "y", text: "a") { related { text } } }',
    )
    expect(response.data).toEqual({
      x: { related: [{ text: 'before' }] },
      a: { id: 'a' },
      y: { related: [{ text: 'after' }] },
    })
  })

  test("a text with U+0000 is the client's to mend", async () => {
    const response = await ask(transport(), 'query N($id: ID!) { note(id: $id) { id } }', {
      variables: { id: 'a\u0000b' },
    })
    expect(response.errors?.[0]).toMatchObject({
      message: 'A text contains the character U+0000, which is not allowed.',
      extensions: { code: 'BAD_INPUT' },
    })
  })

  test('a document that is not valid here is a bad request', async () => {
    expect((await ask(transport(), '{ nothing }')).errors?.[0]?.extensions?.code).toBe('BAD_INPUT')
  })
})

test('both adapters answer with the same bytes', async () => {
  await write('a', 'a broken')
  for (const query of [
    '{ note(id: "a") { at related { id } text } whoAmI }',
    '{ bug { id } }',
    '{ nothing }',
    '{ ',
  ]) {
    for (const round of [1, 2, 3]) {
      const [embedded, http] = [await ask(notes.transport, query), await ask(overHttp, query)]
      expect(JSON.stringify(http), `${query} in round ${round}`).toBe(JSON.stringify(embedded))
    }
  }
})

test('an event reaches its consumer once, however often it is delivered', async () => {
  await write('a', 'one')
  await notes.drainOutbox()
  await sql.query('UPDATE products.outbox_event SET delivered_at = NULL, next_attempt_at = $1', [clock.now()])
  await notes.drainOutbox()
  expect(behaviour.delivered).toBe(1)
  expect(await seenTitles()).toEqual(['one'])
})

test('events of one entity stay in order when one fails, and other entities go on', async () => {
  behaviour.fail = 'a1'
  for (const [id, text] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
    ['a', 'a3'],
  ] as const)
    await write(id, text)
  await notes.drainOutbox()
  expect(await seenTitles()).toEqual(['b1'])
  behaviour.fail = undefined
  await write('a', 'a4')
  await notes.drainOutbox()
  expect(await seenTitles()).toEqual(['b1'])
  clock.advance(60_000)
  await notes.drainOutbox()
  expect(await seenTitles()).toEqual(['b1', 'a1', 'a2', 'a3', 'a4'])
})

test('events that a dead relay had leased are delivered when the lease ends', async () => {
  await write('a', 'one')
  await sql.query(`UPDATE products.outbox_event SET next_attempt_at = $1`, [
    new Date(clock.now().getTime() + 30_000),
  ])
  await notes.drainOutbox()
  expect(await seenTitles()).toEqual([])
  clock.advance(30_000)
  await notes.drainOutbox()
  expect(await seenTitles()).toEqual(['one'])
})

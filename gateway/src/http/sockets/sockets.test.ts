/** GraphQL over WebSocket with the client of graphql-ws, and with frames that no client would send. */
import { once } from 'node:events'
import { anonymousViewer, Fault } from '@souk/contracts'
import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { refuseRequest } from '../../errors.ts'
import { addressOf, handshake, rawClient, transport } from '../../testing/raw-socket.ts'
import {
  collect,
  oneAnswerOf,
  type StreamServer,
  streamServer,
  testSource,
} from '../../testing/stream-server.ts'

test('a query, a mutation and a subscription come over one WebSocket', async () => {
  const source = testSource()
  await using server = await streamServer(({ request }) =>
    Promise.resolve(
      request.source.startsWith('subscription') ? source.answered : oneAnswerOf({ asked: request }),
    ),
  )
  const client = clientOf(server)
  const query = { query: 'query A($n: Int) { one }', operationName: 'A', variables: { n: 1 } }
  expect(await resultsOf(client, query)).toEqual([
    { data: { asked: { source: query.query, operationName: 'A', variables: { n: 1 }, isRead: false } } },
  ])
  expect(await resultsOf(client, { query: 'mutation { add }' })).toHaveLength(1)
  const events = client.iterate({ query: 'subscription { ticks }' })
  source.send({ ticks: 1 })
  source.send({ ticks: 2 })
  source.finish()
  expect(await collect(events)).toEqual([{ data: { ticks: 1 } }, { data: { ticks: 2 } }])
  await expect.poll(() => server.summaries.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(server.asked[0]?.delivery).toEqual({ streams: true, defers: true })
  await client.dispose()
})

test('what comes later of an answer comes as further results', async () => {
  await using server = await streamServer(() =>
    Promise.resolve({
      kind: 'incremental',
      initial: { data: { a: 1 }, errors: [] },
      pending: [],
      later: (async function* () {
        const part = { id: '0', data: { b: 2 }, errors: [], path: [], label: 'L' }
        yield { parts: [part], pending: [], hasNext: false }
      })(),
    }),
  )
  const client = clientOf(server)
  expect(await resultsOf(client, { query: '{ a ... @defer(label: "L") { b } }' })).toEqual([
    { data: { a: 1 }, hasNext: true },
    { incremental: [{ data: { b: 2 }, path: [], label: 'L' }], hasNext: false },
  ])
  await client.dispose()
})

test('an operation that is refused, or fails, is told so alone; the connection stays', async () => {
  const source = testSource()
  await using server = await streamServer(({ request }) => {
    if (request.source === '{ nope }')
      return Promise.reject(refuseRequest('GW_VALIDATION_FAILED', 'No nope.'))
    if (request.source === '{ crash }') return Promise.reject(new TypeError('secret'))
    return Promise.resolve(source.answered)
  })
  const client = await rawClient(server)
  client.subscribe('1', { query: '{ nope }' })
  expect(await client.next()).toEqual({
    id: '1',
    type: 'error',
    payload: [{ message: 'No nope.', extensions: { code: 'GW_VALIDATION_FAILED' } }],
  })
  client.subscribe('1', { query: '{ crash }' })
  expect(await client.next()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'GW_INTERNAL' } }],
  })
  client.subscribe('1', { variables: 3 })
  expect(await client.next()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'GW_BAD_REQUEST' } }],
  })
  client.subscribe('1', { query: 'subscription { ticks }' })
  source.send({ ticks: 1 })
  expect(await client.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { ticks: 1 } } })
  source.fail(new Fault('SUBGRAPH_UNAVAILABLE', 'down', { retry: true }))
  expect(await client.next()).toMatchObject({
    id: '1',
    type: 'error',
    payload: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  })
  expect(server.summaries.map(({ status, fault }) => [status, fault !== undefined])).toEqual([
    [400, false],
    [500, true],
    [400, false],
    [200, true],
  ])
  client.socket.close()
})

test('an operation that its client completes ends at once, even while its source is silent, and its id is free', async () => {
  const [silent, second] = [testSource(), testSource()]
  const sources = [silent, second]
  await using server = await streamServer(() => Promise.resolve((sources.shift() as typeof silent).answered))
  const client = await rawClient(server)
  client.subscribe('1', { query: 'subscription { ticks }' })
  await expect.poll(() => silent.pulls()).toBe(1)
  client.send({ type: 'complete', id: '1' })
  await silent.left
  expect(server.asked[0]?.signal.aborted).toBe(true)
  client.subscribe('1', { query: 'subscription { ticks }' })
  silent.send({ ticks: 'of the first' })
  second.send({ ticks: 'of the second' })
  second.finish()
  expect(await client.next()).toMatchObject({ payload: { data: { ticks: 'of the second' } } })
  expect(await client.next()).toEqual({ id: '1', type: 'complete' })
  client.socket.close()
})

test('a query that its client completes is not answered any more', async () => {
  const answer = Promise.withResolvers<ReturnType<typeof oneAnswerOf>>()
  await using server = await streamServer(({ request }) =>
    request.source === '{ slow }' ? answer.promise : Promise.resolve(oneAnswerOf({ fast: 1 })),
  )
  const client = await rawClient(server)
  client.subscribe('1', { query: '{ slow }' })
  await expect.poll(() => server.asked.length).toBe(1)
  client.send({ type: 'complete', id: '1' })
  await expect.poll(() => server.asked[0]?.signal.aborted).toBe(true)
  answer.resolve(oneAnswerOf({ slow: 1 }))
  client.subscribe('2', { query: '{ fast }' })
  expect(await client.next()).toMatchObject({ id: '2', type: 'next' })
  client.socket.close()
})

test('a client that hangs up ends its operations', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered))
  const client = await rawClient(server)
  client.subscribe('1', { query: 'subscription { ticks }' })
  await expect.poll(() => source.pulls()).toBe(1)
  client.socket.terminate()
  await source.left
  await expect.poll(() => server.summaries.length).toBe(1)
})

const init = { type: 'connection_init' }
const subscribe = { type: 'subscribe', id: '1', payload: { query: 'subscription { ticks }' } }

test.each([
  ['text that is not JSON', [init, '{'], 4400],
  ['a message of an unknown type', [init, { type: 'start', id: '1' }], 4400],
  ['a message without a type', [init, {}], 4400],
  ['a list', [init, '[]'], 4400],
  ['a payload of init that is no object', [{ ...init, payload: 'x' }], 4400],
  ['a subscribe without an id', [init, { ...subscribe, id: undefined }], 4400],
  ['a subscribe with an empty id', [init, { ...subscribe, id: '' }], 4400],
  ['a subscribe without a payload', [init, { ...subscribe, payload: undefined }], 4400],
  ['an id that is in use', [init, subscribe, subscribe], 4409],
  [
    'a long id that is in use',
    [init, ...[subscribe, subscribe].map((one) => ({ ...one, id: 'ü'.repeat(100) }))],
    4409,
  ],
  ['a second init', [init, init], 4429],
  ['a subscribe before init', [subscribe], 4401],
  ['a message that is too large', [init, { ...subscribe, payload: { query: 'x'.repeat(6000) } }], 1009],
  ['a binary message', [init, Buffer.from('{}')], 4400],
  ['no init in time', [], 4408],
] as const)('%s closes the connection with its code', async (_what, messages, code) => {
  const source = testSource()
  const environment = { SOUK_CONNECTION_INIT_MS_MAX: '200', SOUK_MESSAGE_BYTES_MAX: '5000' }
  await using server = await streamServer(() => Promise.resolve(source.answered), { environment })
  const socket = new WebSocket(addressOf(server), transport)
  const closed = once(socket, 'close')
  await once(socket, 'open')
  for (const [index, message] of messages.entries()) {
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
    if (index === 0 && message === init) await once(socket, 'message')
  }
  expect((await closed)[0]).toBe(code)
  if (source.pulls() > 0) await source.left
})

test.each([
  ['the older protocol', ['graphql-ws'], /older graphql-ws/],
  ['another protocol', ['mqtt'], /ask for graphql-transport-ws/],
  ['no protocol', [], /ask for graphql-transport-ws/],
] as const)('%s is refused with 4406 and the one that is spoken', async (_what, protocols, reason) => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({})))
  const socket = new WebSocket(addressOf(server), [...protocols])
  const [code, text] = (await once(socket, 'close')) as [number, Buffer]
  expect([code, String(text)]).toEqual([4406, expect.stringMatching(reason)])
})

test('the token comes with init or with the request that opens the connection', async () => {
  const seen: (string | undefined)[] = []
  const verifier = {
    viewerOf(authorization: string | undefined) {
      seen.push(authorization)
      return authorization === 'Bearer bad'
        ? Promise.reject(refuseRequest('GW_BAD_TOKEN', 'The token is bad.'))
        : Promise.resolve(anonymousViewer)
    },
    expiresAt: () => undefined,
  }
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({})), { verifier })
  for (const payload of [
    { authorization: 'Bearer a' },
    { Authorization: 'Bearer b' },
    { headers: { Authorization: 'Bearer c' } },
    {},
  ]) {
    const client = await rawClient(server, {
      payload,
      headers: { authorization: 'Bearer d', 'x-tenant': 't' },
    })
    client.subscribe('1', { query: '{ one }' })
    await client.next()
    client.socket.close()
  }
  expect(seen).toEqual(['Bearer a', 'Bearer b', 'Bearer c', 'Bearer d'])
  expect(server.asked.map(({ headers }) => [headers.authorization, headers['x-tenant']])).toEqual(
    seen.map((one) => [one, 't']),
  )
  const socket = new WebSocket(addressOf(server), transport)
  await once(socket, 'open')
  socket.send(JSON.stringify({ ...init, payload: { authorization: 'Bearer bad' } }))
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  expect([code, String(reason)]).toEqual([4403, 'The token is bad.'])
})

test('a connection whose token expires is closed with 4403, and its sources end', async () => {
  const source = testSource()
  const verifier = {
    viewerOf: () => Promise.resolve(anonymousViewer),
    expiresAt: () => new Date(Date.now() + 300),
  }
  await using server = await streamServer(() => Promise.resolve(source.answered), { verifier })
  const client = await rawClient(server)
  client.subscribe('1', { query: 'subscription { ticks }' })
  const [code, reason] = (await once(client.socket, 'close')) as [number, Buffer]
  expect([code, String(reason)]).toEqual([4403, 'The token has expired.'])
  await source.left
})

test.each([
  ['https://evil.example', 403],
  ['null', 403],
  ['same', 101],
  ['https://shop.example', 101],
])("a page's WebSocket from the origin %s is answered with %s", async (origin, status) => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({})), {
    environment: { SOUK_CORS_ORIGINS: 'https://shop.example' },
  })
  const sent = origin === 'same' ? server.url : origin
  const answer = await handshake(server, { path: '/graphql', headers: { origin: sent } })
  expect(answer.status).toBe(status)
  if (status === 403) expect(answer.text).toContain('GW_ORIGIN_REFUSED')
})

const clientOf = (server: StreamServer) =>
  createClient({ url: addressOf(server), webSocketImpl: WebSocket, retryAttempts: 0, lazy: false })

const resultsOf = async (
  client: ReturnType<typeof clientOf>,
  payload: Parameters<ReturnType<typeof clientOf>['iterate']>[0],
): Promise<readonly unknown[]> => await collect(client.iterate(payload))

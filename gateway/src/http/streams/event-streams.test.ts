/** Answers as server-sent events and as parts: with the client of graphql-sse in both modes, and by hand. */
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { Fault } from '@souk/contracts'
import { createClient } from 'graphql-sse'
import { expect, test } from 'vitest'
import { refuseRequest } from '../../errors.ts'
import type { TokenVerifier } from '../../keys/token-verifier.ts'
import {
  collect,
  readerOf,
  oneAnswerOf,
  type StreamServer,
  streamServer,
  testSource,
} from '../../testing/stream-server.ts'

const events = { accept: 'text/event-stream', 'content-type': 'application/json' }
const eventParts = {
  accept: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json',
  'content-type': 'application/json',
}
const ticks = { query: 'subscription { ticks }' }

test.each([true, false])(
  'the client of graphql-sse gets each answer, on a single connection: %s',
  async (singleConnection) => {
    const source = testSource()
    await using server = await streamServer(({ request }) =>
      Promise.resolve(request.source === ticks.query ? source.answered : oneAnswerOf({ one: 1 })),
    )
    const client = createClient({ url: `${server.url}/graphql`, singleConnection, retryAttempts: 0 })
    expect(await collect(client.iterate({ query: '{ one }' }))).toEqual([{ data: { one: 1 } }])
    const subscription = client.iterate(ticks)
    source.send({ ticks: 1 })
    source.send({ ticks: 2 })
    source.finish()
    expect(await collect(subscription)).toEqual([{ data: { ticks: 1 } }, { data: { ticks: 2 } }])
    await expect.poll(() => server.summaries.map(({ status }) => status)).toEqual([200, 200])
    client.dispose()
  },
)

test.each([true, false])(
  'a client that leaves ends its source, on a single connection: %s',
  async (singleConnection) => {
    const source = testSource()
    await using server = await streamServer(() => Promise.resolve(source.answered))
    const client = createClient({ url: `${server.url}/graphql`, singleConnection, retryAttempts: 0 })
    const subscription = client.iterate(ticks)
    const first = subscription.next()
    source.send({ ticks: 1 })
    expect(await first).toMatchObject({ value: { data: { ticks: 1 } } })
    await subscription.return?.()
    await source.left
    expect(server.asked[0]?.signal.aborted).toBe(true)
    await expect.poll(() => server.summaries.length).toBe(1)
    client.dispose()
  },
)

test('an operation that is refused is told as an event, a request that is none by its status', async () => {
  await using server = await streamServer(() =>
    Promise.reject(refuseRequest('GW_VALIDATION_FAILED', 'No nope.')),
  )
  const refused = await post(server, { query: '{ nope }' }, events)
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  expect(await refused.text()).toBe(
    'event: next\ndata: {"errors":[{"message":"No nope.","extensions":{"code":"GW_VALIDATION_FAILED"}}]}\n\nevent: complete\ndata:\n\n',
  )
  const wrong = await post(server, { query: 3 }, events)
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8'])
})

test('a client that takes both gets one answer as JSON and several as events', async () => {
  const source = testSource()
  await using server = await streamServer(({ request }) =>
    Promise.resolve(request.source === ticks.query ? source.answered : oneAnswerOf({ one: 1 })),
  )
  const both = {
    ...events,
    accept: 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed',
  }
  const one = await post(server, { query: '{ one }' }, both)
  expect(one.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8')
  expect(await one.json()).toEqual({ data: { one: 1 } })
  const several = await post(server, ticks, both)
  expect(several.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  source.finish()
  expect(await several.text()).toBe(':\n\nevent: complete\ndata:\n\n')
})

test("Apollo's parts have a payload each, and each comes with its end", async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered))
  const response = await post(server, ticks, eventParts)
  expect(response.headers.get('content-type')).toBe(
    'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
  )
  const read = readerOf(response)
  source.send({ ticks: 1 })
  await read.until(
    '--graphql\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{"payload":{"data":{"ticks":1}}}\r\n--graphql',
  )
  source.fail(new Fault('SUBGRAPH_UNAVAILABLE', 'down', { retry: true }))
  expect(await read.rest()).toMatch(
    /\{"payload":null,"errors":\[\{.*SUBGRAPH_UNAVAILABLE.*\}\]\}\r\n--graphql--\r\n$/,
  )
})

test('a subscription that fails on the way says so in its last event', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered))
  const response = await post(server, ticks, events)
  source.fail(new Fault('SUBGRAPH_UNAVAILABLE', 'down', { retry: true }))
  expect(await response.text()).toMatch(
    /event: next\ndata: \{"errors":.*SUBGRAPH_UNAVAILABLE.*\nevent: complete/s,
  )
  expect(server.summaries).toMatchObject([{ status: 200, fault: { code: 'SUBGRAPH_UNAVAILABLE' } }])
})

test.each([
  ['events', events, ':\n\n:\n\n'],
  ['parts', eventParts, '\r\n\r\n{}\r\n--graphql'],
])('a silent subscription gives signs of life as %s', async (_what, headers, sign) => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_KEEP_ALIVE_MS: '30' },
  })
  const read = readerOf(await post(server, ticks, headers))
  await read.until(sign)
  source.send({ ticks: 1 })
  await read.until('{"ticks":1}')
  source.finish()
  await read.rest()
})

test('a client that reads nothing is not sent what it does not take, and is let go when nothing moves', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_KEEP_ALIVE_MS: '200' },
  })
  const response = await paused(server)
  for (let count = 0; count < 20; count += 1) source.send({ big: 'x'.repeat(5_000_000) })
  await source.left
  expect(source.pulls()).toBeLessThan(10)
  response.destroy()
})

test('a stream whose token expires ends with an event that says so', async () => {
  const source = testSource()
  const verifier = { ...userVerifier, expiresAt: () => new Date(Date.now() + 300) }
  await using server = await streamServer(() => Promise.resolve(source.answered), { verifier })
  const response = await post(server, ticks, events)
  expect(await response.text()).toMatch(
    /event: next\ndata: \{"errors":.*expired.*GW_BAD_TOKEN.*\nevent: complete/s,
  )
  await source.left
})

test('more streams than allowed are refused, and what was asked for is left', async () => {
  const [first, second] = [testSource(), testSource()]
  const sources = [first, second]
  await using server = await streamServer(() => Promise.resolve((sources.shift() as typeof first).answered), {
    environment: { SOUK_CONNECTIONS_MAX: '1' },
  })
  const open = await post(server, ticks, events)
  const refused = await post(server, ticks, events)
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'GW_TOO_MANY_CONNECTIONS' } }],
  })
  await second.left
  first.finish()
  await open.text()
})

test('a client that leaves before its stream begins takes no place and leaves no source behind', async () => {
  const [first, second] = [testSource(), testSource()]
  const begin = Promise.withResolvers<void>()
  await using server = await streamServer(
    async () => {
      if (server.asked.length > 1) return second.answered
      await begin.promise
      return first.answered
    },
    { environment: { SOUK_CONNECTIONS_MAX: '1' } },
  )
  const leaving = new AbortController()
  const asking = fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: events,
    body: JSON.stringify(ticks),
    signal: leaving.signal,
  })
  await expect.poll(() => server.asked.length).toBe(1)
  leaving.abort()
  await expect(asking).rejects.toThrow()
  await expect.poll(() => server.asked[0]?.signal.aborted).toBe(true)
  begin.resolve()
  await first.left
  await expect.poll(() => server.summaries.length).toBe(1)
  const response = await post(server, ticks, events)
  second.finish()
  expect([response.status, await response.text()]).toEqual([200, ':\n\nevent: complete\ndata:\n\n'])
})

test('when the gateway stops, a subscription is told why and completed; its connection is not reset', async () => {
  const source = testSource()
  const server = await streamServer(() => Promise.resolve(source.answered))
  const response = await post(server, ticks, events)
  const token = await reserve(server)
  const stream = await openStream(server, token)
  await operate(server, token, { ...ticks, extensions: { operationId: 'a' } })
  const closed = server.close()
  expect(await response.text()).toMatch(/event: next\ndata: \{"errors":.*GW_NOT_READY.*\nevent: complete/s)
  expect(await stream.text()).toMatch(/"id":"a".*GW_NOT_READY.*\nevent: complete\ndata: \{"id":"a"\}\n\n$/s)
  await closed
  await source.left
  expect(server.summaries.map(({ fault }) => fault)).toEqual([undefined, undefined])
})

test('one event stream carries the answers of several operations, each with its id', async () => {
  const source = testSource()
  await using server = await streamServer(({ request }) =>
    request.source === '{ nope }'
      ? Promise.reject(refuseRequest('GW_VALIDATION_FAILED', 'No nope.'))
      : Promise.resolve(request.source === ticks.query ? source.answered : oneAnswerOf({ one: 1 })),
  )
  const token = await reserve(server)
  // Before the stream is there: what is answered waits for it.
  expect(await operate(server, token, { query: '{ one }', extensions: { operationId: 'q' } })).toMatchObject({
    status: 202,
  })
  const read = readerOf(await openStream(server, token))
  await read.until(
    'event: next\ndata: {"id":"q","payload":{"data":{"one":1}}}\n\nevent: complete\ndata: {"id":"q"}\n\n',
  )
  expect(await operate(server, token, { ...ticks, extensions: { operationId: 's' } })).toMatchObject({
    status: 202,
  })
  expect(await operate(server, token, { ...ticks, extensions: { operationId: 's' } })).toMatchObject({
    status: 409,
    code: 'GW_STREAM_CONFLICT',
  })
  expect(await operate(server, token, { query: '{ nope }', extensions: { operationId: 'n' } })).toMatchObject(
    {
      status: 200,
      code: 'GW_VALIDATION_FAILED',
    },
  )
  expect(await operate(server, token, { query: '{ one }' })).toMatchObject({
    status: 400,
    code: 'GW_BAD_REQUEST',
  })
  source.send({ ticks: 1 })
  await read.until('{"id":"s","payload":{"data":{"ticks":1}}}')
  const stopped = await ask(server, 'DELETE', { token, path: '?operationId=s' })
  expect(stopped.status).toBe(200)
  await source.left
  await expect.poll(() => server.summaries.length).toBe(3)
})

test('an event stream is opened once, by its token, and operations on it are of the viewer that reserved it', async () => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({ one: 1 })), {
    verifier: userVerifier,
  })
  const token = await reserve(server, 'u1')
  const stream = await openStream(server, token)
  const query = { query: '{ one }', extensions: { operationId: 'q' } }
  expect((await openStream(server, token)).status).toBe(409)
  expect((await openStream(server, 'unknown')).status).toBe(404)
  expect((await ask(server, 'DELETE', {})).status).toBe(404)
  expect((await ask(server, 'DELETE', { token })).status).toBe(400)
  expect((await ask(server, 'PATCH', { token })).status).toBe(405)
  expect(await operate(server, token, query, 'u2')).toMatchObject({
    status: 404,
    code: 'GW_STREAM_NOT_FOUND',
  })
  expect(await operate(server, token, query, 'u1')).toMatchObject({ status: 202 })
  await readerOf(stream).until('"one":1')
})

test('an event stream whose client hangs up ends all that runs on it', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered))
  const token = await reserve(server)
  const stream = await openStream(server, token)
  await operate(server, token, { ...ticks, extensions: { operationId: 'a' } })
  await stream.body?.cancel()
  await source.left
  expect((await openStream(server, token)).status).toBe(404)
}, 5_000)

test('a fault before there is an operation is in the log', async () => {
  const verifier = { ...userVerifier, viewerOf: () => Promise.reject(new TypeError('no keys')) }
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({})), { verifier })
  expect((await ask(server, 'PUT', {})).status).toBe(500)
  expect(server.summaries).toMatchObject([{ status: 500, fault: { message: 'no keys' } }])
})

test('operations on one event stream have a limit', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_CONNECTION_OPERATIONS_MAX: '1' },
  })
  const token = await reserve(server)
  expect(await operate(server, token, { ...ticks, extensions: { operationId: '1' } })).toMatchObject({
    status: 202,
  })
  expect(await operate(server, token, { ...ticks, extensions: { operationId: '2' } })).toMatchObject({
    status: 429,
    code: 'GW_TOO_MANY_OPERATIONS',
  })
})

test('a reservation that nobody comes for expires with what runs on it, and makes room for another', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_STREAM_RESERVATIONS_MAX: '1', SOUK_STREAM_RESERVATION_MS_MAX: '300' },
  })
  const token = await reserve(server)
  expect((await ask(server, 'PUT', {})).status).toBe(503)
  await operate(server, token, { ...ticks, extensions: { operationId: '1' } })
  await source.left
  expect((await openStream(server, token)).status).toBe(404)
  expect((await ask(server, 'PUT', {})).status).toBe(201)
})

// Nothing is verified here: the token is the user.
const userVerifier: TokenVerifier = {
  viewerOf: (authorization) =>
    Promise.resolve({ kind: 'user', userId: authorization ?? '', scopes: [], shopIds: [] }),
  expiresAt: () => undefined,
}

const post = async (server: StreamServer, body: object, headers: Record<string, string>): Promise<Response> =>
  await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })

type Sent = { readonly token?: string; readonly path?: string; readonly authorization?: string }

const ask = async (
  server: StreamServer,
  method: string,
  { token, path = '', authorization }: Sent,
): Promise<Response> =>
  await fetch(`${server.url}/graphql${path}`, {
    method,
    headers: {
      ...(token !== undefined && { 'x-graphql-event-stream-token': token }),
      ...(authorization !== undefined && { authorization }),
    },
  })

async function reserve(server: StreamServer, authorization?: string): Promise<string> {
  const response = await ask(server, 'PUT', { ...(authorization !== undefined && { authorization }) })
  expect(response.status).toBe(201)
  return await response.text()
}

// As a page's EventSource does, which sends no header of its own.
const openStream = async (server: StreamServer, token: string): Promise<Response> =>
  await fetch(`${server.url}/graphql?token=${token}`, { headers: { accept: 'text/event-stream' } })

async function operate(server: StreamServer, token: string, ...[body, authorization]: [object, string?]) {
  const response = await post(server, body, {
    'content-type': 'application/json',
    'x-graphql-event-stream-token': token,
    ...(authorization !== undefined && { authorization }),
  })
  const text = await response.text()
  return { status: response.status, code: /"code":"(\w+)"/.exec(text)?.[1] }
}

async function paused(server: StreamServer): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const asking = httpRequest(`${server.url}/graphql`, { method: 'POST', headers: events }, (response) => {
      response.pause()
      response.on('error', () => undefined)
      resolve(response)
    })
    asking.on('error', reject)
    asking.end(JSON.stringify(ticks))
  })
}

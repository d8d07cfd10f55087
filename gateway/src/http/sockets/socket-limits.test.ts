/** What a WebSocket may take: connections, operations, bytes unread, silence, and time to stop. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { addressOf, handshake, rawClient, transport } from '../../testing/raw-socket.ts'
import { oneAnswerOf, streamServer, testSource } from '../../testing/stream-server.ts'

test('a client that reads nothing is not sent more than one event, and is closed when nothing moves', async () => {
  const source = testSource()
  const big = 'x'.repeat(20_000_000)
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_KEEP_ALIVE_MS: '200' },
  })
  const client = await rawClient(server)
  client.subscribe('1', { query: 'subscription { ticks }' })
  await expect.poll(() => source.pulls()).toBe(1)
  client.socket.pause()
  for (let count = 0; count < 5; count += 1) source.send({ big })
  await source.left
  expect(source.pulls()).toBe(1)
  client.socket.terminate()
})

test('a client that asks for more while it reads nothing is closed at the limit', async () => {
  await using server = await streamServer(
    () => Promise.resolve(oneAnswerOf({ big: 'x'.repeat(20_000_000) })),
    {
      environment: { SOUK_UNREAD_BYTES_MAX: '1000000' },
    },
  )
  const client = await rawClient(server)
  client.socket.pause()
  for (const id of ['1', '2', '3']) client.subscribe(id, { query: '{ big }' })
  await expect.poll(() => server.asked.length).toBe(3)
  const closed = once(client.socket, 'close')
  client.socket.resume()
  const [code, reason] = (await closed) as [number, Buffer]
  expect([code, String(reason)]).toEqual([
    1013,
    expect.stringMatching(/^\d+ bytes wait to be read; 1000000 may\.$/),
  ])
})

test('a client that gives no sign of life is let go', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_KEEP_ALIVE_MS: '100' },
  })
  const socket = new WebSocket(addressOf(server), transport, { autoPong: false })
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  socket.send('{"type":"subscribe","id":"1","payload":{"query":"subscription { ticks }"}}')
  expect((await once(socket, 'close'))[0]).toBe(1006)
  await source.left
})

test('pings are answered, those of the protocol with what they carry', async () => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({})))
  const client = await rawClient(server)
  client.send({ type: 'ping', payload: { at: 1 } })
  expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } })
  client.socket.ping('x')
  expect(String((await once(client.socket, 'pong'))[0])).toBe('x')
  client.socket.close()
})

test('when the gateway stops, a subscription is closed at once with 1001, and a query is answered before', async () => {
  const source = testSource()
  const answer = Promise.withResolvers<ReturnType<typeof oneAnswerOf>>()
  const server = await streamServer(({ request }) =>
    request.source === '{ slow }' ? answer.promise : Promise.resolve(source.answered),
  )
  const [subscriber, asker] = [await rawClient(server), await rawClient(server)]
  subscriber.subscribe('1', { query: 'subscription { ticks }' })
  asker.subscribe('1', { query: '{ slow }' })
  await expect.poll(() => server.asked.length).toBe(2)
  await expect.poll(() => source.pulls()).toBe(1)
  const closes = [subscriber, asker].map(async ({ socket }) => (await once(socket, 'close'))[0] as number)
  const closed = server.close()
  expect(await closes[0]).toBe(1001)
  await source.left
  asker.subscribe('2', { query: '{ late }' })
  expect(await asker.next()).toMatchObject({ id: '2', payload: [{ extensions: { code: 'GW_NOT_READY' } }] })
  answer.resolve(oneAnswerOf({ slow: 1 }))
  expect(await asker.next()).toMatchObject({ id: '1', payload: { data: { slow: 1 } } })
  expect(await asker.next()).toEqual({ id: '1', type: 'complete' })
  expect(await closes[1]).toBe(1001)
  await closed
})

test('a query that does not end holds the stop up to its limit only', async () => {
  const server = await streamServer(() => new Promise(() => undefined), {
    environment: { SOUK_DRAIN_MS_MAX: '100' },
  })
  const client = await rawClient(server)
  client.subscribe('1', { query: '{ never }' })
  await expect.poll(() => server.asked.length).toBe(1)
  const closed = once(client.socket, 'close')
  await server.close()
  expect((await closed)[0]).toBe(1006)
})

test('more operations at once than allowed are refused one by one', async () => {
  const source = testSource()
  await using server = await streamServer(() => Promise.resolve(source.answered), {
    environment: { SOUK_CONNECTION_OPERATIONS_MAX: '1' },
  })
  const client = await rawClient(server)
  client.subscribe('1', { query: 'subscription { ticks }' })
  client.subscribe('2', { query: 'subscription { ticks }' })
  expect(await client.next()).toMatchObject({
    id: '2',
    type: 'error',
    payload: [{ extensions: { code: 'GW_TOO_MANY_OPERATIONS', limit: 1 } }],
  })
  source.send({ ticks: 1 })
  expect(await client.next()).toMatchObject({ id: '1', type: 'next' })
  client.socket.close()
})

test('there is no WebSocket elsewhere, and more than allowed are told to come back', async () => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({})), {
    environment: { SOUK_CONNECTIONS_MAX: '1' },
  })
  expect((await handshake(server, { path: '/other' })).status).toBe(400)
  const first = await rawClient(server)
  const refused = await handshake(server, { path: '/graphql' })
  expect(refused.status).toBe(503)
  expect(refused.text).toContain('GW_TOO_MANY_CONNECTIONS')
  first.socket.close()
  await expect.poll(async () => (await handshake(server, { path: '/graphql' })).status).toBe(101)
})

test('a client that offers HTTP/2 with its request is answered over HTTP/1', async () => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({ one: 1 })))
  const answer = await handshake(server, {
    path: '/graphql?query={one}',
    headers: { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings', 'http2-settings': 'AAMAAABkAAQAAP__' },
  })
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('{"data":{"one":1}}')])
})

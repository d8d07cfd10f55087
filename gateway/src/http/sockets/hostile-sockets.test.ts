/** WebSockets that are asked for to do harm: addresses that are none, cookies of others, ids that are used again too early. */
import { once } from 'node:events'
import { anonymousViewer } from '@souk/contracts'
import { expect, test } from 'vitest'
import type { Answered } from '../../request/answer.ts'
import { handshake, rawClient } from '../../testing/raw-socket.ts'
import { oneAnswerOf, streamServer, testSource } from '../../testing/stream-server.ts'

test.each(['//', 'http://[', '//zz:99999/graphql', '/graphql%', '*'])(
  'an upgrade at %s is refused, and the gateway stays',
  async (path) => {
    await using server = await streamServer(() => Promise.resolve(oneAnswerOf({ one: 1 })), {
      environment: { SOUK_CONNECTIONS_MAX: '1' },
    })
    expect((await handshake(server, { path })).status).toBe(400)
    // Its place is free again as well.
    await expect.poll(async () => (await handshake(server, { path: '/graphql' })).status).toBe(101)
  },
)

const page = 'https://shop.example'

test.each([
  ['*', page, false],
  [page, page, true],
  ['*', 'same', true],
  ['*', undefined, true],
])(
  'with origins %s a WebSocket of the page %s brings its cookies: %s',
  async (origins, origin, bringsCookies) => {
    const verifier = { viewerOf: () => Promise.resolve(anonymousViewer), expiresAt: () => undefined }
    await using server = await streamServer(() => Promise.resolve(oneAnswerOf({ one: 1 })), {
      environment: { SOUK_CORS_ORIGINS: origins },
      verifier,
    })
    const own = { cookie: 'session=1', 'x-tenant': 't' }
    const sent = { origin: origin === 'same' ? server.url : origin }
    const basic = await rawClient(server, {
      headers: { ...own, authorization: 'Basic abc', ...(sent.origin && { origin: sent.origin }) },
    })
    basic.subscribe('1', { query: '{ one }' })
    await basic.next()
    basic.socket.close()
    expect(server.asked[0]?.headers).toMatchObject({ 'x-tenant': 't' })
    expect(server.asked[0]?.headers.cookie).toBe(bringsCookies ? 'session=1' : undefined)
    // A browser adds a password that it knows just like a cookie.
    expect(server.asked[0]?.headers.authorization).toBe(bringsCookies ? 'Basic abc' : undefined)
  },
)

test('a page that `*` lets in may bring a bearer token, which no browser adds by itself', async () => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({ one: 1 })), {
    environment: { SOUK_CORS_ORIGINS: '*' },
  })
  const client = await rawClient(server, { headers: { origin: page, authorization: 'Bearer a' } })
  client.subscribe('1', { query: '{ one }' })
  await client.next()
  expect(server.asked[0]?.headers.authorization).toBe('Bearer a')
  client.socket.close()
})

test('a ping whose payload could not be written back closes its connection, and no other', async () => {
  await using server = await streamServer(() => Promise.resolve(oneAnswerOf({ one: 1 })))
  const [client, other] = [await rawClient(server), await rawClient(server)]
  const closed = once(client.socket, 'close')
  // Written the slow way, for its name: level by level.
  client.socket.send(`{"type":"ping","payload":{"toJSON":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`)
  const [code, reason] = (await closed) as [number, Buffer]
  expect([code, String(reason)]).toEqual([4400, 'The payload is nested too deeply.'])
  other.send({ type: 'ping', payload: { a: [[1]] } })
  expect(await other.next()).toEqual({ type: 'pong', payload: { a: [[1]] } })
  other.socket.close()
})

test.each([
  ['answers', (late: PromiseWithResolvers<Answered>) => late.resolve(oneAnswerOf({ late: 1 }))],
  ['fails', (late: PromiseWithResolvers<Answered>) => late.reject(new Error('It came too late.'))],
])('an id that is used again is its new operation’s alone, when the old one %s', async (_how, end) => {
  const late = Promise.withResolvers<Answered>()
  const source = testSource()
  await using server = await streamServer(({ request }) =>
    request.source === '{ late }' ? late.promise : Promise.resolve(source.answered),
  )
  const client = await rawClient(server)
  client.subscribe('1', { query: '{ late }' })
  await expect.poll(() => server.asked.length).toBe(1)
  client.send({ type: 'complete', id: '1' })
  client.subscribe('1', { query: 'subscription { ticks }' })
  await expect.poll(() => source.pulls()).toBe(1)
  end(late)
  await expect.poll(() => server.summaries.length).toBe(1)
  source.send({ ticks: 1 })
  // Nothing of the old one comes before.
  expect(await client.next()).toEqual({ id: '1', type: 'next', payload: { data: { ticks: 1 } } })
  // And it can still be ended by its id.
  client.send({ type: 'complete', id: '1' })
  await source.left
  client.socket.close()
})

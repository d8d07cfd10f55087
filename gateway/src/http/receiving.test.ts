/** Connections before there is a request: how many, how slowly they send, and what is told to whoever sends no HTTP. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { SubgraphResponse } from '@souk/contracts'
import { afterEach, expect, test } from 'vitest'
import { type TestGateway, testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shop = testSubgraph('shop', 'type Query { one: Int }', { Query: { one: () => 1 } })
const opened: TestGateway[] = []

afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function serve(environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const gateway = await testGateway([shop], environment)
  opened.push(gateway)
  return (await gateway.listen()).url
}

const dial = (url: string): Socket => {
  const { hostname, port } = new URL(url)
  return connect(Number(port), hostname).on('error', () => undefined)
}

/** All that comes until the server ends the connection. */
async function answerTo(socket: Socket, sent = ''): Promise<{ status: number; body: unknown }> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)))
  socket.write(sent)
  // Not `once`, which fails where the connection is reset.
  await new Promise((resolve) => socket.on('close', resolve))
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return { status: Number(head.slice(9, 12)), body: body === '' ? undefined : JSON.parse(body) }
}

// Some bytes only: one that meets a closed connection takes the answer with it.
function drip(socket: Socket, bytes = 3): void {
  if (bytes > 0) setTimeout(() => socket.write('x', () => drip(socket, bytes - 1)), 5)
}

const refusal = (code: string) => ({ errors: [{ extensions: { code } }] })

test('who opens more connections than allowed is closed at once, and let in when another has gone', async () => {
  const url = await serve({ SOUK_TCP_CONNECTIONS_MAX: '2' })
  const [first, second] = [dial(url), dial(url)]
  await Promise.all([once(first, 'connect'), once(second, 'connect')])
  // The server has seen both: it answers on them.
  for (const socket of [first, second]) {
    socket.write('GET /live HTTP/1.1\r\nhost: gateway\r\n\r\n')
    await once(socket, 'data')
  }
  expect(await answerTo(dial(url), 'GET /live HTTP/1.1\r\nhost: gateway\r\n\r\n')).toEqual({
    status: 0,
    body: undefined,
  })
  first.destroy()
  await expect
    .poll(
      async () =>
        (await answerTo(dial(url), 'GET /live HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n'))
          .status,
    )
    .toBe(200)
  second.destroy()
})

test('a client that sends its headers byte by byte is told so and closed', async () => {
  const url = await serve({ SOUK_HEADERS_MS_MAX: '100' })
  const socket = dial(url)
  drip(socket)
  const answer = await answerTo(socket, 'GET /graphql HTTP/1.1\r\nhost: gateway\r\nx-long: ')
  expect(answer).toMatchObject({ status: 408, body: refusal('GW_REQUEST_TOO_SLOW') })
  expect(JSON.stringify(answer.body)).toContain('100 ms (SOUK_HEADERS_MS_MAX)')
})

test('a client that sends its body byte by byte is told so and closed', async () => {
  const url = await serve({ SOUK_HEADERS_MS_MAX: '100', SOUK_RECEIVE_MS_MAX: '200' })
  const socket = dial(url)
  drip(socket)
  const head =
    'POST /graphql HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n'
  const answer = await answerTo(socket, head)
  expect(answer).toMatchObject({ status: 408, body: refusal('GW_REQUEST_TOO_SLOW') })
})

test('a connection on which nothing is ever sent is closed', async () => {
  const url = await serve({ SOUK_HEADERS_MS_MAX: '100' })
  expect((await answerTo(dial(url))).status).toBe(408)
})

test('an answer that takes longer than a request may take to come is not cut', async () => {
  const slow = testSubgraph('shop', 'type Query { one: Int }', {})
  const answering = Promise.withResolvers<SubgraphResponse>()
  slow.answerWith = () => answering.promise
  const gateway = await testGateway([slow], { SOUK_HEADERS_MS_MAX: '50', SOUK_RECEIVE_MS_MAX: '50' })
  opened.push(gateway)
  const { url } = await gateway.listen()
  const asked = fetch(`${url}/graphql?query={one}`)
  await expect.poll(() => slow.calls.length).toBe(1)
  // Who came later has been found too slow meanwhile, two times over.
  for (const late of [dial(url), dial(url)]) expect((await answerTo(late)).status).toBe(408)
  answering.resolve({ data: { one: 1 } })
  const response = await asked
  expect([response.status, await response.json()]).toEqual([200, { data: { one: 1 } }])
})

test('headers beyond what is read are refused with a code', async () => {
  const url = await serve()
  const sent = `GET /graphql HTTP/1.1\r\nhost: gateway\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`
  expect(await answerTo(dial(url), sent)).toMatchObject({
    status: 431,
    body: refusal('GW_HEADERS_TOO_LARGE'),
  })
})

test('what is not HTTP is refused with a code', async () => {
  const url = await serve()
  expect(await answerTo(dial(url), 'HELLO\r\n\r\n')).toMatchObject({
    status: 400,
    body: refusal('GW_BAD_REQUEST'),
  })
})

test.each(['/%zz', '/graphql/%zz', '/graphql%'])(
  'the path %s, which can not be read, is refused with a code',
  async (path) => {
    const url = await serve()
    const response = await fetch(`${url}${path}`)
    expect([response.status, await response.json()]).toMatchObject([400, refusal('GW_BAD_REQUEST')])
    expect(response.headers.get('x-request-id')).not.toBeNull()
  },
)

test.each([
  ['GET', '/nowhere'],
  ['DELETE', '/live'],
  ['PROPFIND', '/graphql/deeper'],
  ['OPTIONS', '*'],
])('%s %s, where nothing is, is told where the graph is', async (method, path) => {
  const url = await serve()
  const sent = `${method} ${path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n`
  expect(await answerTo(dial(url), sent)).toEqual({
    status: 404,
    body: { error: 'There is nothing here. The graph is at /graphql.' },
  })
})

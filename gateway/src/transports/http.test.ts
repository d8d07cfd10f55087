/** The HTTP transport and the distributed deployment against a server that behaves, and one that does not. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Transport, wireHeaders } from '@souk/contracts'
import { afterAll, afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { connectSubgraphs } from '../deployments/distributed.ts'
import { testSubgraph, testViewerSecret } from '../testing/test-gateway.ts'
import { httpTransport } from './http.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

let handle: Handler = () => undefined
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => void (body += String(chunk)))
  request.on('end', () => handle(request, response, body))
})
server.listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
const opened: Transport[] = []

afterEach(async () => void (await Promise.all(opened.splice(0).map((transport) => transport.close()))))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function transport(): Transport {
  const made = httpTransport({ url, connectionsMax: 4, responseBytesMax: 1_000 })
  opened.push(made)
  return made
}

function foreignTransport(headers: Readonly<Record<string, string>>): Transport {
  const made = httpTransport({ url, connectionsMax: 4, responseBytesMax: 1_000, foreign: { headers } })
  opened.push(made)
  return made
}

const request = {
  query: '{ one }',
  operationName: 'A',
  variables: { n: 1 },
  viewerToken: 'signed',
  requestId: 'r1',
  deadlineMs: 2_000,
}
const never = new AbortController().signal

test('an operation goes out with the headers of the wire', async () => {
  let seen: { readonly headers: IncomingMessage['headers']; readonly body: unknown } | undefined
  handle = ({ headers }, response, body) => {
    seen = { headers, body: JSON.parse(body) as unknown }
    response.end('{"data":{"one":1}}')
  }
  expect(await transport().execute(request, never)).toEqual({ data: { one: 1 } })
  expect(seen?.body).toEqual({ query: '{ one }', operationName: 'A', variables: { n: 1 } })
  expect(seen?.headers).toMatchObject({
    [wireHeaders.viewer]: 'signed',
    [wireHeaders.requestId]: 'r1',
    [wireHeaders.deadlineMs]: '2000',
  })
  expect(seen?.headers.authorization).toBeUndefined()
})

test('a server of somebody else is sent headers that were set or passed on, and nothing of the viewer', async () => {
  let seen: IncomingMessage['headers'] = {}
  handle = ({ headers }, response) => {
    seen = headers
    response.end('{"data":{"one":1}}')
  }
  const foreign = foreignTransport({ 'x-api-key': 'k', 'content-type': 'text/plain' })
  await foreign.execute({ ...request, headers: { authorization: 'Bearer mine' } }, never)
  expect(seen).toMatchObject({
    'x-api-key': 'k',
    authorization: 'Bearer mine',
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    [wireHeaders.requestId]: 'r1',
  })
  expect(Object.keys(seen)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(`^(${wireHeaders.viewer}|${wireHeaders.deadlineMs})$`)]),
  )
})

test.each<[string, Handler, boolean]>([
  ['a query is answered', (_request, response) => void response.end('{"data":{"__typename":"Query"}}'), true],
  ['a query is refused', (_request, response) => void response.end('{"errors":[{"message":"no"}]}'), false],
  ['nothing of GraphQL comes', (_request, response) => void response.writeHead(200).end('ok'), false],
])('a server of somebody else is ready if %s', async (_what, handler, isReady) => {
  handle = handler
  expect(await foreignTransport({}).ready()).toBe(isReady)
})

test.each<[string, Handler, boolean]>([
  ['a 500 without GraphQL', (_request, response) => void response.writeHead(500).end('oops'), false],
  ['a 404 without GraphQL', (_request, response) => void response.writeHead(404).end('oops'), false],
  ['a 502 without GraphQL', (_request, response) => void response.writeHead(502).end('oops'), true],
  ['a 503 without GraphQL', (_request, response) => void response.writeHead(503).end('oops'), true],
  ['a 504 without GraphQL', (_request, response) => void response.writeHead(504).end('oops'), true],
  ['bad JSON', (_request, response) => void response.end('{"data":'), false],
  ['JSON that is no answer', (_request, response) => void response.end('[1]'), false],
  ['a reset', (_request, response) => void response.destroy(), true],
  [
    'half a body',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"da', () => response.destroy())
    },
    true,
  ],
])('%s is SUBGRAPH_UNAVAILABLE, which another try may or may not mend', async (_name, handler, retry) => {
  handle = handler
  await expect(transport().execute(request, never)).rejects.toMatchObject({
    name: 'Fault',
    code: 'SUBGRAPH_UNAVAILABLE',
    retry,
  })
})

test('nobody who listens is SUBGRAPH_UNAVAILABLE, which another try may mend', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => gone.once('listening', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const to = httpTransport({ url: `http://127.0.0.1:${port}/`, connectionsMax: 1, responseBytesMax: 1_000 })
  await expect(to.execute(request, never)).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: `http://127.0.0.1:${port}/ could not be reached: ECONNREFUSED.`,
    retry: true,
  })
  await to.close()
})

test('more bytes than allowed is GW_SUBGRAPH_ANSWER_TOO_LARGE', async () => {
  handle = (_request, response) => void response.end(JSON.stringify({ data: 'x'.repeat(2_000) }))
  await expect(transport().execute(request, never)).rejects.toMatchObject({
    code: 'GW_SUBGRAPH_ANSWER_TOO_LARGE',
    message: expect.stringContaining('answered with more than 1000 bytes'),
    retry: false,
  })
})

test('an error status with a GraphQL body is an answer', async () => {
  handle = (_request, response) => void response.writeHead(400).end('{"errors":[{"message":"no"}]}')
  expect(await transport().execute(request, never)).toEqual({ errors: [{ message: 'no' }] })
})

test('no answer before the deadline is DEADLINE_EXCEEDED', async () => {
  handle = () => undefined
  await expect(transport().execute({ ...request, deadlineMs: 50 }, never)).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  })
})

test('the signal ends the call', async () => {
  handle = () => undefined
  const abort = new AbortController()
  const call = transport().execute(request, abort.signal)
  abort.abort()
  await expect(call).rejects.toMatchObject({ name: 'Fault' })
})

test('ready asks the subgraph', async () => {
  handle = (_request, response) => void response.writeHead(503).end()
  expect(await transport().ready()).toBe(false)
  handle = (_request, response) => void response.end()
  expect(await transport().ready()).toBe(true)
})

test('schemas are fetched over the wire, however late a subgraph starts', async () => {
  let asked = 0
  handle = (_request, response) => {
    asked += 1
    if (asked < 3) response.writeHead(503).end()
    else
      response.end(
        JSON.stringify({ data: { _service: { sdl: testSubgraph('a', 'type Query { one: Int }', {}).sdl } } }),
      )
  }
  const [subgraph] = await connectSubgraphs({ ...connecting({}), signal: never })
  expect(subgraph?.sdl).toContain('one: Int')
  await subgraph?.transport.close()
})

test('a subgraph that never gives its schema is named with its URL', async () => {
  handle = (_request, response) => void response.end('{"errors":[{"message":"not for you"}]}')
  const connectingSoon = connectSubgraphs({
    ...connecting({ SOUK_SUBGRAPH_START_MS_MAX: '300' }),
    signal: never,
  })
  await expect(connectingSoon).rejects.toMatchObject({
    code: 'GW_SUBGRAPH_UNREACHABLE',
    message: `The subgraph a at ${url} did not give its schema within 300 ms: not for you`,
  })
})

const connecting = (environment: Record<string, string>) => ({
  addresses: [{ name: 'a', url }],
  config: readConfig(environment),
  viewerSecret: testViewerSecret,
  clock: systemClock,
})

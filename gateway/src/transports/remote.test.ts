/** Subscriptions over the network, against the servers of graphql-sse and graphql-ws, and against ones that misbehave. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SubgraphRequest, type SubgraphResponse, type Transport, wireHeaders } from '@souk/contracts'
import { buildSchema, type GraphQLSchema } from 'graphql'
import { createHandler } from 'graphql-sse/lib/use/http'
import { useServer } from 'graphql-ws/use/ws'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { testEvents, type TestEvents } from '../testing/test-events.ts'
import { type EventProtocol, remoteTransport, type RemoteTransportOptions } from './remote.ts'
import { webSocketEvents } from './web-socket-events.ts'

type Sold = { readonly sold: string }

type Subgraph = {
  readonly url: string
  readonly events: TestEvents<Sold>
  /** Of each subscription: its headers, and what a WebSocket was opened with. */
  readonly seen: { readonly headers: IncomingMessage['headers']; readonly parameters?: unknown }[]
  /** As a process that is killed. */
  readonly kill: () => void
}

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  opened.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}

const listenWith = async (listener: RequestListener): Promise<string> => await listen(createServer(listener))

function schemaOf(events: TestEvents<Sold>): GraphQLSchema {
  const schema = buildSchema('type Query { one: Int } type Subscription { sold(shop: ID): String }')
  const sold = schema.getSubscriptionType()?.getFields().sold
  if (sold !== undefined) sold.subscribe = () => events.subscribe()
  return schema
}

async function serveEvents(): Promise<Subgraph> {
  const events = testEvents<Sold>()
  const seen: Subgraph['seen'] = []
  const handle = createHandler({ schema: schemaOf(events) })
  const server = createServer((request, response) => {
    seen.push({ headers: request.headers })
    void handle(request, response)
  })
  return { url: await listen(server), events, seen, kill: () => server.closeAllConnections() }
}

async function serveSockets(): Promise<Subgraph> {
  const events = testEvents<Sold>()
  const seen: Subgraph['seen'] = []
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  useServer(
    {
      schema: schemaOf(events),
      onConnect: ({ connectionParams: parameters, extra: { request } }) =>
        void seen.push({ headers: request.headers, parameters }),
    },
    sockets,
  )
  const kill = (): void => {
    for (const socket of sockets.clients) socket.terminate()
  }
  opened.push(kill)
  return { url: await listen(server), events, seen, kill }
}

function connect(url: string, options: Partial<RemoteTransportOptions> = {}): Transport {
  const transport = remoteTransport({ url, connectionsMax: 1, responseBytesMax: 1_000, ...options })
  opened.push(transport.close)
  return transport
}

const request: SubgraphRequest = {
  query: 'subscription A($shop: ID) { sold(shop: $shop) }',
  operationName: 'A',
  variables: { shop: 's1' },
  viewerToken: 'signed',
  requestId: 'r1',
  deadlineMs: 5_000,
  headers: { 'x-tenant': 'north' },
}
const never = new AbortController().signal

function read(
  transport: Pick<Transport, 'subscribe'>,
  { signal = never, ...changed }: Partial<SubgraphRequest> & { readonly signal?: AbortSignal } = {},
): AsyncIterator<SubgraphResponse> {
  const events = transport.subscribe?.({ ...request, ...changed }, signal)
  if (events === undefined) throw new Error('It has no subscriptions.')
  return events[Symbol.asyncIterator]()
}

const over = { done: true, value: undefined }
const event = (sold: string) => ({ done: false, value: { data: { sold } } })

type Serve = () => Promise<Subgraph>
const protocols: readonly [EventProtocol['protocol'], Serve][] = [
  ['sse', serveEvents],
  ['ws', serveSockets],
]

test.each(protocols)(
  'over %s events come in their order until the subgraph ends them',
  async (protocol, serve) => {
    const { url, events } = await serve()
    const reader = read(connect(url, { events: { protocol } }))
    const first = reader.next()
    await events.untilOpen(1)
    events.push({ sold: 'chair' }, { sold: 'a table,\nround' })
    expect(await first).toEqual(event('chair'))
    expect(await reader.next()).toEqual(event('a table,\nround'))
    events.end()
    expect(await reader.next()).toEqual(over)
  },
)

test.each(protocols)('over %s the signed viewer and passed on headers go along', async (protocol, serve) => {
  const { url, events, seen } = await serve()
  const reader = read(connect(url, { events: { protocol } }))
  const first = reader.next()
  await events.untilOpen(1)
  const sent = { 'x-tenant': 'north', [wireHeaders.viewer]: 'signed', [wireHeaders.requestId]: 'r1' }
  expect(seen[0]?.headers).toMatchObject(sent)
  if (protocol === 'ws') expect(seen[0]?.parameters).toEqual(sent)
  // The end of the first call would be the end of the events.
  expect(seen[0]?.headers).not.toHaveProperty(wireHeaders.deadlineMs)
  events.end()
  await first
})

test.each(protocols)('over %s a server of somebody else is sent no viewer', async (protocol, serve) => {
  const { url, events, seen } = await serve()
  const foreign = { headers: { 'x-api-key': 'k' } }
  const reader = read(connect(url, { events: { protocol }, foreign }))
  const first = reader.next()
  await events.untilOpen(1)
  expect(seen[0]?.headers).toMatchObject({ 'x-api-key': 'k', 'x-tenant': 'north' })
  expect(seen[0]?.headers).not.toHaveProperty(wireHeaders.viewer)
  if (protocol === 'ws') expect(seen[0]?.parameters).not.toHaveProperty(wireHeaders.viewer)
  events.end()
  await first
})

test.each(protocols)('over %s what the subgraph refuses is its one answer', async (protocol, serve) => {
  const { url } = await serve()
  const reader = read(connect(url, { events: { protocol } }), {
    query: 'subscription { stolen }',
    operationName: undefined as never,
  })
  expect(await reader.next()).toMatchObject({
    value: { errors: [{ message: expect.stringContaining('Cannot query field "stolen"') }] },
  })
  expect(await reader.next()).toEqual(over)
})

test.each(protocols)('over %s a subgraph that dies is a fault', async (protocol, serve) => {
  const { url, events, kill } = await serve()
  const reader = read(connect(url, { events: { protocol } }))
  const first = reader.next()
  await events.untilOpen(1)
  events.push({ sold: 'chair' })
  await first
  kill()
  await expect(reader.next()).rejects.toMatchObject({ name: 'Fault', code: 'SUBGRAPH_UNAVAILABLE' })
  expect(await reader.next()).toEqual(over)
})

test.each(protocols)('over %s an event that is too large is a fault', async (protocol, serve) => {
  const { url, events } = await serve()
  const first = read(connect(url, { events: { protocol } })).next()
  await events.untilOpen(1)
  events.push({ sold: 'x'.repeat(2_000) })
  await expect(first).rejects.toMatchObject({ name: 'Fault' })
  await events.untilOpen(0)
})

test.each(protocols)(
  'over %s the signal ends the subscription, also while nothing happens',
  async (protocol, serve) => {
    const { url, events } = await serve()
    const gone = new AbortController()
    const first = read(connect(url, { events: { protocol } }), { signal: gone.signal }).next()
    await events.untilOpen(1)
    gone.abort()
    expect(await first).toEqual(over)
    await events.untilOpen(0)
  },
)

test.each(protocols)('over %s who stops reading ends the subscription', async (protocol, serve) => {
  const { url, events } = await serve()
  const reader = read(connect(url, { events: { protocol } }))
  const first = reader.next()
  await events.untilOpen(1)
  events.push({ sold: 'chair' })
  await first
  await reader.return?.()
  await events.untilOpen(0)
})

test.each(protocols)('over %s closing the transport ends what is open', async (protocol, serve) => {
  const { url, events } = await serve()
  const transport = remoteTransport({ url, connectionsMax: 1, responseBytesMax: 1_000, events: { protocol } })
  const first = read(transport).next()
  await events.untilOpen(1)
  await transport.close()
  await expect(first).rejects.toMatchObject({ name: 'Fault' })
  await events.untilOpen(0)
})

test.each(protocols)('over %s a subgraph that is not there is a fault', async (protocol) => {
  const server = createServer()
  const url = await listen(server)
  server.close()
  await expect(read(connect(url, { events: { protocol } })).next()).rejects.toMatchObject({
    name: 'Fault',
    code: 'SUBGRAPH_UNAVAILABLE',
  })
})

test.each(protocols)('over %s a hundred subscriptions leave room for calls', async (protocol, serve) => {
  const { url, events } = await serve()
  const calls = await listenWith((_request, response) => void response.end('{"data":{"one":1}}'))
  const transport = connect(calls, { events: { protocol, url } })
  const ended = Array.from({ length: 100 }, () => read(transport).next())
  await events.untilOpen(100)
  expect(await transport.execute({ ...request, query: '{ one }' }, never)).toEqual({ data: { one: 1 } })
  events.end()
  await Promise.all(ended)
})

test('a request for events that is not answered in time is a fault', async () => {
  const url = await listenWith(() => undefined)
  await expect(read(connect(url), { deadlineMs: 30 }).next()).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  })
})

test('a socket that nobody acknowledges in time is a fault', async () => {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  opened.push(() => sockets.clients.forEach((socket) => socket.terminate()))
  const url = await listen(server)
  const reading = read(connect(url, { events: { protocol: 'ws' } }), { deadlineMs: 30 }).next()
  await expect(reading).rejects.toMatchObject({ name: 'Fault' })
})

test.each<[string, RequestListener]>([
  ['ends without a word', (_request, response) => void openStream(response).end()],
  ['sends no JSON', (_request, response) => void openStream(response).write('event: next\ndata: ?\n\n')],
  ['is none', (_request, response) => void response.writeHead(200).end('<html>')],
])('a stream of events that %s is a fault', async (_what, listener) => {
  const url = await listenWith(listener)
  await expect(read(connect(url)).next()).rejects.toMatchObject({
    name: 'Fault',
    code: 'SUBGRAPH_UNAVAILABLE',
  })
})

test('comments and events of other kinds are passed over, wherever the text is cut', async () => {
  const text =
    ':\n\nevent: hello\ndata: {}\n\nevent: next\r\ndata: {"data":\r\ndata: {"sold":"été"}}\r\n\r\nevent: complete\ndata:\n\n'
  const send = async (response: Parameters<RequestListener>[1]): Promise<void> => {
    openStream(response)
    for (const byte of Buffer.from(text)) {
      response.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    response.end()
  }
  const url = await listenWith((_request, response) => void send(response))
  const reader = read(connect(url))
  expect(await reader.next()).toEqual(event('été'))
  expect(await reader.next()).toEqual(over)
})

const openStream = (response: Parameters<RequestListener>[1]): typeof response =>
  response.writeHead(200, { 'content-type': 'text/event-stream' })

/** Acknowledges, and from then on is left to the test. */
async function serveByHand(onSubscribe: (socket: WebSocket, id: string) => void): Promise<string> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, autoPong: false })
  sockets.on('connection', (socket) =>
    socket.on('message', (text: Buffer) => {
      const message = JSON.parse(text.toString()) as { readonly type: string; readonly id: string }
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (message.type === 'subscribe') onSubscribe(socket, message.id)
    }),
  )
  opened.push(() => sockets.clients.forEach((socket) => socket.terminate()))
  return await listen(server)
}

test('a socket that closes in a friendly way before the end is a fault, and is not opened again', async () => {
  let opens = 0
  const closed = Promise.withResolvers<unknown>()
  const url = await serveByHand((socket, id) => {
    opens += 1
    socket.send(JSON.stringify({ type: 'next', id, payload: { data: { sold: 'chair' } } }))
    socket.once('close', closed.resolve)
    socket.close(1000)
  })
  const transport = connect(url, { events: { protocol: 'ws' } })
  const reader = read(transport)
  expect(await reader.next()).toEqual(event('chair'))
  // Nobody reads while the connection goes.
  await closed.promise
  await read(transport, { requestId: 'r2' }).next()
  expect(opens).toBe(2)
  await expect(reader.next()).rejects.toMatchObject({ message: expect.stringContaining('closed with 1000') })
})

test('a server that says nothing any more is noticed', async () => {
  const url = await serveByHand(() => undefined)
  const events = webSocketEvents({
    url: url.replace('http', 'ws'),
    responseBytesMax: 1_000,
    headersOf: () => ({}),
    pingMs: 10,
  })
  await expect(read(events).next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
})

test('a socket with more events than are read is not read on until they are', async () => {
  const url = await serveByHand((socket, id) => {
    for (let sold = 0; sold < 1_000; sold += 1)
      socket.send(JSON.stringify({ type: 'next', id, payload: { data: { sold } } }))
    socket.send(JSON.stringify({ type: 'complete', id }))
  })
  const reader = read(connect(url, { events: { protocol: 'ws' } }))
  const sold: unknown[] = []
  for (let step = await reader.next(); step.done !== true; step = await reader.next())
    sold.push(step.value.data?.sold)
  expect(sold).toEqual(Array.from({ length: 1_000 }, (_none, at) => at))
})

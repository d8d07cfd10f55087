/** What a subgraph over HTTP can do wrong, each as a server that does it. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { generate } from 'selfsigned'

export type Fault = {
  readonly name: string
  readonly open: () => Promise<FaultyServer>
  /** For those that never end by themselves. */
  readonly isEndless?: true
  /** What the gateway's own words for it have to have in them, where several would look alike from outside. */
  readonly reason?: string
}

export type FaultyServer = {
  readonly url: string
  /** Resolves once it was called. Undefined if no call gets through to it. */
  readonly called?: Promise<void>
  /** Lets it do wrong: until then it keeps every caller waiting. */
  readonly release: () => void
  readonly close: () => Promise<void>
}

type Misbehave = (response: ServerResponse, call: number) => void

export const faults: readonly Fault[] = [
  over('a slow answer, in time', (response) => answer(response)),
  over('errors of GraphQL with status 500', (response) =>
    send(response, 500, '{"errors":[{"message":"no","extensions":{"code":"NOT_FOUND"}}]}'),
  ),
  endless('no answer', () => undefined),
  endless('an answer that drips, byte by byte', drip),
  endless('headers that drip', dripHeaders),
  over('a reset', (response) => void response.destroy()),
  over(
    'a reset, then an answer',
    (response, call) => void (call === 1 ? response.destroy() : answer(response)),
  ),
  over('half a body, then a reset', (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"data":', () => response.destroy())
  }),
  over('half a body that says it is whole', (response) => send(response, 200, '{"data":{"faulty":"a"')),
  over('status 500 without GraphQL', (response) => send(response, 500, 'oops')),
  over('status 503', (response) => send(response, 503, 'starting')),
  over('status 503, then an answer', (response, call) =>
    call === 1 ? send(response, 503, 'starting') : answer(response),
  ),
  over('status 404 with HTML', (response) => send(response, 404, '<html></html>')),
  over('a redirect', (response) => void response.writeHead(307, { location: '/elsewhere' }).end()),
  over('no JSON', (response) => send(response, 200, 'ok')),
  over('JSON that is no answer', (response) => send(response, 200, '[1]')),
  over('nothing at all', (response) => send(response, 200, '')),
  over('data that is a list', (response) => send(response, 200, '{"data":[1]}')),
  over('errors that are text', (response) => send(response, 200, '{"data":null,"errors":"no"}')),
  over('values of another shape', (response) =>
    send(response, 200, '{"data":{"faulty":{"a":1},"_entities":[{"__typename":"Product","stock":{"a":1}}]}}'),
  ),
  over('lists in lists without end', (response) =>
    send(response, 200, `{"data":{"faulty":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`),
  ),
  over('more bytes than are read', (response) => send(response, 200, `{"data":"${'x'.repeat(bytesMax)}"}`)),
  over('bytes without end', flood),
  over('a small body that unpacks to a large one', (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
    response.end(gzipSync(`{"data":{"faulty":"${'x'.repeat(10_000_000)}"}}`))
  }),
  over('headers without end', (response) => floodHeaders(response)),
  over('no HTTP', (response) => void response.socket?.end('hello\r\n\r\n')),
  { name: 'a refused connection', open: openRefusing, reason: 'ECONNREFUSED' },
  {
    name: 'a name that nobody has',
    open: () => Promise.resolve(unreachable('http://no-such-host.invalid/')),
  },
  {
    name: 'a certificate that it signed itself',
    open: () => openSecure({}),
    reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  },
  {
    name: 'a certificate that has expired',
    open: () => openSecure({ isTrusted: true, isExpired: true }),
    reason: 'CERT_HAS_EXPIRED',
  },
  {
    name: 'a certificate of another host',
    open: () => openSecure({ isTrusted: true, host: 'elsewhere.test' }),
    reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  { name: 'no TLS where there should be', open: openPlainForSecure, reason: 'SSL' },
]

export const bytesMax = 100_000

function over(name: string, misbehave: Misbehave): Fault {
  return { name, open: () => openServer(misbehave) }
}

function endless(name: string, misbehave: Misbehave): Fault {
  return { ...over(name, misbehave), isEndless: true }
}

async function openServer(misbehave: Misbehave): Promise<FaultyServer> {
  const called = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let calls = 0
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => {
      calls += 1
      const call = calls
      called.resolve()
      // Whoever follows a redirect gets there, and an answer with it.
      void released.promise.then(() => (request.url === '/' ? misbehave(response, call) : answer(response)))
    })
  })
  return {
    url: `http://127.0.0.1:${await listen(server)}/`,
    called: called.promise,
    release: released.resolve,
    close: () => close(server),
  }
}

function answer(response: ServerResponse): void {
  send(response, 200, '{"data":{"faulty":"a","_entities":[{"__typename":"Product","stock":1}]}}')
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  repeat(response, () => void response.write(' '))
}

function dripHeaders(response: ServerResponse): void {
  const { socket } = response
  socket?.write('HTTP/1.1 200 OK\r\n')
  repeat(response, () => void socket?.write('x: y\r\n'))
}

function repeat(response: ServerResponse, run: () => void): void {
  const timer = setInterval(run, 10)
  response.once('close', () => clearInterval(timer))
}

function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = ' '.repeat(10_000)
  const write = (): void => {
    while (!response.destroyed && response.write(chunk)) void 0
  }
  response.on('drain', write)
  write()
}

function floodHeaders({ socket }: ServerResponse): void {
  if (socket === null) return
  socket.write('HTTP/1.1 200 OK\r\n')
  const line = `x-a: ${'y'.repeat(1_000)}\r\n`
  const write = (): void => {
    while (!socket.destroyed && socket.write(line)) void 0
  }
  socket.on('drain', write)
  socket.on('error', () => undefined)
  write()
}

/** A port that was just given up. */
async function openRefusing(): Promise<FaultyServer> {
  const server = createSocketServer()
  const port = await listen(server)
  await close(server)
  return unreachable(`http://127.0.0.1:${port}/`)
}

const unreachable = (url: string): FaultyServer => ({
  url,
  release: () => undefined,
  close: () => Promise.resolve(),
})

type Certificate = { readonly isTrusted?: true; readonly isExpired?: true; readonly host?: string }

async function openSecure({ isTrusted, isExpired, host = 'localhost' }: Certificate): Promise<FaultyServer> {
  const day = 24 * 60 * 60 * 1_000
  const from = Date.now() - 10 * day
  const { cert, private: key } = await generate([{ name: 'commonName', value: host }], {
    notBeforeDate: new Date(from),
    notAfterDate: new Date(from + (isExpired ? 1 : 100) * day),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  })
  if (isTrusted) setDefaultCACertificates([cert])
  const server = createSecureServer({ cert, key }, unwanted)
  const port = await listen(server)
  return { ...unreachable(`https://localhost:${port}/`), close: () => close(server) }
}

async function openPlainForSecure(): Promise<FaultyServer> {
  const server = createServer(unwanted)
  const port = await listen(server)
  return { ...unreachable(`https://127.0.0.1:${port}/`), close: () => close(server) }
}

// Nobody gets as far as this.
const unwanted: RequestListener = (_request: IncomingMessage, response) => answer(response)

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  if ('closeAllConnections' in server) (server as ReturnType<typeof createServer>).closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

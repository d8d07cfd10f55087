/** Opens WebSockets for GraphQL: who may, how many, and what they speak. */
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { GatewayConfig } from '../../config.ts'
import { gatewayFault, refuseRequest } from '../../errors.ts'
import { clientAddress } from '../../policy/rate-limit-address.ts'
import { plainJson } from '../../request/negotiate-type.ts'
import type { RequestGateway } from '../../request/run-request.ts'
import type { WireRequest } from '../../request/wire.ts'
import { writeError } from '../../request/write-response.ts'
import type { Places } from '../places.ts'
import { serveSocket, type SocketConnection } from './serve-socket.ts'
import { closeCodes, transportProtocol } from './socket-messages.ts'

export type Sockets = {
  /** For a request to become a WebSocket, of which the first bytes may be there already. */
  readonly accept: (request: IncomingMessage, stream: Socket, head: Buffer) => void
  /** Closes each as soon as it has answered what has an end, all of them after the time given. */
  readonly close: (drainMsMax: number) => Promise<void>
}

export function acceptSockets(gateway: RequestGateway, connections: Places): Sockets {
  const { config } = gateway
  const open = new Set<SocketConnection>()
  const server = new WebSocketServer({
    ...closing(config.keepAliveMs),
    noServer: true,
    clientTracking: false,
    maxPayload: config.messageBytesMax,
    // It costs a third of a megabyte for each connection, and a message of a kilobyte may unpack to a thousand.
    perMessageDeflate: false,
    autoPong: false,
    // Of others the first, to be told in a close frame what is wrong: a browser gives no reason for a handshake that failed.
    handleProtocols: (offered) =>
      offered.has(transportProtocol) ? transportProtocol : ([...offered][0] ?? false),
  })
  const allClosed = Promise.withResolvers<void>()
  let isClosing = false
  return { accept, close }

  function accept(request: IncomingMessage, stream: Socket, head: Buffer): void {
    stream.on('error', () => stream.destroy())
    const leave = connections.take()
    const refusal = isClosing
      ? gatewayFault('GW_NOT_READY', 'The gateway is stopping.')
      : refusalOf(request, config)
    if (leave === undefined || refusal !== undefined) {
      leave?.()
      const full = `${connections.taken()} connections are open, which is the limit.`
      return refuse(stream, refusal ?? gatewayFault('GW_TOO_MANY_CONNECTIONS', full))
    }
    stream.once('close', leave)
    server.handleUpgrade(request, stream, head, (socket) => serve(socket, request, stream))
  }

  function serve(socket: WebSocket, request: IncomingMessage, stream: Socket): void {
    if (socket.protocol !== transportProtocol) return refuseProtocol(socket)
    const headers = headersOf(request, config)
    const address = clientAddress(stream.remoteAddress, headers['x-forwarded-for'], config.trustedProxies)
    const connection = serveSocket({ socket, stream, headers, address }, gateway)
    open.add(connection)
    socket.once('close', () => {
      open.delete(connection)
      if (isClosing && open.size === 0) allClosed.resolve()
    })
  }

  async function close(drainMsMax: number): Promise<void> {
    isClosing = true
    if (open.size === 0) return
    const timer = setTimeout(() => {
      for (const connection of open) connection.terminate()
    }, drainMsMax)
    for (const connection of open) connection.drain()
    await allClosed.promise
    clearTimeout(timer)
  }
}

// How long a client may take to answer a close frame. The types don't know it yet.
const closing = (closeTimeout: number): object => ({ closeTimeout })

function refusalOf({ url = '/', headers }: IncomingMessage, config: GatewayConfig): Error | undefined {
  // What is no address at all, `//` say, would throw where nobody catches.
  if (URL.parse(url, 'http://gateway')?.pathname.replace(/\/$/, '') !== '/graphql')
    return refuseRequest('GW_BAD_REQUEST', 'There is no WebSocket here. The graph is at /graphql.')
  const { origin } = headers
  if (origin === undefined || isAllowed(origin, headers, config)) return undefined
  return refuseRequest(
    'GW_ORIGIN_REFUSED',
    `A page of ${origin.slice(0, 200)} may not open a WebSocket here; SOUK_CORS_ORIGINS lists those that may.`,
  )
}

// A browser asks nobody before it opens a WebSocket for a page, and sends the cookies along; it does say whose page it is.
const isAllowed = (origin: string, headers: IncomingMessage['headers'], config: GatewayConfig): boolean =>
  config.corsOrigins.includes('*') || isTrusted(origin, headers, config)

/** Ours, or listed by its name. */
function isTrusted(
  origin: string,
  headers: IncomingMessage['headers'],
  { corsOrigins }: GatewayConfig,
): boolean {
  if (corsOrigins.includes(origin)) return true
  if (headers['sec-fetch-site'] === 'same-origin') return true
  return URL.canParse(origin) && new URL(origin).host === headers.host
}

function refuse(stream: Socket, error: Error): void {
  const options = { accepted: plainJson, requestId: randomUUID(), isDevelopment: false }
  const { status, headers, body } = writeError(error, options)
  const text = typeof body === 'string' ? body : ''
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`)
  stream.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', text].join('\r\n'))
  stream.once('finish', () => stream.destroy())
}

function refuseProtocol(socket: WebSocket): void {
  socket.on('error', () => socket.terminate())
  const asked = socket.protocol === 'graphql-ws' ? 'The older graphql-ws' : 'What was asked for'
  socket.close(
    closeCodes.subprotocolNotAcceptable,
    `${asked} is not spoken here; ask for ${transportProtocol}.`,
  )
}

function headersOf({ headers }: IncomingMessage, config: GatewayConfig): WireRequest['headers'] {
  const kept = isAmbient(headers, config) ? withoutCredentials(headers) : headers
  return Object.fromEntries(
    Object.entries(kept).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

// `*` lets any page in, and nobody's cookies with it: the browser added them without being asked, and they may be forwarded.
const isAmbient = (headers: IncomingMessage['headers'], config: GatewayConfig): boolean =>
  headers.origin !== undefined && !isTrusted(headers.origin, headers, config)

// A token is no such thing: a page can't set a header of a WebSocket, and a browser adds no bearer.
function withoutCredentials({
  cookie,
  authorization,
  ...rest
}: IncomingMessage['headers']): IncomingMessage['headers'] {
  void cookie
  return { ...rest, ...(/^bearer /i.test(authorization ?? '') && { authorization }) }
}

/** The HTTP server: /graphql, health, keys and the page for browsers. It adds nothing to the request flow but a socket. */
import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { ClientError, drainServer } from '@souk/contracts'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { JSONWebKeySet } from 'jose'
import type { GatewayConfig } from '../config.ts'
import { gatewayFault, refuseRequest } from '../errors.ts'
import type { ReadyToken } from '../keys/development-tokens.ts'
import { clientAddress } from '../policy/rate-limit-address.ts'
import { plainJson } from '../request/negotiate-type.ts'
import type { RequestGateway } from '../request/run-request.ts'
import { writeError } from '../request/write-response.ts'
import type { WireRequest, WireResponse } from '../request/wire.ts'
import type { Logger } from '../telemetry/logger.ts'
import { addPlugins } from './add-plugins.ts'
import { graphiqlPage, type Page } from './graphiql-page.ts'
import { createPlaces, type Places } from './places.ts'
import type { Readiness } from './readiness.ts'
import { refuseUnread } from './refuse-unread.ts'
import { acceptSockets, type Sockets } from './sockets/accept-sockets.ts'
import { createEventStreams, isForEventStream } from './streams/event-streams.ts'

export type ServerOptions = {
  readonly config: GatewayConfig
  readonly keys: {
    readonly development?: { readonly jwks: JSONWebKeySet; readonly tokens: readonly ReadyToken[] }
  }
  readonly logger: Logger
  readonly schema: GraphQLSchema
  readonly execute: (wire: WireRequest) => Promise<WireResponse>
  /** For operations that come over connections. */
  readonly requests: RequestGateway
  readonly readiness: () => Promise<Readiness>
}

export type StartedServer = {
  readonly url: string
  readonly close: () => Promise<void>
  readonly open: () => { readonly requests: number; readonly connections: number }
}

export async function startServer(options: ServerOptions): Promise<StartedServer> {
  const { config } = options
  const server = Fastify({
    bodyLimit: config.bodyBytesMax,
    genReqId: requestIdOf,
    requestTimeout: config.receiveMsMax,
    routerOptions: { ignoreTrailingSlash: true },
    logger: false,
    http: {
      ...receivingTimes(config),
      // Some clients offer HTTP/2 with each request; that is passed over, as HTTP wants it.
      shouldUpgradeCallback: ({ headers }) => /^websocket$/i.test(headers.upgrade ?? ''),
    },
    clientErrorHandler: (error, socket) => refuseUnread(error, socket, config),
    // What fails before there is a route: a path that can't be read.
    frameworkErrors: (error, request, reply) => sendError(error, { request, reply, options }),
  })
  // Who comes beyond it is closed at once, before a byte is read.
  server.server.maxConnections = config.tcpConnectionsMax
  // Every body arrives as text: whether it is JSON is for step 1 to say, in words of GraphQL.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, readText)
  const closing = new AbortController()
  // Every answer that is streamed hears of it.
  setMaxListeners(0, closing.signal)
  // A connection that is kept alive would hold the drain up to its end.
  server.addHook('onSend', async (_request, reply) => {
    if (closing.signal.aborted) void reply.header('connection', 'close')
  })
  // First: what the plugins answer themselves, a preflight, keeps the handler that is set when they come.
  server.setErrorHandler((error, request, reply) => sendError(error, { request, reply, options }))
  await addPlugins(server, config)
  const { sockets, ...places } = addGraphQL(server, options, closing.signal)
  addHealth(server, options)
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. The graph is at /graphql.' }),
  )
  await listen(server, config)
  return {
    url: urlOf(server, config),
    // What stands in front has to see that /ready says no before anybody is sent away.
    async close() {
      if (config.drainDelayMs > 0) await setTimeout(config.drainDelayMs)
      closing.abort()
      await Promise.all([sockets.close(config.drainMsMax), drainServer(server.server, config)])
      await server.close()
    },
    open: () => ({ requests: places.inFlight.taken(), connections: places.connections.taken() }),
  }
}

/** Node looks for connections that are too slow every half minute unless it is told to look more often. */
const receivingTimes = ({ headersMsMax, receiveMsMax }: GatewayConfig) => ({
  // Node refuses to start with more for the headers than for all of it.
  headersTimeout: Math.min(headersMsMax, receiveMsMax),
  requestTimeout: receiveMsMax,
  connectionsCheckingInterval: Math.min(headersMsMax, receiveMsMax, 1_000),
})

// A byte that is not UTF-8 would become another character without anybody being told. A mark of order at the start is left out.
function readText(
  _request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, text?: string) => void,
): void {
  try {
    done(null, new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    done(refuseRequest('GW_BAD_REQUEST', 'The body is not in UTF-8.'))
  }
}

type GraphQLPlaces = {
  readonly sockets: Sockets
  readonly inFlight: Places
  readonly connections: Places
}

function addGraphQL(
  server: FastifyInstance,
  { config, keys, schema, execute, requests }: ServerOptions,
  closing: AbortSignal,
): GraphQLPlaces {
  const tokens = keys.development?.tokens ?? []
  const page = graphiqlPage({ schema, tokens, showsPlans: config.mode === 'development' })
  const inFlight = createPlaces(config.requestsInFlightMax)
  const connections = createPlaces(config.connectionsMax)
  const sockets = acceptSockets(requests, connections)
  const eventStreams = createEventStreams(requests, closing)
  server.server.on('upgrade', sockets.accept)
  server.all('/graphql', async (request, reply) => {
    if (wantsPage(request)) return await sendPage(reply, await page())
    const wire = { ...wireOf(request, reply, config), closing }
    const response = isForEventStream(wire) ? await eventStreams.answer(wire) : await executeInPlace(wire)
    giveUpUnread(reply, config)
    if (typeof response.body === 'string') send(reply, response)
    else sendStream(reply, response, { connections, closing })
    return reply
  })
  return { sockets, inFlight, connections }

  async function executeInPlace(wire: WireRequest): Promise<WireResponse> {
    const leave = inFlight.take()
    if (leave === undefined)
      throw gatewayFault('GW_OVERLOADED', `${inFlight.taken()} requests are in flight.`)
    try {
      return await execute(wire)
    } finally {
      leave()
    }
  }
}

// Nothing moves for so long only where nobody reads: an answer would be kept for as long as its client likes. In a stream there
// is a sign of life more often than that.
function giveUpUnread({ raw }: FastifyReply, { keepAliveMs }: GatewayConfig): void {
  raw.setTimeout(keepAliveMs * 2, () => raw.destroy())
}

type Streaming = {
  readonly connections: Places
  readonly closing: AbortSignal
}

function sendStream(reply: FastifyReply, response: WireResponse, { connections, closing }: Streaming): void {
  const body = Readable.from(response.body, { objectMode: false })
  // Whoever asked has gone meanwhile, and nothing will close the answer a second time.
  if (reply.raw.destroyed) return void body.destroy()
  const leave = connections.take()
  if (leave === undefined) {
    body.destroy()
    throw gatewayFault(
      'GW_TOO_MANY_CONNECTIONS',
      `${connections.taken()} connections are open, which is the limit.`,
    )
  }
  reply.raw.once('close', leave)
  // Its headers were sent before anybody thought of stopping, so the client keeps the connection for another request.
  const { socket } = reply.raw
  reply.raw.once('finish', () => {
    if (closing.aborted) socket?.destroySoon()
  })
  send(reply, response, body)
}

function addHealth(server: FastifyInstance, { config, keys, readiness }: ServerOptions): void {
  server.get('/live', () => ({ live: true }))
  server.get('/ready', async (_request, reply) => {
    const found = await readiness()
    // Which subgraphs there are is for those to know who watch the gateway, and they have a port of their own.
    const said = config.mode === 'development' ? found : { ready: found.ready }
    return await reply
      .code(found.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(said)
  })
  const { development } = keys
  if (development !== undefined) server.get('/.well-known/jwks.json', () => development.jwks)
  server.get('/', (_request, reply) => reply.redirect('/graphql', 307))
}

function wireOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { trustedProxies }: GatewayConfig,
): WireRequest {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('The client went away.'))
  })
  return {
    method: request.method,
    parameters: parametersOf(request.query as Record<string, unknown>),
    headers: flatten(request.headers),
    body: typeof request.body === 'string' ? request.body : '',
    requestId: request.id,
    signal: gone.signal,
    address: clientAddress(
      request.socket.remoteAddress,
      flatten(request.headers)['x-forwarded-for'],
      trustedProxies,
    ),
  }
}

// Whoever takes the first of two values and whoever takes the last see two requests in one.
function parametersOf(query: Readonly<Record<string, unknown>>): WireRequest['parameters'] {
  const twice = Object.keys(query).find((name) => Array.isArray(query[name]))
  if (twice === undefined) return flatten(query)
  throw refuseRequest('GW_BAD_REQUEST', `The parameter \`${twice}\` is given more than once.`)
}

function flatten(given: Readonly<Record<string, unknown>>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      if (typeof value === 'string') return [[name, value]]
      return Array.isArray(value) ? [[name, value.join(', ')]] : []
    }),
  )
}

const wantsPage = ({ method, headers, query }: FastifyRequest): boolean =>
  method === 'GET' &&
  (query as Record<string, unknown>).query === undefined &&
  /\btext\/html\b/.test(headers.accept ?? '')

async function sendPage(reply: FastifyReply, { html, policy }: Page): Promise<FastifyReply> {
  return await reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept',
    })
    .send(html)
}

function send(reply: FastifyReply, { status, headers, body }: WireResponse, stream?: Readable): void {
  // Whether a page of another origin may read it is said by the header that came before.
  const vary = [reply.getHeader('vary'), headers.vary].filter(Boolean).join(', ')
  void reply
    .code(status)
    .headers({ ...headers, 'x-content-type-options': 'nosniff', ...(vary !== '' && { vary }) })
    .send(stream ?? body)
}

type Failed = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly options: ServerOptions
}

function sendError(error: unknown, { request, reply, options }: Failed): void {
  const known = errorOf(error, options.config)
  if (!(known instanceof ClientError))
    options.logger.error({ err: error, requestId: request.id }, 'request failed outside the flow')
  const isDevelopment = options.config.mode === 'development'
  send(reply, writeError(known, { accepted: plainJson, requestId: request.id, isDevelopment }))
}

function errorOf(error: unknown, config: GatewayConfig): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return refuseRequest(
      'GW_BODY_TOO_LARGE',
      `The body has more than ${config.bodyBytesMax} bytes (SOUK_BODY_BYTES_MAX).`,
      { limit: config.bodyBytesMax },
    )
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to be application/json.')
  // Whatever else the server itself finds wrong with a request: a QUERY without a content type, say.
  if (typeof code === 'string' && code.startsWith('FST_ERR') && isOfClient(error))
    return refuseRequest('GW_BAD_REQUEST', 'The request could not be read.')
  return error
}

const isOfClient = (error: unknown): boolean =>
  error instanceof Error &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode < 500

// An id that a caller sends ends up in logs and headers, so it is taken only if it is plain.
function requestIdOf(request: {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}): string {
  const sent = request.headers['x-request-id']
  return typeof sent === 'string' && /^[\w.-]{1,64}$/.test(sent) ? sent : randomUUID()
}

async function listen(server: FastifyInstance, { host, port }: GatewayConfig): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    await server.close()
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE')
      throw new ClientError(
        'GW_PORT_IN_USE',
        `Port ${port} on ${host} is in use. Stop the program that has it, or set SOUK_PORT.`,
      )
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ClientError(
        'GW_CONFIG_INVALID',
        `Can't listen on ${host}:${port} (${String(code)}). Set SOUK_HOST and SOUK_PORT to an address of this machine.`,
      )
    }
    throw error
  }
}

function urlOf(server: FastifyInstance, { host }: GatewayConfig): string {
  const [address] = server.addresses()
  const port = typeof address === 'object' ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

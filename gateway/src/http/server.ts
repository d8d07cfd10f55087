/** The HTTP server: /graphql, health, keys and the page for browsers. It adds nothing to the request flow but a socket. */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { ClientError } from '@souk/contracts'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { JSONWebKeySet } from 'jose'
import type { GatewayConfig } from '../config.ts'
import { gatewayFault, refuseRequest } from '../errors.ts'
import type { ReadyToken } from '../keys/development-tokens.ts'
import { plainJson } from '../request/negotiate-type.ts'
import { writeError } from '../request/write-response.ts'
import type { WireRequest, WireResponse } from '../request/wire.ts'
import type { Logger } from '../telemetry/logger.ts'
import { graphiqlPage, type Page } from './graphiql-page.ts'

export type ServerOptions = {
  readonly config: GatewayConfig
  readonly keys: {
    readonly development?: { readonly jwks: JSONWebKeySet; readonly tokens: readonly ReadyToken[] }
  }
  readonly logger: Logger
  readonly schema: GraphQLSchema
  readonly execute: (wire: WireRequest) => Promise<WireResponse>
  readonly ready: () => Promise<boolean>
}

export type StartedServer = { readonly url: string; readonly close: () => Promise<void> }

export async function startServer(options: ServerOptions): Promise<StartedServer> {
  const { config } = options
  const server = Fastify({
    bodyLimit: config.bodyBytesMax,
    genReqId: requestIdOf,
    requestTimeout: config.requestMsMax + 5_000,
    logger: false,
  })
  // Every body arrives as text: whether it is JSON is for step 1 to say, in words of GraphQL.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  let isClosing = false
  // A connection that is kept alive would hold the drain up to its end.
  server.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close')
  })
  addGraphQL(server, options)
  addHealth(server, options)
  server.setErrorHandler((error, request, reply) => sendError(error, { request, reply, options }))
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. The graph is at /graphql.' }),
  )
  await listen(server, config)
  return {
    url: urlOf(server, config),
    async close() {
      isClosing = true
      await drain(server, config.drainMsMax)
    },
  }
}

function addGraphQL(server: FastifyInstance, { config, keys, schema, execute }: ServerOptions): void {
  const tokens = keys.development?.tokens ?? []
  const page = graphiqlPage({ schema, tokens, showsPlans: config.mode === 'development' })
  let inFlight = 0
  server.all('/graphql', async (request, reply) => {
    if (wantsPage(request)) return await sendPage(reply, await page())
    if (inFlight >= config.requestsInFlightMax)
      throw gatewayFault('GW_OVERLOADED', `${inFlight} requests are in flight.`)
    inFlight += 1
    try {
      send(reply, await execute(wireOf(request, reply)))
    } finally {
      inFlight -= 1
    }
    return reply
  })
}

function addHealth(server: FastifyInstance, { keys, ready }: ServerOptions): void {
  server.get('/live', () => ({ live: true }))
  server.get('/ready', async (_request, reply) => {
    const isReady = await ready()
    return await reply.code(isReady ? 200 : 503).send({ ready: isReady })
  })
  const { development } = keys
  if (development !== undefined) server.get('/.well-known/jwks.json', () => development.jwks)
  server.get('/', (_request, reply) => reply.redirect('/graphql', 307))
}

function wireOf(request: FastifyRequest, reply: FastifyReply): WireRequest {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('The client went away.'))
  })
  return {
    method: request.method,
    parameters: flatten(request.query as Record<string, unknown>),
    headers: flatten(request.headers),
    body: typeof request.body === 'string' ? request.body : '',
    requestId: request.id,
    signal: gone.signal,
  }
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

function send(reply: FastifyReply, { status, headers, body }: WireResponse): void {
  void reply
    .code(status)
    .headers(headers)
    .send(typeof body === 'string' ? body : Readable.from(body, { objectMode: false }))
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
    return refuseRequest('GW_BODY_TOO_LARGE', `The body has more than ${config.bodyBytesMax} bytes.`)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to be application/json.')
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP'))
    return refuseRequest('GW_BAD_REQUEST', 'The body could not be read.')
  return error
}

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

async function drain(server: FastifyInstance, drainMsMax: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), drainMsMax)
  try {
    await server.close()
  } finally {
    clearTimeout(timer)
  }
}

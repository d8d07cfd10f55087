/** The service adapter: a subgraph behind its own HTTP server (Mercurius on Fastify, JIT on). */
import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { drainServer, inSpan, type SubgraphResponse, wireHeaders, withinTrace } from '@souk/contracts'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import mercurius from 'mercurius'
import { operationSpan } from './operation-span.ts'
import type { RunningSubgraph } from './subgraph.ts'
import { streamEvents } from './subscriptions/stream-events.ts'

export type ServeOptions = { readonly host: string; readonly port: number }

export type HttpService = { readonly url: string; close(): Promise<void> }

export const httpLimits = {
  // An import sends some hundred orders in one call; a client's request is small.
  bodyBytesMax: 32 * 1024 * 1024,
  deadlineMsMax: 60_000,
  // A caller's next request is on the way for less than that.
  drainIdleMs: 500,
  // A mutation is not asked a second time, so what runs may run as long as any call.
  drainMsMax: 60_000,
} as const

export async function serveHttp(
  subgraph: RunningSubgraph,
  { host, port }: ServeOptions,
): Promise<HttpService> {
  const app = Fastify({ bodyLimit: httpLimits.bodyBytesMax })
  const draining = new AbortController()
  // Every stream hears of it.
  setMaxListeners(0, draining.signal)
  // Connections are kept for as long as the caller lives: it is told to leave this one.
  app.addHook('onSend', async (_request, reply) => {
    if (draining.signal.aborted) void reply.header('connection', 'close')
  })
  app.get('/live', async () => ({ live: true }))
  app.get('/ready', async (_request, reply) => {
    const ready = await subgraph.transport.ready()
    return reply.code(ready ? 200 : 503).send({ ready })
  })
  await serveGraphql(app, subgraph, draining.signal)
  await app.listen({ host, port })
  return {
    url: `http://${host}:${portOf(app, port)}/graphql`,
    async close() {
      draining.abort()
      await drainServer(app.server, httpLimits)
      await app.close()
    },
  }
}

// The route is ours: Mercurius' own serialises answers by a JSON schema that turns list indices in error paths into strings.
async function serveGraphql(
  app: FastifyInstance,
  subgraph: RunningSubgraph,
  draining: AbortSignal,
): Promise<void> {
  await app.register(mercurius, {
    schema: subgraph.schema,
    jit: 1,
    routes: false,
    errorFormatter: ({ data, errors }, context) => {
      const { requestId } = context as unknown as { requestId: string }
      return {
        statusCode: 200,
        response: subgraph.present({ data, errors: errors ?? [] }, requestId) as never,
      }
    },
  })
  app.post<{ Body: GraphqlBody }>('/graphql', { schema: { body: bodySchema } }, async (request, reply) => {
    const events = wantsEvents(request) ? subscribe(subgraph, request) : undefined
    if (events !== undefined) {
      reply.hijack()
      leaveWhenDraining(reply, draining)
      return await streamEvents(reply.raw, events, { draining })
    }
    reply.header('content-type', 'application/json; charset=utf-8')
    // Nobody but the gateway and other subgraphs comes this far: the trace they name is one of ours.
    const answered = withinTrace(request.headers, () =>
      inSpan(operationSpan(subgraph.name), () => answer(app, subgraph, request)),
    )
    return JSON.stringify(await answered)
  })
}

// Its headers were sent before anybody thought of stopping, so the caller would keep the connection.
function leaveWhenDraining({ raw }: FastifyReply, draining: AbortSignal): void {
  const { socket } = raw
  raw.once('finish', () => {
    if (draining.aborted) socket?.destroySoon()
  })
}

type GraphqlBody = {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown> | null
}

const bodySchema = {
  type: 'object',
  required: ['query'],
  properties: {
    query: { type: 'string' },
    operationName: { type: 'string', nullable: true },
    variables: { type: 'object', nullable: true, additionalProperties: true },
  },
}

async function answer(
  app: FastifyInstance,
  subgraph: RunningSubgraph,
  request: FastifyRequest<{ Body: GraphqlBody }>,
): Promise<SubgraphResponse> {
  const { query, operationName, variables } = request.body
  const requestId = headerOf(request, wireHeaders.requestId) ?? randomUUID()
  const viewerToken = headerOf(request, wireHeaders.viewer) ?? ''
  try {
    const context = await subgraph.contextOf({ viewerToken, requestId }, signalOf(request))
    const { data, errors } = await app.graphql<SubgraphResponse>(
      query,
      { ...context },
      variables ?? {},
      operationName,
    )
    return errors ? { data, errors } : { data }
  } catch (error) {
    return subgraph.present({ errors: [error] }, requestId)
  }
}

const wantsEvents = ({ headers }: FastifyRequest): boolean =>
  /\btext\/event-stream\b/i.test(headers.accept ?? '')

/** Undefined where there is nothing to subscribe to: then the request is answered as any other. */
function subscribe(
  subgraph: RunningSubgraph,
  request: FastifyRequest<{ Body: GraphqlBody }>,
): AsyncIterableIterator<SubgraphResponse> | undefined {
  const { query, operationName, variables } = request.body
  return subgraph.subscribe?.(
    {
      query,
      ...(operationName && { operationName }),
      ...(variables && { variables }),
      requestId: headerOf(request, wireHeaders.requestId) ?? randomUUID(),
      viewerToken: headerOf(request, wireHeaders.viewer) ?? '',
      deadlineMs: deadlineOf(request),
    },
    // Its reader's going ends it.
    new AbortController().signal,
  )
}

const headerOf = (request: Pick<FastifyRequest, 'headers'>, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Fires at the request's deadline, or when the caller is gone. */
function signalOf(request: Pick<FastifyRequest, 'headers' | 'raw'>): AbortSignal {
  const gone = new AbortController()
  request.raw.once('close', () => {
    if (request.raw.destroyed && !request.raw.complete) gone.abort()
  })
  return AbortSignal.any([gone.signal, AbortSignal.timeout(deadlineOf(request))])
}

function deadlineOf(request: Pick<FastifyRequest, 'headers'>): number {
  const asked = Number(headerOf(request, wireHeaders.deadlineMs))
  return Number.isFinite(asked) && asked > 0
    ? Math.min(asked, httpLimits.deadlineMsMax)
    : httpLimits.deadlineMsMax
}

/** The port that was given, where 0 was asked for. */
const portOf = (app: FastifyInstance, asked: number): number => {
  const address = app.server.address()
  return address !== null && typeof address === 'object' ? address.port : asked
}

/** The graph that is attacked: a subgraph in memory and one over HTTP behind a listening gateway, as in production. */
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { SubgraphRequest, SubgraphResponse, Transport } from '@souk/contracts'
import {
  connectSubgraphs,
  createGateway,
  createLogger,
  type Gateway,
  type GatewaySubgraph,
  readConfig,
  systemClock,
} from '@souk/gateway'
import { execute, type GraphQLSchema, parse, subscribe, validate } from 'graphql'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { eventsUntilLeft, reviewsResolvers, reviewsSdl, shopResolvers, shopSdl } from './fuzz-schema.ts'

/** What is sent instead of what the subgraph over HTTP would send. */
export type Fault = {
  /** Of a call: what is sent for the honest answer's text. */
  readonly answer?: (honest: string) => Buffer | string
  /** Of a subscription: the bytes of all its events. */
  readonly events?: Buffer | string
}

export type FuzzGraph = {
  readonly url: string
  readonly port: number
  readonly gateway: Gateway
  readonly token: string
  fault: Fault | undefined
  /** How many subscriptions are read from the subgraphs now. */
  readonly readers: () => number
  /** Serves a graph that has one field more, or less. */
  readonly swap: () => Promise<void>
  readonly close: () => Promise<void>
}

const ownership = { keyOnly: [], allowsSharedFields: true }
const viewerSecret = 'a secret for tests that is long enough'

export async function openFuzzGraph(environment: Readonly<Record<string, string>> = {}): Promise<FuzzGraph> {
  const config = readConfig({
    SOUK_PORT: '0',
    SOUK_MODE: 'production',
    SOUK_LOG_LEVEL: 'silent',
    SOUK_JWKS_URL: 'http://127.0.0.1:1/',
    SOUK_VIEWER_SECRET: viewerSecret,
    SOUK_INTROSPECTION: 'on',
    SOUK_RATE_LIMITS: 'off',
    // What was wrong a moment ago is asked again: each case stands for itself.
    SOUK_SUBGRAPH_BREAKER_PERCENT: '0',
    SOUK_SUBGRAPH_RETRIES_MAX: '0',
    SOUK_SUBGRAPH_MS_MAX: '2000',
    SOUK_REQUEST_MS_MAX: '4000',
    ...environment,
  })
  const readers = new Set<object>()
  const reviews = await openReviews(readers)
  const [remote] = await connectSubgraphs({
    addresses: [{ name: 'zebrareviews', url: reviews.url }],
    config,
    viewerSecret,
    clock: systemClock,
    signal: AbortSignal.timeout(10_000),
  })
  if (remote === undefined) throw new Error('The subgraph over HTTP is not there.')
  const shop = shopSubgraph(shopSdl, readers)
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' }
  const gateway = await createGateway({
    config,
    subgraphs: [shop, remote],
    keys: { jwks: { keys: [jwk] }, viewerSecret },
    clock: systemClock,
    logger: createLogger('silent'),
    ownership,
  })
  const { url } = await gateway.listen()
  let isWider = false
  const graph: FuzzGraph = {
    url: `${url}/graphql`,
    port: Number(new URL(url).port),
    gateway,
    token: await new SignJWT({ scope: '' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
      .setIssuer('souk')
      .setAudience('souk-gateway')
      .setSubject('u1')
      .setExpirationTime('12h')
      .sign(privateKey),
    fault: undefined,
    readers: () => readers.size,
    async swap() {
      isWider = !isWider
      const sdl = isWider ? shopSdl.replace('type Query {', 'type Query { swapped: Int ') : shopSdl
      await gateway.swap({ subgraphs: [{ ...shop, sdl: shopSubgraph(sdl, readers).sdl }, remote] })
    },
    async close() {
      await gateway.close()
      await remote.transport.close()
      await reviews.close()
    },
  }
  reviews.faultOf = () => graph.fault
  return graph
}

function shopSubgraph(sdl: string, readers: Set<object>): GatewaySubgraph {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: shopResolvers(() => eventsUntilLeft(readers)) as never },
  ])
  const transport: Transport = {
    async execute(request) {
      return await answerOf(schema, request)
    },
    async *subscribe(request: SubgraphRequest, signal: AbortSignal) {
      const asked = { schema, document: parse(request.query), variableValues: request.variables }
      const events = await subscribe(asked)
      if (!(Symbol.asyncIterator in events)) return yield events as SubgraphResponse
      const end = (): void => void events.return()
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
      for await (const event of events) yield event as SubgraphResponse
    },
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  }
  return { name: 'zebrashop', sdl, transport }
}

async function answerOf(
  schema: GraphQLSchema,
  { query, variables }: Pick<SubgraphRequest, 'query' | 'variables'>,
): Promise<SubgraphResponse> {
  const document = parse(query)
  const errors = validate(schema, document)
  if (errors.length > 0) throw new Error(`A plan asks for what the subgraph has not: ${String(errors[0])}`)
  return (await execute({ schema, document, variableValues: variables })) as SubgraphResponse
}

async function openReviews(readers: Set<object>) {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(reviewsSdl), resolvers: reviewsResolvers(() => eventsUntilLeft(readers)) as never },
  ])
  let faultOf = (): Fault | undefined => undefined
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.end('{}')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.once('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as SubgraphRequest
      const fault = faultOf()
      if (asked.query.startsWith('subscription')) return void sendEvents(asked, fault?.events)
      void answerOf(schema, asked).then((honest) => {
        const text = JSON.stringify(honest)
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(fault?.answer?.(text) ?? text)
      })
    })

    async function sendEvents(asked: SubgraphRequest, instead: Fault['events']): Promise<void> {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (instead !== undefined) return void response.end(instead)
      const document = parse(asked.query)
      const events = await subscribe({ schema, document, variableValues: asked.variables })
      if (!(Symbol.asyncIterator in events)) return void response.end()
      response.once('close', () => void events.return())
      response.write(':\n\n')
      for await (const event of events) response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`)
      response.end('event: complete\ndata:\n\n')
    }
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/zebra`,
    set faultOf(given: () => Fault | undefined) {
      faultOf = given
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

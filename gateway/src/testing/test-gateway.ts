/** Small subgraphs in memory for the gateway's own tests: SDL and resolvers behind a Transport that records its calls. */
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { SubgraphRequest, SubgraphResponse } from '@souk/contracts'
import { execute, parse, subscribe, validate } from 'graphql'
import { readConfig } from '../config.ts'
import { systemClock } from '../clock.ts'
import { createGateway, type Gateway, type GatewayOptions, type GatewayRequest } from '../gateway.ts'
import type { DevelopmentPerson } from '../keys/development-tokens.ts'
import { compose, type Supergraph } from '../supergraph/compose.ts'
import type { GatewaySubgraph } from '../swapping/graph-source.ts'
import { createLogger } from '../telemetry/logger.ts'
import { readEvents } from './read-events.ts'

export type Resolvers = Parameters<typeof buildSubgraphSchema>[0] extends infer Modules
  ? Modules extends readonly { resolvers?: infer Found }[]
    ? Found
    : never
  : never

export const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@authenticated", "@requiresScopes", "@policy", "@override", "@interfaceObject"
])\n`

export type TestSubgraph = GatewaySubgraph & {
  readonly calls: SubgraphRequest[]
  answerWith: Intercept | undefined
}

/** Answers instead of the schema, to play a subgraph that misbehaves. */
export type Intercept = (
  request: SubgraphRequest,
  signal: AbortSignal,
) => Promise<SubgraphResponse> | undefined

/** An SDL that links federation itself is taken as it is. */
export function testSubgraph(name: string, sdl: string, resolvers: object): TestSubgraph {
  const linked = sdl.includes('@link(') ? sdl : federation + sdl
  const typeDefs = parse(linked)
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }])
  const calls: SubgraphRequest[] = []
  const subgraph: TestSubgraph = {
    name,
    sdl: linked,
    calls,
    answerWith: undefined,
    transport: {
      execute: run,
      subscribe: runSubscription,
      ready: () => Promise.resolve(true),
      close: () => Promise.resolve(),
    },
  }
  return subgraph

  async function run(request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse> {
    calls.push(request)
    const instead = subgraph.answerWith?.(request, signal)
    if (instead !== undefined) return await instead
    const document = parse(request.query)
    const errors = validate(schema, document)
    if (errors.length > 0)
      return {
        errors: errors.map(({ message }) => ({ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })),
      }
    // Frozen: whoever changes what a transport returned fails its test.
    return deepFreeze(
      (await execute({ schema, document, variableValues: request.variables })) as SubgraphResponse,
    )
  }

  async function* runSubscription(
    request: SubgraphRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SubgraphResponse, void, undefined> {
    calls.push(request)
    const document = parse(request.query)
    const events = await subscribe({ schema, document, variableValues: request.variables })
    if (!(Symbol.asyncIterator in events)) return yield deepFreeze(events as SubgraphResponse)
    const end = (): void => void events.return()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    for await (const event of events) yield deepFreeze(event as SubgraphResponse)
  }
}

export type TestGateway = Gateway & {
  readonly ask: (query: string, options?: AskOptions) => Promise<TestAnswer>
  /** Asks for a subscription; what is returned is read answer by answer. */
  readonly subscribe: (
    query: string,
    options?: AskOptions,
  ) => AsyncGenerator<Omit<TestAnswer, 'status'>, void, undefined>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export type AskOptions = {
  readonly variables?: object
  readonly operationName?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Fires when the client goes away. */
  readonly signal?: AbortSignal
}
export type TestAnswer = {
  readonly status: number
  readonly data?: unknown
  readonly errors?: readonly TestError[]
}
export type TestError = {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>>
}

export const testViewerSecret = 'a secret for tests that is long enough'

type TestedOption =
  | 'keys'
  | 'ownership'
  | 'logger'
  | 'clock'
  | 'forwarding'
  | 'returning'
  | 'policies'
  | 'traffic'

/** Composes in this thread: some tests open hundreds, and a thread for each would cost a third of a second. */
export async function testGateway(
  subgraphs: readonly GatewaySubgraph[],
  environment: Readonly<Record<string, string>> = {},
  {
    keys = { jwks: { keys: [] }, viewerSecret: testViewerSecret },
    ownership,
    supergraph = compose(subgraphs, ownership),
    logger = createLogger('silent'),
    clock = systemClock,
    forwarding = [],
    traffic = {},
    ...others
  }: Partial<Pick<GatewayOptions, TestedOption>> & {
    readonly supergraph?: Supergraph
  } = {},
): Promise<TestGateway> {
  const config = readConfig({
    SOUK_PORT: '0',
    SOUK_LOG_LEVEL: 'silent',
    // A test has asked all that it asks when it closes.
    SOUK_DRAIN_IDLE_MS: '1',
    SOUK_DRAIN_DELAY_MS: '0',
    ...environment,
  })
  const gateway = await createGateway({
    config,
    subgraphs,
    supergraph,
    keys,
    clock,
    logger,
    forwarding,
    traffic,
    ...others,
  })
  return {
    ...gateway,
    get supergraph() {
      return gateway.supergraph
    },
    async *subscribe(query, { headers, signal, ...rest } = {}) {
      const accepting = { accept: 'text/event-stream', ...headers }
      const body = { query, ...rest }
      yield* readEvents(await gateway.respond({ headers: accepting, ...(signal && { signal }), body }))
    },
    async ask(query, { headers, signal, ...rest } = {}) {
      const request: GatewayRequest = { headers, ...(signal && { signal }), body: { query, ...rest } }
      const { status, body } = await gateway.execute(request)
      return { status, ...(JSON.parse(body) as object) }
    },
    [Symbol.asyncDispose]: gateway.close,
  }
}

export const shopper: DevelopmentPerson = { label: 'Shopper', subject: 'u1', scopes: ['cart:write'] }

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const child of Object.values(value)) deepFreeze(child)
  return Object.freeze(value)
}

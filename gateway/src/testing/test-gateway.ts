/** Small subgraphs in memory for the gateway's own tests: SDL and resolvers behind a Transport that records its calls. */
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { SubgraphRequest, SubgraphResponse } from '@souk/contracts'
import { execute, parse, validate } from 'graphql'
import { readConfig } from '../config.ts'
import { systemClock } from '../clock.ts'
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type GatewayRequest,
  type GatewaySubgraph,
} from '../gateway.ts'
import type { DevelopmentPerson } from '../keys/development-tokens.ts'
import { compose, type Supergraph } from '../supergraph/compose.ts'
import { createLogger } from '../telemetry/logger.ts'

export type Resolvers = Parameters<typeof buildSubgraphSchema>[0] extends infer Modules
  ? Modules extends readonly { resolvers?: infer Found }[]
    ? Found
    : never
  : never

export const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@authenticated", "@requiresScopes", "@override", "@interfaceObject"
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

export function testSubgraph(name: string, sdl: string, resolvers: object): TestSubgraph {
  const typeDefs = parse(federation + sdl)
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }])
  const calls: SubgraphRequest[] = []
  const subgraph: TestSubgraph = {
    name,
    sdl: federation + sdl,
    calls,
    answerWith: undefined,
    transport: { execute: run, ready: () => Promise.resolve(true), close: () => Promise.resolve() },
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
}

export type TestGateway = Gateway & {
  readonly ask: (query: string, options?: AskOptions) => Promise<TestAnswer>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export type AskOptions = {
  readonly variables?: object
  readonly operationName?: string
  readonly headers?: Readonly<Record<string, string>>
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

/** Composes in this thread: some tests open hundreds, and a thread for each would cost a third of a second. */
export async function testGateway(
  subgraphs: readonly GatewaySubgraph[],
  environment: Readonly<Record<string, string>> = {},
  {
    keys = { jwks: { keys: [] }, viewerSecret: testViewerSecret },
    ownership,
    supergraph = compose(subgraphs, ownership),
    logger = createLogger('silent'),
  }: Partial<Pick<GatewayOptions, 'keys' | 'ownership' | 'logger'>> & {
    readonly supergraph?: Supergraph
  } = {},
): Promise<TestGateway> {
  const config = readConfig({ SOUK_PORT: '0', SOUK_LOG_LEVEL: 'silent', ...environment })
  const gateway = await createGateway({
    config,
    subgraphs,
    supergraph,
    keys,
    clock: systemClock,
    logger,
  })
  return {
    ...gateway,
    async ask(query, { headers, ...rest } = {}) {
      const request: GatewayRequest = { headers, body: { query, ...rest } }
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

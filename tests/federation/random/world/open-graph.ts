/** Opens a graph from its SDLs: its data, its subgraphs, and the gateways in front of them that are to agree with one server. */
import type { SubgraphRequest, SubgraphResponse } from '@souk/contracts'
import {
  createGateway,
  createLogger,
  type Gateway,
  type GatewaySubgraph,
  type PlanPasses,
  readConfig,
  type Supergraph,
  systemClock,
} from '@souk/gateway'
import { hash } from '../seeded.ts'
import { type AnswerInParts, askInParts } from './ask-in-parts.ts'
import type { Ask, GatewayAnswer } from './gateway-answer.ts'
import { createWorld, type World, type WorldOptions } from './graph-world.ts'
import type { Operation } from './one-server.ts'
import { readGraph, type SubgraphSource } from './read-graph.ts'
import { connectOverHttp, listenToGateway } from './serve-over-http.ts'
import { createSubgraphServer, type SubgraphServer } from './subgraph-server.ts'
import { createTableWorld, type Tables } from './table-world.ts'

export type OpenedGraph = {
  readonly world: World
  /** The one with all optimisations, or the first of those that were asked for. */
  readonly gateway: Gateway
  /** What each gateway answers. */
  readonly ask: (operation: Operation) => Promise<readonly GatewayAnswer[]>
  /** What each gateway answers in parts, if `@defer` is to count. */
  readonly askInParts: (operation: Operation) => Promise<readonly AnswerInParts[]>
  readonly close: () => Promise<void>
}

export type OpenOptions = WorldOptions & {
  /** In one process, or each subgraph and the gateway behind a port of its own. */
  readonly transport: 'memory' | 'http'
  /** One gateway for each; one with all optimisations if none is said. */
  readonly passes?: readonly PlanPasses[]
  /** Composed elsewhere. */
  readonly supergraph?: Supergraph
  /** Data that was written by hand, instead of what is made up. */
  readonly tables?: Tables
  /** The subgraph that answers after all others that were asked with it; else the order is by chance. */
  readonly slowest?: string
  /** Whether operations are asked in parts as well. */
  readonly defers?: boolean
  readonly onCall?: (subgraph: string, request: SubgraphRequest) => void
}

/** Throws what the composer says if the SDLs are no graph. */
export async function openGraph(
  sources: readonly SubgraphSource[],
  { transport, passes, supergraph, tables, slowest, onCall, defers = false, ...options }: OpenOptions,
): Promise<OpenedGraph> {
  const facts = readGraph(sources)
  const world = tables === undefined ? createWorld(facts, options) : createTableWorld(facts, tables)
  const servers = sources.map((source) => ({ ...source, server: createSubgraphServer(source, world) }))
  const connected =
    transport === 'http'
      ? await connectOverHttp(servers, createConfig())
      : { subgraphs: servers.map((one) => inMemory(one, { slowest, onCall })), close: closeNothing }
  try {
    const gateways = await openGateways(connected.subgraphs, { passes, supergraph })
    const asking =
      transport === 'http' ? await Promise.all(gateways.map(listenToGateway)) : gateways.map(askInMemory)
    const [gateway] = gateways
    if (gateway === undefined) throw new Error('A graph needs a gateway.')
    return {
      world,
      gateway,
      async ask(operation) {
        const answers: GatewayAnswer[] = []
        for (const [index, ask] of asking.entries()) {
          world.reset()
          const before = gateways[index]?.planCounts().unoptimised
          const answer = await ask(operation)
          answers.push({ ...answer, isUnoptimised: before !== gateways[index]?.planCounts().unoptimised })
        }
        return answers
      },
      async askInParts(operation) {
        const answers: AnswerInParts[] = []
        for (const one of defers ? gateways : []) {
          world.reset()
          const before = one.planCounts().unoptimised
          const { answer, ...rest } = await askInParts(one, operation)
          const isUnoptimised = before !== one.planCounts().unoptimised
          answers.push({ ...rest, answer: { ...answer, isUnoptimised } })
        }
        return answers
      },
      async close() {
        await Promise.all(gateways.map((one) => one.close()))
        await connected.close()
      },
    }
  } catch (error) {
    await connected.close()
    throw error
  }
}

const askInMemory =
  (gateway: Gateway): Ask =>
  async (operation) => {
    const { body } = await gateway.execute({ body: { ...operation } })
    return JSON.parse(body) as GatewayAnswer
  }

const closeNothing = (): Promise<void> => Promise.resolve()

// As in production, where a fault hides behind a sentence; and no limit is met that one server doesn't have.
const environment = {
  SOUK_MODE: 'production',
  SOUK_VIEWER_SECRET: 'a secret for random graphs that is long enough',
  SOUK_JWKS_URL: 'http://127.0.0.1/jwks.json',
  SOUK_PORT: '0',
  SOUK_ERRORS_MAX: '1000000',
  SOUK_ALIASES_MAX: '10000',
  SOUK_DEPTH_MAX: '100',
  SOUK_ROOT_FIELDS_MAX: '10000',
  SOUK_FIELDS_MAX: '1000000',
  SOUK_COST_MAX: '9999999999',
  SOUK_LIST_SIZE_ASSUMED: '1',
  SOUK_RATE_LIMITS: 'off',
  SOUK_INTROSPECTION: 'on',
  SOUK_PLAN_PLACES_MAX: '200000',
  SOUK_PLAN_FETCHES_MAX: '10000',
  SOUK_PLAN_STEPS_MAX: '100000000',
  SOUK_PLAN_MS_MAX: '60000',
  SOUK_DEFERRED_MAX: '1000',
}

const createConfig = () => readConfig(environment)

async function openGateways(
  subgraphs: readonly GatewaySubgraph[],
  { passes = [], supergraph: given }: Pick<OpenOptions, 'passes' | 'supergraph'>,
): Promise<readonly Gateway[]> {
  const shared = {
    config: createConfig(),
    keys: { jwks: { keys: [] }, viewerSecret: environment.SOUK_VIEWER_SECRET },
    clock: systemClock,
    logger: createLogger('silent'),
    ownership: { keyOnly: [], allowsSharedFields: true },
  }
  const [first, ...others] = passes
  const planPasses = first && { planPasses: first }
  const gateway = await (given === undefined
    ? createGateway({ ...shared, ...planPasses, subgraphs })
    : createGateway({ ...shared, ...planPasses, subgraphs, supergraph: given }))
  const { supergraph } = gateway
  const rest = others.map((one) => createGateway({ ...shared, subgraphs, supergraph, planPasses: one }))
  return [gateway, ...(await Promise.all(rest))]
}

type NamedServer = SubgraphSource & { readonly server: SubgraphServer }

function inMemory(
  { name, sdl, server }: NamedServer,
  { slowest, onCall }: Pick<OpenOptions, 'slowest' | 'onCall'>,
): GatewaySubgraph {
  return {
    name,
    sdl,
    transport: {
      async execute(request) {
        onCall?.(name, request)
        const { query, variables } = request
        // Answers come in another order than they were asked for.
        const turns = slowest === undefined ? hash(`${name} ${query}`) % 4 : name === slowest ? 4 : 0
        for (let turn = 0; turn < turns; turn += 1) await nextTurn()
        return freeze(server.answer({ query, variables })) as SubgraphResponse
      },
      ready: () => Promise.resolve(true),
      close: closeNothing,
    },
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Who changes what a transport returned fails. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  for (const child of Object.values(value)) freeze(child)
  return Object.freeze(value)
}

/** Serves one graph after another: the next is composed and made ready beside the one that is served, then takes its place at once. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Transport } from '@souk/contracts'
import { composeOffThread } from '../composition/compose-off-thread.ts'
import type { GatewayConfig } from '../config.ts'
import { buildMoveGraph } from '../planner/move-graph.ts'
import { readCheckedSupergraph } from '../planner/check-supergraph.ts'
import type { PlanPasses } from '../planner/make-plan.ts'
import { createPlanCache } from '../planner/plan-cache.ts'
import type { PlannedGraph } from '../planner/plan-query.ts'
import { createOperationPlanner, type PlanCounts } from '../planning/operation-planner.ts'
import type { ConnectedSubgraph, ServedGraph } from '../request/served-graph.ts'
import { warmPlans, type WarmedPlans } from '../request/warm-plans.ts'
import type { OwnershipRules } from '../supergraph/check-ownership.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { SupergraphStore } from '../supergraph/supergraph-store.ts'
import type { GraphSource } from './graph-source.ts'
import type { Logger } from '../telemetry/logger.ts'
import { forwardHeaders, type ForwardRule } from '../transports/forward-headers.ts'
import type { ReturnRule } from '../transports/return-headers.ts'

export type GraphSwapper = {
  /** The first graph, at once. */
  readonly open: (supergraph: Supergraph, subgraphs: readonly ConnectedSubgraph[]) => void
  /** One at a time, in the order asked for. */
  readonly swap: (source: GraphSource) => Promise<SwappedGraph>
  readonly counts: () => SwapCounts
  /** Over all graphs. */
  readonly planCounts: () => PlanCounts
  readonly close: () => Promise<void>
}

export type SwappedGraph = WarmedPlans & {
  readonly supergraph: Supergraph
  /** Resolves when nothing is asked of the old graph any more. */
  readonly drained: Promise<void>
}

export type SwapCounts = {
  readonly swapped: number
  /** The graph that was served stayed. Each is logged with its reason. */
  readonly refused: number
}

export type SwapperOptions = {
  readonly config: GatewayConfig
  readonly logger: Logger
  readonly store: SupergraphStore<ServedGraph>
  readonly ownership?: OwnershipRules
  readonly forwarding?: readonly ForwardRule[]
  readonly returning?: readonly ReturnRule[]
  readonly planPasses?: PlanPasses
  /** What every transport is called through. */
  readonly shape: (subgraph: ConnectedSubgraph) => Transport
}

export function createGraphSwapper(options: SwapperOptions): GraphSwapper {
  const { config, logger, store } = options
  const counts = { swapped: 0, refused: 0 }
  const past: PlanCounts[] = []
  let last: Promise<unknown> = Promise.resolve()

  return {
    open: (supergraph, subgraphs) =>
      void store.swap(serve(options, { supergraph, subgraphs }), config.swapDrainMsMax),
    async swap(source) {
      const turn = last.then(() => swapNow(source))
      last = turn.catch(() => undefined)
      return await turn
    },
    counts: () => ({ ...counts }),
    planCounts: () => [...past, ...currentCounts()].reduce(addCounts, noCounts),
    async close() {
      await last
      await store.current()?.planner.close()
    },
  }

  function currentCounts(): readonly PlanCounts[] {
    const current = store.current()
    return current === undefined ? [] : [current.planner.counts()]
  }

  async function swapNow(source: GraphSource): Promise<SwappedGraph> {
    try {
      return await replace(source)
    } catch (error) {
      counts.refused += 1
      logger.error({ err: error }, 'a changed graph was refused; the one before it stays')
      throw error
    }
  }

  async function replace(source: GraphSource): Promise<SwappedGraph> {
    const supergraph =
      source.supergraph ?? (await composeOffThread(source.subgraphs, config, options.ownership))
    const planned = await readInTurns(supergraph)
    const next = serve(options, { supergraph, subgraphs: source.subgraphs, planned })
    const previous = store.current()
    const warmed: WarmedPlans =
      previous === undefined
        ? { planned: 0, gone: 0 }
        : await warmPlans(previous, next, config.swapOperationsMax)
    const drained = store.swap(next, config.swapDrainMsMax).then(async () => {
      if (previous === undefined) return
      past.push(previous.planner.counts())
      await previous.planner.close()
    })
    counts.swapped += 1
    logger.info(
      { ...warmed, subgraphs: supergraph.subgraphs.map(({ name }) => name) },
      'another graph is served',
    )
    return { ...warmed, supergraph, drained }
  }
}

type Serving = {
  readonly supergraph: Supergraph
  readonly subgraphs: readonly ConnectedSubgraph[]
  readonly planned?: PlannedGraph
}

function serve(
  { config, logger, forwarding = [], returning = [], planPasses, shape }: SwapperOptions,
  { supergraph, subgraphs, planned }: Serving,
): ServedGraph {
  return {
    supergraph,
    subgraphs,
    schema: supergraph.publicSchema,
    valid: new WeakSet(),
    planCache: createPlanCache({ sizeMax: config.plansCachedMax, weightMax: config.cachedCharactersMax }),
    planner: createOperationPlanner({
      supergraph,
      limits: config,
      logger,
      ...(planPasses && { passes: planPasses }),
      ...(planned && { planned }),
    }),
    transportsFor: forwardHeaders(
      new Map(subgraphs.map((subgraph) => [subgraph.name, shape(subgraph)])),
      forwarding,
      returning,
    ),
  }
}

/** As `readPlannedGraph`, with turns for requests in between. */
async function readInTurns({ sdl }: Supergraph): Promise<PlannedGraph> {
  await nextTurn()
  const graph = buildMoveGraph(sdl)
  await nextTurn()
  const checked = readCheckedSupergraph(graph.schema)
  await nextTurn()
  return { graph, checked }
}

const noCounts: PlanCounts = { planned: 0, offThread: 0, unoptimised: 0, failed: 0 }

const addCounts = (one: PlanCounts, other: PlanCounts): PlanCounts => ({
  planned: one.planned + other.planned,
  offThread: one.offThread + other.offThread,
  unoptimised: one.unoptimised + other.unoptimised,
  failed: one.failed + other.failed,
})

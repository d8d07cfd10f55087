/** Explains a query without a running system: composes SDLs, plans once, prints the plan. */
import type { GatewayConfig } from './config.ts'
import { explainQuery } from './explain-query.ts'
import { readCheckedSupergraph } from './planner/check-supergraph.ts'
import { buildMoveGraph } from './planner/move-graph.ts'
import { startPlannerProcess } from './planner-process/planner-process.ts'
import { compose, type SubgraphSdl } from './supergraph/compose.ts'

export type ExplainOptions = {
  readonly subgraphs: readonly SubgraphSdl[]
  readonly query: string
  readonly operationName?: string
  readonly config: GatewayConfig
}

export async function explain({ subgraphs, query, operationName, config }: ExplainOptions): Promise<string> {
  const supergraph = compose(subgraphs)
  const graph = buildMoveGraph(supergraph.sdl)
  const planner = startPlannerProcess(supergraph.sdl, config)
  const planners = {
    graph,
    checked: readCheckedSupergraph(graph.schema),
    askLibrary: planner.ask,
    onPlanned: () => undefined,
  }
  try {
    return await explainQuery(supergraph, planners, { query, operationName })
  } finally {
    await planner.close()
  }
}

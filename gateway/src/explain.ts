/** Explains a query without a running system: on a supergraph, or on SDLs that are composed first. */
import { composeOffThread } from './composition/compose-off-thread.ts'
import type { GatewayConfig } from './config.ts'
import { readPlanInput } from './explain-query.ts'
import { type ExplainStage, explainStage } from './explain-stages.ts'
import { allPasses } from './planner/make-plan.ts'
import { readPlannedGraph } from './planner/plan-query.ts'
import { noOwnership } from './supergraph/check-ownership.ts'
import type { SubgraphSdl, Supergraph } from './supergraph/compose.ts'

export type ExplainOptions = ExplainedGraph & {
  readonly query: string
  readonly operationName?: string
  /** The plan that is run unless another is given. */
  readonly stage?: ExplainStage
  readonly config: GatewayConfig
}

export type ExplainedGraph =
  | { readonly subgraphs: readonly SubgraphSdl[]; readonly supergraph?: undefined }
  | { readonly supergraph: Supergraph }

export async function explain(options: ExplainOptions): Promise<string> {
  const { query, operationName, stage = 'plan', config } = options
  // Who may own what is Souk's rule for its own subgraphs; a plan can be looked at without it.
  const supergraph = options.supergraph ?? (await composeOffThread(options.subgraphs, config, noOwnership))
  const input = readPlanInput(supergraph, { query, operationName })
  const limits = {
    placesMax: config.planPlacesMax,
    fetchesMax: config.planFetchesMax,
    alternativesMax: config.planAlternativesMax,
    stepsMax: config.planStepsMax,
  }
  return explainStage(stage, input, { ...readPlannedGraph(supergraph.sdl), limits, passes: allPasses })
}

/** Plans operations for one graph: short ones at once, long ones in a thread of their own. Counts how that went. */
import type { GatewayConfig } from '../config.ts'
import { gatewayFault, refuseRequest } from '../errors.ts'
import { CannotPlan, type PlanLimits } from '../planner/cannot-plan.ts'
import { allPasses, type PlanPasses } from '../planner/make-plan.ts'
import {
  type PlanInput,
  type Planned,
  type PlannedGraph,
  planQuery,
  readPlannedGraph,
} from '../planner/plan-query.ts'
import type { QueryPlan } from '../planner/query-plan.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { Logger } from '../telemetry/logger.ts'
import { startPlanningThread } from './planning-thread.ts'

export type OperationPlanner = {
  /** Throws a `ClientError` beyond a limit, a `Fault` where there is no plan that could be proved. */
  readonly plan: (input: PlanInput) => Promise<QueryPlan>
  readonly counts: () => PlanCounts
  readonly close: () => Promise<void>
}

export type PlanCounts = {
  readonly planned: number
  /** Planned in the thread for long plans. */
  readonly offThread: number
  /** Planned without optimisations, since the plan with them was not proved. Each is logged. */
  readonly unoptimised: number
  /** Valid operations without a plan: a fault of the graph or of ours. Each is logged. */
  readonly failed: number
}

export type PlannerOptions = {
  readonly supergraph: Supergraph
  /** Read beforehand by whoever can't wait for it in one go. */
  readonly planned?: PlannedGraph
  readonly limits: PlanningLimits
  readonly logger: Logger
  readonly passes?: PlanPasses
}

export type PlanningLimits = Pick<
  GatewayConfig,
  | 'planPlacesMax'
  | 'planFetchesMax'
  | 'planAlternativesMax'
  | 'planStepsMax'
  | 'planInlineStepsMax'
  | 'planMsMax'
  | 'planQueueMax'
>

export function createOperationPlanner({
  supergraph,
  planned = readPlannedGraph(supergraph.sdl),
  limits,
  logger,
  passes = allPasses,
}: PlannerOptions): OperationPlanner {
  const whole: PlanLimits = {
    placesMax: limits.planPlacesMax,
    fetchesMax: limits.planFetchesMax,
    alternativesMax: limits.planAlternativesMax,
    stepsMax: limits.planStepsMax,
  }
  const inline = inlineLimits(whole, limits.planInlineStepsMax)
  const thread = startPlanningThread(supergraph, { ...limits, passes, limits: whole })
  const counts = { planned: 0, offThread: 0, unoptimised: 0, failed: 0 }
  return { plan, counts: () => ({ ...counts }), close: thread.close }

  async function plan(input: PlanInput): Promise<QueryPlan> {
    try {
      const { plan: made, rejected } = await planHereOrThere(input)
      counts.planned += 1
      if (rejected.length > 0) {
        counts.unoptimised += 1
        logger.warn({ rejected, operation: nameOf(input) }, 'an optimised plan was not proved')
      }
      return made
    } catch (error) {
      if (!(error instanceof CannotPlan)) throw error
      if (error.because === 'overLimit') throw refuseRequest('GW_LIMIT_EXCEEDED', error.message)
      counts.failed += 1
      logger.error({ reason: error.message, operation: nameOf(input) }, 'an operation has no plan')
      throw gatewayFault('GW_PLAN_FAILED', error.message, error)
    }
  }

  async function planHereOrThere(input: PlanInput): Promise<Planned> {
    try {
      return planQuery(input, { ...planned, passes, limits: inline })
    } catch (error) {
      if (!(error instanceof CannotPlan) || error.because !== 'overLimit') throw error
      counts.offThread += 1
      return await thread.plan(input)
    }
  }
}

// A place takes some twenty steps, and alternatives are compared with each other, so whatever is counted first ends what would
// take too long here.
function inlineLimits(whole: PlanLimits, steps: number): PlanLimits {
  return {
    ...whole,
    placesMax: Math.min(whole.placesMax, Math.ceil(steps / 20)),
    alternativesMax: Math.min(whole.alternativesMax, Math.ceil(Math.sqrt(steps))),
    stepsMax: Math.min(whole.stepsMax, steps),
  }
}

const nameOf = ({ operation }: PlanInput): string => operation.name?.value ?? '(no name)'

/** Plans operations without a gateway that runs: for tests and measurements that look at plans, count them and compare them. */
import { getOperationAST, parse } from 'graphql'
import { readConfig } from './config.ts'
import type { PlanLimits } from './planner/cannot-plan.ts'
import { allPasses, type PlanPasses } from './planner/make-plan.ts'
import { operationContext } from './planner/operation-context.ts'
import { planQuery, readPlannedGraph } from './planner/plan-query.ts'
import { printPlan } from './planner/print-plan.ts'
import type { QueryPlan } from './planner/query-plan.ts'
import type { Supergraph } from './supergraph/compose.ts'

export type PlannedOperation = {
  readonly plan: QueryPlan
  readonly text: string
  /** What was wrong with the optimised plan, if it was not taken. */
  readonly rejected: readonly string[]
  /** From the operation's text to a plan that is proved. */
  readonly milliseconds: number
}

export type PlanOperation = (query: string, operationName?: string) => PlannedOperation

/** Throws for an operation without a plan. */
export function planOperations(supergraph: Supergraph, passes: Partial<PlanPasses> = {}): PlanOperation {
  const config = readConfig({})
  const limits: PlanLimits = {
    placesMax: config.planPlacesMax,
    fetchesMax: config.planFetchesMax,
    alternativesMax: config.planAlternativesMax,
    stepsMax: config.planStepsMax,
  }
  const planner = { ...readPlannedGraph(supergraph.sdl), limits, passes: { ...allPasses, ...passes } }
  return (query, operationName) => {
    const startedAt = performance.now()
    const document = parse(query)
    const operation = getOperationAST(document, operationName)
    if (!operation) throw new Error('Name the operation to plan: the document has several, or none.')
    const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
    const { plan, rejected } = planQuery({ context, document, operation, isAllowed: () => true }, planner)
    const milliseconds = performance.now() - startedAt
    return { plan, rejected, text: printPlan(plan), milliseconds }
  }
}

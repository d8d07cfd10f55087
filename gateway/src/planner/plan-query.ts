/** Plans an operation: normalise it, plan it, prove the plan. A plan that is not proved is made anew without its optimisations. */
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { checkPlan } from './check-plan.ts'
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'
import { type CheckedSupergraph, readCheckedSupergraph } from './check-supergraph.ts'
import { makePlan, noPasses, type PlanPasses } from './make-plan.ts'
import { buildMoveGraph, type MoveGraph } from './move-graph.ts'
import { type IsAllowed, type NormalizedOperation, normalizeOperation } from './normalize-operation.ts'
import type { QueryPlan } from './query-plan.ts'
import type { OperationContext } from './operation-context.ts'

/** What planning needs to know of a supergraph. */
export type PlannedGraph = { readonly graph: MoveGraph; readonly checked: CheckedSupergraph }

export function readPlannedGraph(supergraphSdl: string): PlannedGraph {
  const graph = buildMoveGraph(supergraphSdl)
  return { graph, checked: readCheckedSupergraph(graph.schema) }
}

/** What planning needs besides the operation. */
export type Planner = PlannedGraph & {
  readonly limits: PlanLimits
  /** All of them, unless someone wants to see what one is worth. */
  readonly passes: PlanPasses
}

export type PlanInput = {
  readonly context: OperationContext
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly isAllowed: IsAllowed
}

export type Planned = {
  readonly plan: QueryPlan
  /** What was wrong with the optimised plan, if it was not taken. */
  readonly rejected: readonly string[]
}

/** Throws `CannotPlan` beyond a limit, and where neither plan is proved. */
export function planQuery(input: PlanInput, planner: Planner): Planned {
  const normalized = normalizeOperation(input, planner.limits)
  const first = attempt(input, { ...planner, normalized })
  if (first.problems.length === 0) return { plan: first.plan, rejected: [] }
  const plain = attempt(input, { ...planner, normalized, passes: noPasses })
  if (plain.problems.length === 0) return { plan: plain.plan, rejected: first.problems }
  throw new CannotPlan(plain.problems.join(' '), 'unproved')
}

type Attempt = Planner & { readonly normalized: NormalizedOperation }

function attempt(input: PlanInput, { graph, checked, normalized, passes, limits }: Attempt) {
  const plan = makePlan({ graph, operation: input.operation, normalized, passes, limits })
  return {
    plan,
    problems: checkPlan(plan, { ...input, supergraph: checked, stepsMax: limits.stepsMax }),
  }
}

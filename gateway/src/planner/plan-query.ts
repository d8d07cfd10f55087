/** Plans an operation: normalise it, plan it ourselves, prove the plan; where that does not succeed, ask the library. */
import type { OperationDefinitionNode } from 'graphql'
import { checkPlan } from './check-plan.ts'
import { CannotPlan } from './cannot-plan.ts'
import type { CheckedSupergraph } from './check-supergraph.ts'
import { makePlan } from './make-plan.ts'
import type { MoveGraph } from './move-graph.ts'
import { type IsAllowed, type NormalizedOperation, normalizeOperation } from './normalize-operation.ts'
import type { PlanNode, QueryPlan } from './query-plan.ts'
import { conditionVariables, type OperationContext } from './select-fields.ts'
import { translatePlan } from './translate-plan.ts'

/** Asks the library that plans what ours can't. Its answer is checked while it is translated, so its shape is nobody else's business. */
export type AskPlanner = (operationText: string) => Promise<unknown>

export type Planners = {
  readonly graph: MoveGraph
  readonly checked: CheckedSupergraph
  readonly askLibrary: AskPlanner
  readonly onPlanned: (outcome: PlanOutcome) => void
}

/** Whose plan an operation got; for the library's, why ours was not good enough. */
export type PlanOutcome =
  | { readonly by: 'own'; readonly milliseconds: number }
  | {
      readonly by: 'library'
      readonly because: 'noPlan' | 'checkFailed' | 'fault'
      readonly reason: string
      readonly operation: string
    }

export type PlanInput = {
  /** With `conditionValues` if `decidingVariables` named any. */
  readonly context: OperationContext
  readonly operation: OperationDefinitionNode
  readonly isAllowed: IsAllowed
}

export async function planQuery(input: PlanInput, planners: Planners): Promise<QueryPlan> {
  const normalized = normalizeOperation(input.context, input.operation, input.isAllowed)
  const own = planOurselves(input, normalized, planners)
  if ('plan' in own) {
    planners.onPlanned({ by: 'own', milliseconds: own.milliseconds })
    return own.plan
  }
  const operation = normalized.parts.map(({ text }) => text).join('\n')
  planners.onPlanned({ by: 'library', ...own, operation })
  return await planWithLibrary(input, normalized, planners.askLibrary)
}

type OwnPlan =
  | { readonly plan: QueryPlan; readonly milliseconds: number }
  | { readonly because: 'noPlan' | 'checkFailed' | 'fault'; readonly reason: string }

/** A fault of ours must not cost an operation that the library can plan. */
function planOurselves(
  input: PlanInput,
  normalized: NormalizedOperation,
  { graph, checked }: Planners,
): OwnPlan {
  const startedAt = performance.now()
  try {
    const plan = makePlan({ graph, operation: input.operation, normalized })
    const problems = checkPlan(plan, { ...input, supergraph: checked })
    if (problems.length > 0) return { because: 'checkFailed', reason: problems.join('; ') }
    return { plan, milliseconds: performance.now() - startedAt }
  } catch (error) {
    return error instanceof CannotPlan
      ? { because: 'noPlan', reason: error.message }
      : { because: 'fault', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

export async function planWithLibrary(
  { context }: PlanInput,
  { operationKind, parts }: NormalizedOperation,
  askLibrary: AskPlanner,
): Promise<QueryPlan> {
  const nodes: PlanNode[] = []
  // A mutation's root fields are planned one by one: each finishes, its follow-up fetches included, before the next starts.
  for (const { text } of parts) {
    const node = translatePlan(await askLibrary(text), context.schema)
    if (node !== null) nodes.push(node)
  }
  if (operationKind === 'query' || nodes.length === 0) return { operationKind, root: nodes[0] ?? null }
  return { operationKind, root: { kind: 'sequence', nodes } }
}

/** The variables of conditions, whose values have to be known before planning. */
export function decidingVariables({ context, operation, isAllowed }: PlanInput): readonly string[] {
  if (!normalizeOperation(context, operation, isAllowed).needsConditionValues) return []
  const nodes = [operation, ...context.fragments.values()]
  const names = new Set(nodes.flatMap((node) => [...conditionVariables(node)]))
  return [...names].toSorted()
}

/** Plans an operation: normalise it, ask the planner for each part, translate its answer into our own format. */
import type { OperationDefinitionNode } from 'graphql'
import { type IsAllowed, normalizeOperation } from './normalize-operation.ts'
import type { PlanNode, QueryPlan } from './query-plan.ts'
import { conditionVariables, type OperationContext } from './select-fields.ts'
import { translatePlan } from './translate-plan.ts'

/** Asks whatever plans for us. What comes back is checked while it is translated, so its shape is nobody else's business. */
export type AskPlanner = (operationText: string) => Promise<unknown>

export type PlanInput = {
  /** With `conditionValues` if `decidingVariables` named any. */
  readonly context: OperationContext
  readonly operation: OperationDefinitionNode
  readonly isAllowed: IsAllowed
}

export async function planQuery(input: PlanInput, askPlanner: AskPlanner): Promise<QueryPlan> {
  const { operationKind, parts } = normalizeOperation(input.context, input.operation, input.isAllowed)
  const nodes: PlanNode[] = []
  // A mutation's root fields are planned one by one: each finishes, its follow-up fetches included, before the next starts.
  for (const { text } of parts) {
    const node = translatePlan(await askPlanner(text), input.context.schema)
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

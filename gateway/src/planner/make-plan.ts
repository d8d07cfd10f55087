/** Our planner: a normalised operation becomes fetches, fetches become calls, calls become a plan. */
import type { OperationDefinitionNode } from 'graphql'
import { arrangeCalls } from './arrange-calls.ts'
import { buildFetches } from './build-fetches.ts'
import { CannotPlan, planLimits, type PlanLimits } from './cannot-plan.ts'
import type { MoveGraph } from './move-graph.ts'
import type { NormalizedOperation } from './normalize-operation.ts'
import { dropDuplicates } from './optimize/drop-duplicates.ts'
import { type Call, callsOf, mergeSiblings } from './optimize/merge-siblings.ts'
import { startBuild } from './places.ts'
import type { PlanNode, QueryPlan } from './query-plan.ts'
import { wantedOf } from './wanted.ts'
import { writeEntityFetch, writeRootFetch } from './write-operation.ts'

export type PlanPasses = { readonly mergesSiblings: boolean; readonly dropsDuplicates: boolean }

export type MakePlanInput = {
  readonly graph: MoveGraph
  readonly operation: OperationDefinitionNode
  readonly normalized: NormalizedOperation
  readonly passes?: PlanPasses
  readonly limits?: PlanLimits
}

const allPasses: PlanPasses = { mergesSiblings: true, dropsDuplicates: true }

/** Throws `CannotPlan` where it does not know a way. */
export function makePlan(input: MakePlanInput): QueryPlan {
  const { operationKind, parts } = input.normalized
  const nodes = parts.flatMap(({ selectionSet }) => planPart(input, selectionSet) ?? [])
  if (operationKind === 'query' || nodes.length === 0) return { operationKind, root: nodes[0] ?? null }
  // One node for each root field: each finishes, what follows from it included, before the next starts.
  return { operationKind, root: { kind: 'sequence', nodes } }
}

function planPart(
  { graph, operation, normalized, passes = allPasses, limits = planLimits }: MakePlanInput,
  selectionSet: NormalizedOperation['parts'][number]['selectionSet'],
): PlanNode | null {
  const rootType = graph.schema.getRootType(operation.operation)
  if (!rootType) throw new CannotPlan(`The supergraph has no ${operation.operation} type.`)
  const build = startBuild(graph, normalized.operationKind === 'mutation', limits)
  const fetches = buildFetches(build, rootType.name, wantedOf(selectionSet))
  const calls = passes.mergesSiblings ? mergeSiblings(fetches) : callsOf(fetches)
  return arrangeCalls(calls, write)

  function write({ drafts }: Call): PlanNode {
    const [first] = drafts
    if (first === undefined) throw new CannotPlan('A call without a fetch can not be written.')
    if (first.path === undefined) return writeRootFetch(first, operation)
    return writeEntityFetch(
      passes.dropsDuplicates ? dropDuplicates(drafts) : drafts.map((draft) => [draft]),
      operation,
    )
  }
}

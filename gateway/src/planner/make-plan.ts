/** Our planner: a normalised operation becomes fetches, fetches become calls, calls become a plan. */
import type { OperationDefinitionNode } from 'graphql'
import { buildFetches } from './build-fetches.ts'
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'
import type { MoveGraph } from './move-graph.ts'
import type { NormalizedOperation } from './normalize-operation.ts'
import { dropDuplicates } from './optimize/drop-duplicates.ts'
import { type Call, callsOf, mergeSiblings } from './optimize/merge-siblings.ts'
import { orderCalls } from './order-calls.ts'
import type { FetchNode, PlanStep, QueryPlan } from './query-plan.ts'
import type { WantedSet } from './wanted.ts'
import {
  writeEntityFetch,
  writeRootFetch,
  type WrittenEntityFetch,
  type WrittenRootFetch,
} from './write-operation.ts'

export type PlanPasses = { readonly mergesSiblings: boolean; readonly dropsDuplicates: boolean }

export type MakePlanInput = {
  readonly graph: MoveGraph
  readonly operation: OperationDefinitionNode
  readonly normalized: NormalizedOperation
  readonly passes?: PlanPasses
  readonly limits: PlanLimits
}

export const allPasses: PlanPasses = { mergesSiblings: true, dropsDuplicates: true }
export const noPasses: PlanPasses = { mergesSiblings: false, dropsDuplicates: false }

/** Throws `CannotPlan` where it does not know a way. */
export function makePlan(input: MakePlanInput): QueryPlan {
  const { operationKind, parts } = input.normalized
  return { operationKind, steps: parts.map((wanted) => makeStep(input, wanted)) }
}

function makeStep(
  { graph, operation, normalized, passes = allPasses, limits }: MakePlanInput,
  wanted: WantedSet,
): PlanStep {
  const rootType = graph.schema.getRootType(operation.operation)
  if (!rootType) throw new CannotPlan(`The supergraph has no ${operation.operation} type.`)
  const isMutation = normalized.operationKind === 'mutation'
  const fetches = buildFetches({ graph, isMutation, limits }, rootType.name, wanted)
  const calls = passes.mergesSiblings ? mergeSiblings(fetches) : callsOf(fetches)
  const planned = orderCalls(calls).map(({ call, after }): FetchNode => {
    const { deferred } = call
    return { ...write(call), after, ...(deferred.length > 0 && { deferred }) }
  })
  return { fetches: planned }

  function write({ drafts }: Call): WrittenRootFetch | WrittenEntityFetch {
    const [first] = drafts
    if (first === undefined) throw new CannotPlan('A call without a fetch can not be written.')
    if (first.kind === 'root') return writeRootFetch(first, { operation, limits })
    return writeEntityFetch(
      passes.dropsDuplicates ? dropDuplicates(drafts, limits) : drafts.map((draft) => [draft]),
      { operation, limits },
    )
  }
}

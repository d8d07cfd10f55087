/** Step 5: the compiled operation, from the cache or planned and compiled now; fields that the viewer may not read are left out. */
import { inSpan } from '@souk/contracts'
import type { PlanCache } from '../planner/plan-cache.ts'
import type { OperationPlanner } from '../planning/operation-planner.ts'
import { accessKey, authorizeOperation, type Reader } from '../policy/authorize-operation.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { CompiledOperation, ValidOperation } from './operation.ts'
import { prepareOperation } from './prepare-operation.ts'

export type Planning = {
  readonly supergraph: Supergraph
  readonly planCache: PlanCache<CompiledOperation, PlannedFor>
  readonly planner: OperationPlanner
}

/** What an operation has to be planned from anew when the graph changes. */
export type PlannedFor = { readonly valid: PlannedOperation; readonly reader: Reader }

/** Nothing of a request but its document: what is kept holds no values of a client. */
export type PlannedOperation = Omit<ValidOperation, 'variables'>

export async function plan(
  valid: PlannedOperation,
  reader: Reader,
  { supergraph, planCache, planner }: Planning,
): Promise<CompiledOperation> {
  const key = JSON.stringify([valid.hash, valid.operation.name?.value, accessKey(reader, supergraph.access)])
  const { hash, characters, document, operation } = valid
  const from: PlannedFor = { valid: { hash, characters, document, operation }, reader }
  return await planCache.getOrMake({ key, weight: characters, from }, () => {
    const authorization = authorizeOperation(reader, supergraph.access, supergraph.publicSchema)
    return inSpan({ name: 'plan' }, () => prepareOperation(valid, { supergraph, authorization, planner }))
  })
}

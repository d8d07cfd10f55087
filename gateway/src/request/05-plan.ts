/** Step 5: the compiled operation, from the cache or planned and compiled now; fields that the viewer may not read are left out. */
import type { Viewer } from '@souk/contracts'
import type { PlanCache } from '../planner/plan-cache.ts'
import type { OperationPlanner } from '../planning/operation-planner.ts'
import { accessKey, authorizeOperation } from '../policy/authorize-operation.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { CompiledOperation, ValidOperation } from './operation.ts'
import { prepareOperation } from './prepare-operation.ts'

export type Planning = {
  readonly supergraph: Supergraph
  readonly planCache: PlanCache<CompiledOperation>
  readonly planner: OperationPlanner
}

export async function plan(
  valid: ValidOperation,
  viewer: Viewer,
  { supergraph, planCache, planner }: Planning,
): Promise<CompiledOperation> {
  const key = JSON.stringify([valid.hash, valid.operation.name?.value, accessKey(viewer)])
  return await planCache.getOrMake({ key, weight: valid.characters }, () => {
    const authorization = authorizeOperation(viewer, supergraph.access, supergraph.publicSchema)
    return prepareOperation(valid, { supergraph, authorization, planner })
  })
}

/** Step 5: the compiled operation, from the cache or planned and compiled now; fields that the viewer may not read are left out. */
import type { Viewer } from '@souk/contracts'
import type { PlanCache } from '../planner/plan-cache.ts'
import type { Planners } from '../planner/plan-query.ts'
import { accessKey, authorizeOperation } from '../policy/authorize-operation.ts'
import type { Supergraph } from '../supergraph/compose.ts'
import type { CompiledOperation, PreparedOperation, ValidOperation } from './operation.ts'
import { prepareOperation } from './prepare-operation.ts'

export type Planning = {
  readonly supergraph: Supergraph
  readonly planCache: PlanCache<PreparedOperation>
  readonly planners: Planners
}

export async function plan(
  valid: ValidOperation,
  viewer: Viewer,
  planning: Planning,
): Promise<CompiledOperation> {
  const { supergraph, planCache, planners } = planning
  const key = JSON.stringify([valid.hash, valid.operation.name?.value, accessKey(viewer)])
  const authorize = () => authorizeOperation(viewer, supergraph.access, supergraph.publicSchema)
  const weight = valid.characters
  const prepared = await planCache.getOrMake({ key, weight }, () =>
    prepareOperation(valid, { supergraph, authorization: authorize(), planners }),
  )
  if (prepared.kind === 'compiled') return prepared
  const conditionValues = Object.fromEntries(
    prepared.variables.map((name) => [name, valid.variables[name] === true]),
  )
  const decidedKey = `${key} ${JSON.stringify(conditionValues)}`
  const decided = await planCache.getOrMake({ key: decidedKey, weight }, () =>
    prepareOperation(valid, { supergraph, authorization: authorize(), planners, conditionValues }),
  )
  if (decided.kind !== 'compiled') throw new Error('Decided conditions still need to be decided.')
  return decided
}

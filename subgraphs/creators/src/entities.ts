/** How this subgraph's entities are found by key. Plans and creators are public; a commission is found only by who may see it. */
import { type EntityDefinitions, keyOnly, loadEntity } from '@souk/kit'
import type { Commission } from './commissions/commission.ts'
import type { Creator } from './creators/creator.ts'
import type { CreatorsContext, CreatorsModules } from './modules.ts'
import type { AffiliatePlan } from './plans/plan.ts'
import { commissionAudience, isVisibleTo } from './viewer-rules.ts'

export const entities: EntityDefinitions<CreatorsModules> = {
  Creator: { id: ({ modules }, ids) => modules.creators.byIds(ids) },
  CreatorOrganization: { id: ({ modules }, ids) => modules.creators.organizationsByIds(ids) },
  OrdinaryPlan: { id: ({ modules, clock }, ids) => modules.plans.byIds(ids, clock.now()) },
  Commission: { id: loadVisibleCommissions },
  Product: { id: keyOnly('id') },
  Order: { id: keyOnly('id') },
}

export const loadCreator = (context: CreatorsContext, id: string): Promise<Creator | null> =>
  loadEntity(entities, { typeName: 'Creator', keyField: 'id', key: id }, context) as Promise<Creator | null>

export const loadOrganization = (context: CreatorsContext, id: string): Promise<object | null> =>
  loadEntity(entities, { typeName: 'CreatorOrganization', keyField: 'id', key: id }, context)

export const loadPlan = (context: CreatorsContext, id: string): Promise<AffiliatePlan | null> =>
  loadEntity(
    entities,
    { typeName: 'OrdinaryPlan', keyField: 'id', key: id },
    context,
  ) as Promise<AffiliatePlan | null>

async function loadVisibleCommissions(
  context: CreatorsContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Commission>> {
  const audience = await commissionAudience(context)
  const found = await context.modules.commissions.byIds(ids)
  return new Map([...found].filter(([, commission]) => isVisibleTo(audience, commission)))
}

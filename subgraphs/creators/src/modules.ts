/** What resolvers, event handlers and jobs of this subgraph work with: its stores, and its commands bound to the world. */
import type { UserViewer } from '@souk/contracts'
import type { CallSubgraph, SubgraphContext, SubgraphServices } from '@souk/kit'
import { openCommissionStore } from './commissions/commission-store.ts'
import type { Creator } from './creators/creator.ts'
import { openCreatorStore } from './creators/creator-store.ts'
import { registerCreator } from './creators/register-creator.ts'
import type { Database } from './db.ts'
import { runEnrollProduct } from './enroll-product/run-enroll-product.ts'
import { importCreators } from './import/import-creators.ts'
import type { CreatorsImportInput } from './import/import-store.ts'
import { changeRate, endPlan } from './plans/change-plan.ts'
import type { PlanRequest } from './plans/plan-request.ts'
import { openPlanStore } from './plans/plan-store.ts'
import { openPoolStore } from './selection-pool/pool-store.ts'
import { addShowcaseItem } from './showcase/add-showcase-item.ts'
import { openShowcaseStore } from './showcase/showcase-store.ts'

export type CreatorsModules = ReturnType<typeof openModules>
export type CreatorsContext = SubgraphContext<CreatorsModules>

export function openModules({ database, clock, ids }: SubgraphServices<Database>) {
  const creators = openCreatorStore(database)
  const plans = openPlanStore(database)
  const world = { database, clock, ids }
  return {
    creators,
    plans,
    pool: openPoolStore(database),
    showcase: openShowcaseStore(database),
    commissions: openCommissionStore(database),
    registerCreator: (person: { userId: string; displayName: string }) =>
      registerCreator({ store: creators, clock, ids }, person),
    enrollProduct: (caller: { viewer: UserViewer; call: CallSubgraph }, request: PlanRequest) =>
      runEnrollProduct({ ...world, plans }, caller, request),
    changeRate: (viewer: UserViewer, change: { planId: string; rateBps: number }) =>
      changeRate(world, viewer, change),
    endPlan: (viewer: UserViewer, planId: string) => endPlan(world, viewer, planId),
    addShowcaseItem: (creator: Creator, productId: string) => addShowcaseItem(world, creator, productId),
    importCreators: (input: CreatorsImportInput) => importCreators(world, input),
  }
}

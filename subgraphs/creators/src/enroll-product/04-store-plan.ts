/** Stores the plan with its first rate and puts the product into the selection pool, in one transaction. */
import type { ProductSnapshot, UserViewer } from '@souk/contracts'
import { done, type Outcome, refuse, transact } from '@souk/kit'
import type { Database, Transaction } from '../db.ts'
import type { AffiliatePlan } from '../plans/plan.ts'
import { insertPlan, openPlanOfProduct } from '../plans/plan-store.ts'
import { planExists } from '../refusals.ts'
import { refreshPool, upsertProducts } from '../selection-pool/pool-store.ts'

export type PlanToStore = {
  readonly planId: string
  readonly product: ProductSnapshot
  readonly rateBps: number
  readonly startsAt: Date
  readonly now: Date
}

export async function storePlan(
  database: Database,
  viewer: UserViewer,
  wanted: PlanToStore,
): Promise<Outcome<AffiliatePlan, ReturnType<typeof planExists>>> {
  const { planId, product, rateBps, startsAt, now } = wanted
  const { productId, shopId } = product
  return transact(database, async (transaction) => {
    await insertPlan(
      transaction,
      { id: planId, kind: 'ORDINARY', productId, shopId, rateBps, startsAt, decidedBy: viewer.userId },
      now,
    )
    const plan = await loadPlan(transaction, productId, now)
    // The plan that is there may be this very one, stored by another request with the same key.
    if (plan.id !== planId) return refuse(planExists(plan))
    // As of the request's start: an event about something later is newer than the snapshot.
    await upsertProducts(transaction, [{ ...product, asOf: now }])
    await refreshPool(transaction, [productId], now)
    return done(plan)
  })
}

async function loadPlan(transaction: Transaction, productId: string, now: Date): Promise<AffiliatePlan> {
  const plan = await openPlanOfProduct(transaction, productId, now)
  if (plan === null) throw new Error(`The product ${productId} has no open plan after one was stored.`)
  return plan
}

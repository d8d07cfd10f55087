/** Puts a product into a creator's showcase and locks the plan's rate for it. */
import type { Ids } from '@souk/contracts'
import { type Clock, done, type Outcome, refuse, transact } from '@souk/kit'
import type { Creator } from '../creators/creator.ts'
import type { Database } from '../db.ts'
import { lockPlan, openPlanOfProduct } from '../plans/plan-store.ts'
import { isInForce } from '../plans/plan.ts'
import { permissionRequired, productNotEnrolled } from '../refusals.ts'
import type { ShowcaseItem } from './showcase-item.ts'
import { addItem } from './showcase-store.ts'

export type AddShowcaseItem = { readonly database: Database; readonly ids: Ids; readonly clock: Clock }
type AddRefusal = ReturnType<typeof permissionRequired> | ReturnType<typeof productNotEnrolled>

export async function addShowcaseItem(
  { database, ids, clock }: AddShowcaseItem,
  creator: Creator,
  productId: string,
): Promise<Outcome<ShowcaseItem, AddRefusal>> {
  if (!creator.showcase) return refuse(permissionRequired('SHOWCASE'))
  return transact(database, async (transaction): Promise<Outcome<ShowcaseItem, AddRefusal>> => {
    const open = await openPlanOfProduct(transaction, productId, clock.now())
    // With the plan locked, a change of its rate is wholly before this item or wholly after it.
    const plan = open && (await lockPlan(transaction, open.id, clock.now()))
    const now = clock.now()
    if (plan === null || !isInForce(plan, now)) return refuse(productNotEnrolled(productId))
    const item = await addItem(transaction, {
      id: ids.next(),
      creatorId: creator.id,
      productId,
      planId: plan.id,
      rateVersion: plan.rate.version,
      lockedRateBps: plan.rate.rateBps,
      addedAt: now,
      removedAt: null,
    })
    return done(item)
  })
}

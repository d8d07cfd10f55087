/** Changes the rate of a plan, or ends it: one transaction with the plan locked, the selection pool brought along. */
import { notFound, type UserViewer } from '@souk/contracts'
import { type Clock, done, type Outcome, refuse, transact } from '@souk/kit'
import { creatorsLimits } from '../config.ts'
import type { Database, Transaction } from '../db.ts'
import { planHasEnded, rateTooHigh } from '../refusals.ts'
import { refreshPool } from '../selection-pool/pool-store.ts'
import { decideRateChange, planEnd } from './decide-rate-change.ts'
import { insertRate, lockPlan, markEnded, setPlanEnd } from './plan-store.ts'
import type { AffiliatePlan, PlanRate } from './plan.ts'

type Services = { readonly database: Database; readonly clock: Clock }

export type RateChanged = { readonly plan: AffiliatePlan; readonly rate: PlanRate }
type RateRefusal = ReturnType<typeof rateTooHigh> | ReturnType<typeof planHasEnded>

export async function changeRate(
  { database, clock }: Services,
  viewer: UserViewer,
  { planId, rateBps }: { readonly planId: string; readonly rateBps: number },
): Promise<Outcome<RateChanged, RateRefusal>> {
  const now = clock.now()
  return transact(database, async (transaction): Promise<Outcome<RateChanged, RateRefusal>> => {
    const plan = await lockOwnPlan(transaction, { planId, viewer, now })
    if (rateBps > creatorsLimits.rateBpsMax) return refuse(rateTooHigh(rateBps))
    if (plan.endsAt !== null) return refuse(planHasEnded(plan.endsAt))
    const rate = decideRateChange(plan, rateBps, now)
    if (rate === null) return done({ plan, rate: plan.nextRate ?? plan.rate })
    await insertRate(transaction, { planId, rate, decidedBy: viewer.userId })
    await refreshPool(transaction, [plan.productId], now)
    return done({ plan: await lockOwnPlan(transaction, { planId, viewer, now }), rate })
  })
}

export async function endPlan(
  { database, clock }: Services,
  viewer: UserViewer,
  planId: string,
): Promise<AffiliatePlan> {
  const now = clock.now()
  return transact(database, async (transaction) => {
    const plan = await lockOwnPlan(transaction, { planId, viewer, now })
    if (plan.endsAt !== null) return plan
    const endsAt = planEnd(plan, now)
    await setPlanEnd(transaction, planId, endsAt)
    await markEnded(transaction, now, [plan.productId])
    await refreshPool(transaction, [plan.productId], now)
    return { ...plan, endsAt }
  })
}

/** Plans of other shops read as not found, although anyone may look at them: nobody learns here what a change would do. */
async function lockOwnPlan(
  transaction: Transaction,
  { planId, viewer, now }: { readonly planId: string; readonly viewer: UserViewer; readonly now: Date },
): Promise<AffiliatePlan> {
  const plan = await lockPlan(transaction, planId, now)
  if (plan === null || !viewer.shopIds.includes(plan.shopId))
    throw notFound('affiliate plan of your shops', planId)
  return plan
}

/** Claims the caller's idempotency key with the id of the plan that it makes, and finds that plan if it is there already. */
import type { Ids, UserViewer } from '@souk/contracts'
import { claimIdempotencyKey } from '@souk/kit'
import type { Database } from '../db.ts'
import type { AffiliatePlan } from '../plans/plan.ts'
import type { PlanRequest } from '../plans/plan-request.ts'
import type { PlanStore } from '../plans/plan-store.ts'

export type ClaimServices = { readonly database: Database; readonly plans: PlanStore; readonly ids: Ids }

export async function claimKey(
  { database, plans, ids }: ClaimServices,
  viewer: UserViewer,
  { request, now }: { readonly request: PlanRequest; readonly now: Date },
): Promise<{ readonly planId: string; readonly existing: AffiliatePlan | null }> {
  const { idempotencyKey: key, ...input } = request
  const claim = await claimIdempotencyKey(database, {
    viewerId: viewer.userId,
    operation: 'affiliatePlanCreate',
    key,
    input: { ...input, startsAt: input.startsAt?.toISOString() ?? null },
    newId: ids.next(),
    now,
  })
  const existing = claim.repeated
    ? ((await plans.byIds([claim.entityId], now)).get(claim.entityId) ?? null)
    : null
  return { planId: claim.entityId, existing }
}

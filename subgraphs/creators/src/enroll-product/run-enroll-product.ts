/** The flow behind affiliatePlanCreate: a product is enrolled in an ordinary plan, once per idempotency key. */
import type { Ids, UserViewer } from '@souk/contracts'
import { type CallSubgraph, type Clock, done, type Outcome, type Refusal } from '@souk/kit'
import type { Database } from '../db.ts'
import type { AffiliatePlan } from '../plans/plan.ts'
import type { PlanRequest } from '../plans/plan-request.ts'
import type { PlanStore } from '../plans/plan-store.ts'
import { claimKey } from './01-claim-key.ts'
import { checkTerms } from './02-check-terms.ts'
import { fetchProduct } from './03-fetch-product.ts'
import { storePlan } from './04-store-plan.ts'

export type EnrollServices = {
  readonly database: Database
  readonly plans: PlanStore
  readonly ids: Ids
  readonly clock: Clock
}

/** `call` belongs to the request, so the call to products ends with it. */
export async function runEnrollProduct(
  services: EnrollServices,
  { viewer, call }: { readonly viewer: UserViewer; readonly call: CallSubgraph },
  request: PlanRequest,
): Promise<Outcome<AffiliatePlan, Refusal>> {
  const now = services.clock.now()
  const { planId, existing } = await claimKey(services, viewer, { request, now })
  if (existing) return done(existing)
  const terms = checkTerms(request, now)
  if (!terms.ok) return terms
  const product = await fetchProduct(call, viewer, request.productId)
  if (!product.ok) return product
  return storePlan(services.database, viewer, {
    planId,
    product: product.value,
    rateBps: request.rateBps,
    startsAt: terms.value.startsAt,
    now,
  })
}

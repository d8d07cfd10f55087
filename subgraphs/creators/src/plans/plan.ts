/** Affiliate plans and the versions of their rates. */

/** Other kinds (targeted, exclusive, campaign …) will join this union; whoever reads `kind` then has to say what they mean. */
export type PlanKind = 'ORDINARY'

export type PlanRate = {
  readonly version: number
  readonly rateBps: number
  readonly effectiveFrom: Date
  readonly decidedAt: Date
}

export type AffiliatePlan = {
  readonly id: string
  readonly kind: PlanKind
  readonly productId: string
  readonly shopId: string
  readonly startsAt: Date
  readonly endsAt: Date | null
  /** In force at the moment that the plan was read for. */
  readonly rate: PlanRate
  /** The newest version, if it is not in force yet. */
  readonly nextRate: PlanRate | null
}

export const hasEnded = (plan: AffiliatePlan, now: Date): boolean =>
  plan.endsAt !== null && plan.endsAt <= now

export const isInForce = (plan: AffiliatePlan, now: Date): boolean =>
  plan.startsAt <= now && !hasEnded(plan, now)

/** When a new rate takes effect: an increase at once, a decrease at the next midnight in Shanghai. */
import { planZoneOffsetMs } from '../config.ts'
import type { AffiliatePlan, PlanRate } from './plan.ts'

const dayMs = 24 * 60 * 60 * 1_000

/** The version to add, or null if this rate is what was decided last. */
export function decideRateChange(plan: AffiliatePlan, rateBps: number, now: Date): PlanRate | null {
  const newest = plan.nextRate ?? plan.rate
  if (newest.rateBps === rateBps) return null
  return {
    version: newest.version + 1,
    rateBps,
    effectiveFrom: effectiveFrom(plan, rateBps, now),
    decidedAt: now,
  }
}

/** When a decrease that is decided now takes effect: creators who promote a product today were promised today's rate. */
export function nextMidnight(now: Date): Date {
  const localMs = now.getTime() + planZoneOffsetMs
  return new Date(localMs - (localMs % dayMs) + dayMs - planZoneOffsetMs)
}

/** When a plan that is told to end now is over: the end is a decrease to nothing, or else it would be the way round the rule. */
export const planEnd = (plan: AffiliatePlan, now: Date): Date =>
  plan.startsAt > now ? now : nextMidnight(now)

function effectiveFrom(plan: AffiliatePlan, rateBps: number, now: Date): Date {
  // Nobody was promised anything by a plan that has not started.
  if (plan.startsAt > now) return plan.startsAt
  return rateBps < plan.rate.rateBps ? nextMidnight(now) : now
}

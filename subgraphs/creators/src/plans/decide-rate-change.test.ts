/** When rates take effect, over random moments. */
import { expect, test } from 'vitest'
import { decideRateChange, nextMidnight, planEnd } from './decide-rate-change.ts'
import type { AffiliatePlan } from './plan.ts'

const dayMs = 24 * 60 * 60 * 1_000
const at = (text: string): Date => new Date(text)

const rate = (version: number, rateBps: number) => ({
  version,
  rateBps,
  effectiveFrom: at('2026-01-01T00:00:00Z'),
  decidedAt: at('2026-01-01T00:00:00Z'),
})

const plan: AffiliatePlan = {
  id: 'plan',
  kind: 'ORDINARY',
  productId: 'product',
  shopId: 'shop',
  startsAt: at('2026-01-01T00:00:00Z'),
  endsAt: null,
  rate: rate(1, 2_000),
  nextRate: null,
}

/** The same moments in every run. */
const moments = Array.from(
  { length: 500 },
  (_, index) => new Date(Date.UTC(2010 + (index % 30), 0, 1) + index * 7_919_317),
)

test('midnight in Shanghai is the next moment at which a clock there shows 00:00:00, never now', () => {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' })
  for (const now of [...moments, at('2026-06-18T16:00:00.000Z'), at('2026-06-18T15:59:59.999Z')]) {
    const midnight = nextMidnight(now)
    const waitMs = midnight.getTime() - now.getTime()
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(dayMs)
    expect(clock.format(midnight)).toBe('00:00:00')
    expect(midnight.getMilliseconds()).toBe(0)
  }
})

test('no decision takes effect before it is made, and only a decrease waits', () => {
  for (const now of moments.filter((moment) => moment > plan.startsAt)) {
    for (const rateBps of [0, 1_999, 2_001, 9_000]) {
      const decided = decideRateChange(plan, rateBps, now)
      expect(decided?.effectiveFrom).toEqual(rateBps < 2_000 ? nextMidnight(now) : now)
      expect(decided?.version).toBe(2)
    }
  }
})

test('the rate that was decided last is no change, also while it waits', () => {
  const now = at('2026-06-18T08:00:00Z')
  expect(decideRateChange(plan, 2_000, now)).toBeNull()
  const waiting = { ...plan, nextRate: rate(2, 1_000) }
  expect(decideRateChange(waiting, 1_000, now)).toBeNull()
  expect(decideRateChange(waiting, 2_000, now)).toMatchObject({ version: 3, effectiveFrom: now })
})

test('a plan that lies ahead changes from its start on and ends at once', () => {
  const before = at('2025-12-31T00:00:00Z')
  expect(decideRateChange(plan, 1_000, before)?.effectiveFrom).toEqual(plan.startsAt)
  expect(planEnd(plan, before)).toEqual(before)
})

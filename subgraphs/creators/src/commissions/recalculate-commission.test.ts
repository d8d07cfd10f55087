/** The arithmetic of commissions, over random facts. */
import { minorUnits } from '@souk/contracts'
import { expect, test } from 'vitest'
import type { Commission } from './commission.ts'
import { explainCommission } from './explain-commission.ts'
import { applyFact, entryBetween, recalculateCommission } from './recalculate-commission.ts'

/** A sequence of whole numbers below `max`, the same in every run. */
function numbers(seed: number): (max: number) => number {
  let state = seed
  return (max) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % max
  }
}

function commissionOf(paid: number, rateBps: number): Commission {
  const facts = {
    paid: minorUnits(paid),
    refunded: minorUnits(0),
    rateBps,
    confirmedAt: null,
    currency: 'CNY',
  }
  const at = new Date('2026-06-18T08:00:00Z')
  return {
    ...facts,
    ...recalculateCommission(facts),
    id: 'commission',
    orderId: 'order',
    orderLineId: 'line',
    creatorId: 'creator',
    shopId: 'shop',
    productId: 'product',
    planId: 'plan',
    rateVersion: 1,
    rateSource: 'PLAN_RATE',
    showcaseItemId: null,
    paidAt: at,
    createdAt: at,
  }
}

const cause = { kind: 'REFUNDED', sourceId: 'case', occurredAt: new Date('2026-06-18T08:00:00Z') } as const

test('entries always add up to the current row, which never depends on the order of the refunds', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const next = numbers(seed)
    const start = commissionOf(next(1_000_000), next(9_001))
    const refunds = Array.from({ length: next(6) }, () => minorUnits(next(400_000)))
    const ends = [refunds, refunds.toReversed()].map((order) => {
      let commission = start
      const entries = [entryBetween(null, start, { ...cause, kind: 'ATTRIBUTED' })]
      for (const amount of order) {
        const step = applyFact(commission, { refunded: minorUnits(commission.refunded + amount) }, cause)
        commission = step.commission
        entries.push(step.entry)
      }
      expect(entries.reduce((sum, entry) => sum + entry.base, 0n)).toBe(commission.base)
      expect(entries.reduce((sum, entry) => sum + entry.estimated, 0n)).toBe(commission.estimated)
      expect(commission.base >= 0n && commission.base <= commission.paid).toBe(true)
      expect(commission.estimated).toBe((commission.base * BigInt(commission.rateBps)) / 10_000n)
      return commission
    })
    expect(ends[0]).toEqual(ends[1])
  }
})

test('only a line of which everything was refunded is REFUNDED, and a refund of more leaves nothing below zero', () => {
  expect(commissionOf(0, 2_000).state).toBe('ESTIMATED')
  const start = commissionOf(100, 2_000)
  expect(applyFact(start, { refunded: minorUnits(99) }, cause).commission).toMatchObject({
    state: 'ESTIMATED',
    base: 1n,
    estimated: 0n,
  })
  expect(applyFact(start, { refunded: minorUnits(101) }, cause).commission).toMatchObject({
    state: 'REFUNDED',
    base: 0n,
  })
})

test('a completed order confirms, unless everything was refunded', () => {
  const confirmedAt = new Date('2026-07-01T00:00:00Z')
  const start = commissionOf(100, 2_000)
  expect(applyFact(start, { confirmedAt }, { ...cause, kind: 'CONFIRMED' }).commission.state).toBe(
    'CONFIRMED',
  )
  const refunded = applyFact(start, { refunded: minorUnits(100) }, cause).commission
  expect(applyFact(refunded, { confirmedAt }, { ...cause, kind: 'CONFIRMED' }).commission.state).toBe(
    'REFUNDED',
  )
})

test('the explanation names the rate, its version, its plan and where it comes from', () => {
  const commission = commissionOf(100, 2_050)
  expect(explainCommission(commission).text).toContain(
    'The rate of 20.5 % was in force when the order was paid at 2026-06-18T08:00:00.000Z: version 1 of the rate of plan plan.',
  )
  const locked = explainCommission({ ...commission, rateSource: 'SHOWCASE_LOCK', showcaseItemId: 'item' })
  expect(locked.text).toContain('was locked when the creator added the product to the showcase (item item)')
  expect(explainCommission({ ...commission, rateBps: 5 }).text).toContain('0.05 %')
})

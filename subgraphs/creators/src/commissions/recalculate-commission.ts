/** What a commission is after the facts known so far. Pure, and the same in whatever order the facts came in. */
import { basisPoints, minorUnits, money, rateOf } from '@souk/contracts'
import type { Commission, CommissionAmounts, CommissionEntry, EntryKind } from './commission.ts'

export type CommissionFacts = Pick<Commission, 'paid' | 'refunded' | 'rateBps' | 'confirmedAt' | 'currency'>

/** The base is what was paid less what was refunded; a refund of more (shipping, goodwill) doesn't make a creator owe money. */
export function recalculateCommission({
  paid,
  refunded,
  rateBps,
  confirmedAt,
  currency,
}: CommissionFacts): CommissionAmounts {
  const base = refunded > paid ? minorUnits(0) : minorUnits(paid - refunded)
  const estimated = rateOf(money(base, currency), basisPoints(rateBps)).amount
  if (refunded > 0n && base === 0n) return { base, estimated, state: 'REFUNDED' }
  return { base, estimated, state: confirmedAt === null ? 'ESTIMATED' : 'CONFIRMED' }
}

export type Cause = { readonly kind: EntryKind; readonly sourceId: string; readonly occurredAt: Date }
export type NewEntry = Omit<CommissionEntry, 'id'>

/** A commission with one more fact, and the ledger entry that makes up the difference. */
export function applyFact(
  before: Commission,
  fact: Partial<Pick<Commission, 'refunded' | 'confirmedAt'>>,
  cause: Cause,
): { readonly commission: Commission; readonly entry: NewEntry } {
  const facts = { ...before, ...fact }
  const commission: Commission = { ...facts, ...recalculateCommission(facts) }
  return { commission, entry: entryBetween(before, commission, cause) }
}

/** The ledger entry between two states of a commission; from nothing, all of it. */
export const entryBetween = (
  before: CommissionAmounts | null,
  after: Commission,
  cause: Cause,
): NewEntry => ({
  commissionId: after.id,
  kind: cause.kind,
  sourceId: cause.sourceId,
  base: minorUnits(after.base - (before?.base ?? 0n)),
  estimated: minorUnits(after.estimated - (before?.estimated ?? 0n)),
  occurredAt: cause.occurredAt,
})

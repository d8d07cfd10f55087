/** A commission and its ledger, as the rest of the subgraph sees them. */
import type { MinorUnits } from '@souk/contracts'

export type CommissionState = 'ESTIMATED' | 'CONFIRMED' | 'REFUNDED'
export type RateSource = 'SHOWCASE_LOCK' | 'PLAN_RATE'
export type EntryKind = 'ATTRIBUTED' | 'REFUNDED' | 'CONFIRMED'

/** What follows from the facts; recalculateCommission is the only place that works it out. */
export type CommissionAmounts = {
  readonly base: MinorUnits
  readonly estimated: MinorUnits
  readonly state: CommissionState
}

export type Commission = CommissionAmounts & {
  readonly id: string
  readonly orderId: string
  readonly orderLineId: string
  readonly creatorId: string
  readonly shopId: string
  readonly productId: string
  readonly planId: string
  readonly rateBps: number
  readonly rateVersion: number
  readonly rateSource: RateSource
  readonly showcaseItemId: string | null
  readonly currency: string
  /** Paid for the line. */
  readonly paid: MinorUnits
  /** Refunded of it by all cases so far. */
  readonly refunded: MinorUnits
  readonly paidAt: Date
  readonly confirmedAt: Date | null
  readonly createdAt: Date
}

export type CommissionEntry = {
  readonly id: string
  readonly commissionId: string
  readonly kind: EntryKind
  /** The order or the after-sale case that caused it. */
  readonly sourceId: string
  /** By how much base and estimate change. */
  readonly base: MinorUnits
  readonly estimated: MinorUnits
  readonly occurredAt: Date
}

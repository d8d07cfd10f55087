/** Estimates each commission, with what was heard of the order before its payment: refunds, completion. Pure but for ids. */
import { type EventPayload, type Ids, minorUnits } from '@souk/contracts'
import type { Commission } from '../commissions/commission.ts'
import { refundCommission } from '../commissions/apply-refund.ts'
import type { CommissionWrite, EarlyFacts } from '../commissions/commission-ledger-store.ts'
import type { CommissionTerms } from '../commissions/commission-terms.ts'
import { confirmCommission } from '../commissions/confirm-commissions.ts'
import { entryBetween, type NewEntry, recalculateCommission } from '../commissions/recalculate-commission.ts'

export type EstimateInputs = {
  readonly order: EventPayload<'order.paid.v1'>
  readonly early: EarlyFacts
  readonly ids: Ids
  readonly now: Date
}

export function estimate(
  { line, ...terms }: CommissionTerms,
  { order, early, ids, now }: EstimateInputs,
): CommissionWrite {
  const { amount, currency } = line.amount
  const facts = {
    paid: minorUnits(amount),
    refunded: minorUnits(0),
    rateBps: terms.rateBps,
    confirmedAt: null,
    currency,
  }
  let commission: Commission = {
    ...terms,
    ...facts,
    ...recalculateCommission(facts),
    id: ids.next(),
    orderId: order.orderId,
    orderLineId: line.orderLineId,
    creatorId: line.creatorId,
    shopId: order.shopId,
    productId: line.productId,
    paidAt: new Date(order.paidAt),
    createdAt: now,
  }
  const cause = { kind: 'ATTRIBUTED', sourceId: order.orderId, occurredAt: commission.paidAt } as const
  const entries: NewEntry[] = [entryBetween(null, commission, cause)]
  const take = (write: { commission: Commission; entries: readonly NewEntry[] }): void => {
    commission = write.commission
    entries.push(...write.entries)
  }
  for (const refund of early.refunds)
    if (refund.orderLineId === line.orderLineId) take(refundCommission(commission, refund))
  if (early.completedAt !== null) take(confirmCommission(commission, early.completedAt))
  return { commission, entries }
}

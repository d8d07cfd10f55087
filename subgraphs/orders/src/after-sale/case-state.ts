/** The states of an after-sale case and which may follow which, and what a case may ask for. */
import { type Money, multiplyMoney, sumMoney } from '@souk/contracts'
import { done, type Outcome, refuse, type Refusal } from '@souk/kit'
import type { OrderLine } from '../order/order.ts'
import type { OrderState } from '../order/order-state.ts'

export const caseStates = ['OPEN', 'REJECTED', 'AWAITING_RETURN', 'REFUNDING', 'REFUNDED'] as const

export type CaseState = (typeof caseStates)[number]

export type CaseKind = 'REFUND_ONLY' | 'RETURN_REFUND'

/** Where the refund flow of a case stands: WAIT is for people, the rest is to be done next. */
export type CaseStep = 'WAIT' | 'RETURN_STOCK' | 'REFUND_PAYMENT' | 'DONE'

const followers: Readonly<Record<CaseState, readonly CaseState[]>> = {
  OPEN: ['REJECTED', 'AWAITING_RETURN', 'REFUNDING'],
  REJECTED: [],
  AWAITING_RETURN: ['REFUNDING'],
  REFUNDING: ['REFUNDED'],
  REFUNDED: [],
}

export const canCaseTransition = (from: CaseState, to: CaseState): boolean => followers[from].includes(to)

/** What the shop's yes leads to. */
export const approvedState = (kind: CaseKind): CaseState =>
  kind === 'RETURN_REFUND' ? 'AWAITING_RETURN' : 'REFUNDING'

/** Goods that were sent back, or that never left, go back on the shelf; those that the buyer keeps do not. */
export const returnsStock = (kind: CaseKind, orderState: OrderState): boolean =>
  kind === 'RETURN_REFUND' || orderState === 'PAID'

export type WantedLine = { readonly orderLineId: string; readonly quantity: number }

export type PricedLine = WantedLine & { readonly amount: Money }

export type QuantityExceeded = Refusal<'AfterSaleQuantityExceeded'> & {
  readonly lines: readonly {
    readonly orderLineId: string
    readonly wanted: number
    readonly refundable: number
  }[]
}

export const refundableOf = (line: OrderLine): number => line.quantity - line.claimedQuantity

/** A line costs its unit price times its units, so a refund of some of them is exact; promotions will have to allocate here. */
export function priceCase(
  orderLines: readonly OrderLine[],
  wanted: readonly WantedLine[],
  currency: string,
): Outcome<{ readonly lines: readonly PricedLine[]; readonly amount: Money }, QuantityExceeded> {
  const byId = new Map(orderLines.map((line) => [line.id, line]))
  const short = wanted.flatMap(({ orderLineId, quantity }) => {
    const line = byId.get(orderLineId)
    const refundable = line === undefined ? 0 : refundableOf(line)
    return quantity > refundable ? [{ orderLineId, wanted: quantity, refundable }] : []
  })
  if (short.length > 0) return refuse(quantityExceeded(short))
  const lines = wanted.map(({ orderLineId, quantity }) => ({
    orderLineId,
    quantity,
    amount: multiplyMoney((byId.get(orderLineId) as OrderLine).unitPrice, quantity),
  }))
  return done({
    lines,
    amount: sumMoney(
      lines.map((line) => line.amount),
      currency,
    ),
  })
}

const quantityExceeded = (lines: QuantityExceeded['lines']): QuantityExceeded => ({
  __typename: 'AfterSaleQuantityExceeded',
  code: 'AFTER_SALE_QUANTITY_EXCEEDED',
  message: 'Fewer units are left to refund than asked for.',
  lines,
})

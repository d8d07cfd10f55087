/** Finds the sales that cancellations undo. Pure: what was sold and refunded goes in, cases and outcomes come out. */
import type { ImportedAfterSale, ImportedRefund } from '@souk/contracts'
import type { Invoice, InvoiceLine } from './invoice.ts'
import type { LineOutcome } from './line-outcomes.ts'
import type { Rejection } from './rejections.ts'
import { buyerIdOf, caseIdOf, skuIdOf } from './retail-ids.ts'
import { type SaleHistory, type SoldUnits, soldUnitsOf } from './sale-history.ts'

export type MatchedInvoice = {
  readonly number: string
  readonly cases: readonly ImportedAfterSale[]
  /** Units to put back on the shelf, by SKU. */
  readonly returned: ReadonlyMap<string, number>
  readonly outcomes: ReadonlyMap<number, LineOutcome>
  /** Whether an earlier run imported it. */
  readonly isKnown: boolean
}

/**
 * A line is matched whole or rejected whole: with sales to the same customer of the same product at the same price, not later than
 * the cancellation, newest first, over several orders where one has too few units left.
 *
 * All cases of an invoice are imported in one call, so an earlier run has left all of them or none. Of an invoice whose cases are
 * there, the lines are matched with what these cases refunded and with nothing else: the same lines as then find their units.
 */
export function matchCancellations(
  cancellations: readonly Invoice[],
  history: SaleHistory,
  importId: string,
): readonly MatchedInvoice[] {
  return cancellations.map((invoice) => {
    const recorded = history.refundsOf(invoice.number)
    if (recorded.some((refund) => refund.importId !== importId))
      return rejectInvoice(invoice, 'INVOICE_IN_OTHER_IMPORT')
    if (recorded.length === 0)
      return matchInvoice(invoice, { history, units: history.unitsSold, isKnown: false })
    return matchInvoice(invoice, { history, units: unitsRefunded(recorded), isKnown: true })
  })
}

type MatchSource = {
  readonly history: SaleHistory
  readonly units: (buyerId: string, skuId: string) => readonly SoldUnits[]
  readonly isKnown: boolean
}

function matchInvoice(invoice: Invoice, { history, units, isKnown }: MatchSource): MatchedInvoice {
  const outcomes = new Map<number, LineOutcome>()
  const taken: { readonly sold: SoldUnits; readonly quantity: number }[] = []
  for (const line of invoice.lines) {
    const candidates = units(buyerIdOf(invoice.customer), skuIdOf(line.stockCode)).filter(
      (sold) => sold.placedAt <= invoice.at && sold.unitPence === line.unitPence && sold.left > 0,
    )
    const isMatched = candidates.reduce((sum, sold) => sum + sold.left, 0) >= line.quantity
    outcomes.set(line.lineNumber, isMatched ? 'AFTER_SALE' : rejectionOf(invoice, line, history))
    if (isMatched) taken.push(...takeUnits(candidates, line.quantity))
  }
  const returned = new Map<string, number>()
  for (const { sold, quantity } of taken) returned.set(sold.skuId, (returned.get(sold.skuId) ?? 0) + quantity)
  return { number: invoice.number, cases: casesOf(invoice, taken), returned, outcomes, isKnown }
}

function takeUnits(candidates: readonly SoldUnits[], wanted: number) {
  const taken: { readonly sold: SoldUnits; readonly quantity: number }[] = []
  let missing = wanted
  for (const sold of candidates) {
    const quantity = Math.min(sold.left, missing)
    if (quantity === 0) break
    sold.left -= quantity
    missing -= quantity
    taken.push({ sold, quantity })
  }
  return taken
}

/** Told from all that was ever sold, refunded or not, so that a later run gives the same reason. */
function rejectionOf(invoice: Invoice, line: InvoiceLine, history: SaleHistory): Rejection {
  const sold = history
    .unitsSold(buyerIdOf(invoice.customer), skuIdOf(line.stockCode))
    .filter(({ placedAt }) => placedAt <= invoice.at)
  if (sold.length === 0) return 'CANCELLATION_WITHOUT_SALE'
  return sold.some(({ unitPence }) => unitPence === line.unitPence)
    ? 'CANCELLATION_EXCEEDS_SALE'
    : 'PRICE_DIFFERS_FROM_SALE'
}

function rejectInvoice({ number, lines }: Invoice, rejection: Rejection): MatchedInvoice {
  const outcomes = new Map(lines.map((line) => [line.lineNumber, rejection] as const))
  return { number, cases: [], returned: new Map(), outcomes, isKnown: false }
}

/** One case an order; lines that cancel units of one order line are one line of the case. */
function casesOf(
  { number, at }: Invoice,
  taken: readonly { readonly sold: SoldUnits; readonly quantity: number }[],
): readonly ImportedAfterSale[] {
  return [...Map.groupBy(taken, ({ sold }) => sold.orderId)].map(([orderId, ofOrder]) => {
    const quantities = new Map<string, number>()
    for (const { sold, quantity } of ofOrder)
      quantities.set(sold.orderLineId, (quantities.get(sold.orderLineId) ?? 0) + quantity)
    return {
      id: caseIdOf(number, orderId),
      number,
      orderId,
      refundedAt: new Date(at).toISOString(),
      lines: [...quantities].map(([orderLineId, quantity]) => ({ orderLineId, quantity })),
    }
  })
}

function unitsRefunded(recorded: readonly ImportedRefund[]): MatchSource['units'] {
  const units = recorded.map(soldUnitsOf)
  return (buyerId, skuId) => units.filter((sold) => sold.buyerId === buyerId && sold.skuId === skuId)
}

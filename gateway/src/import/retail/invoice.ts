/** An invoice put together from its lines: one order of one buyer, or the cancellations that one document holds. */
import { importLimits } from '../config.ts'
import type { Rejection } from './rejections.ts'
import { priceUnitsPerPenny, type RetailLine } from './retail-line.ts'

export type InvoiceLine = {
  readonly lineNumber: number
  readonly stockCode: string
  readonly description: string
  /** Above zero, in a cancellation too. */
  readonly quantity: number
  /** Whole pence of one unit. */
  readonly unitPence: number
}

export type Invoice = {
  readonly number: string
  readonly customer: string
  readonly country: string
  /** The earliest moment of its lines: a till that rings up two hundred lines crosses a minute. */
  readonly at: number
  readonly lines: readonly InvoiceLine[]
}

export type RejectedInvoice = { readonly rejection: Rejection; readonly lines: readonly RetailLine[] }

/** Groups lines by invoice, wherever in the file they stand, and refuses invoices whose lines don't go together. */
export function groupInvoices(lines: readonly RetailLine[]): {
  readonly invoices: readonly Invoice[]
  readonly rejected: readonly RejectedInvoice[]
} {
  const invoices: Invoice[] = []
  const rejected: RejectedInvoice[] = []
  for (const [number, ofInvoice] of Map.groupBy(lines, (line) => line.invoice)) {
    const [first] = ofInvoice
    if (first === undefined || first.customer === null) continue
    const { customer, country } = first
    const rejection = rejectInvoice(ofInvoice, first)
    if (rejection !== undefined) rejected.push({ rejection, lines: ofInvoice })
    else
      invoices.push({
        number,
        customer,
        country,
        at: earliest(ofInvoice),
        lines: ofInvoice.map(toInvoiceLine),
      })
  }
  return { invoices, rejected }
}

function rejectInvoice(lines: readonly RetailLine[], first: RetailLine): Rejection | undefined {
  const units = lines.reduce((sum, line) => sum + Math.abs(line.quantity), 0)
  if (units > importLimits.invoiceQuantityMax) return 'QUANTITY_TOO_LARGE'
  if (lines.length > importLimits.invoiceLinesMax) return 'INVOICE_TOO_LONG'
  const agrees = lines.every((line) => line.customer === first.customer && line.country === first.country)
  return agrees ? undefined : 'INVOICE_CONFLICT'
}

const earliest = (lines: readonly RetailLine[]): number =>
  lines.reduce((at, line) => Math.min(at, line.at), Infinity)

const toInvoiceLine = ({
  lineNumber,
  stockCode,
  description,
  quantity,
  unitPrice,
}: RetailLine): InvoiceLine => ({
  lineNumber,
  stockCode,
  description,
  quantity: Math.abs(quantity),
  unitPence: Number(unitPrice / priceUnitsPerPenny),
})

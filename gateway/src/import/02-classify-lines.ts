/** Step 2: decides for every line what can be told from the file alone, and puts the rest together to invoices. */
import { groupInvoices, type Invoice } from './retail/invoice.ts'
import { LineOutcomes } from './retail/line-outcomes.ts'
import { rejectLine } from './retail/reject-line.ts'
import type { ReadRecord, RetailLine } from './retail/retail-line.ts'

export type ClassifiedLines = {
  /** Holds the rejections of this step; the next ones settle the invoices' lines. */
  readonly outcomes: LineOutcomes
  readonly sales: readonly Invoice[]
  readonly cancellations: readonly Invoice[]
}

export function classifyLines(records: readonly ReadRecord[]): ClassifiedLines {
  const outcomes = new LineOutcomes()
  const accepted: RetailLine[] = []
  for (const record of records) {
    const rejection = 'rejection' in record ? record.rejection : rejectLine(record.line)
    if (rejection !== undefined) outcomes.settle(record.lineNumber, rejection)
    else if ('line' in record) accepted.push(record.line)
  }
  const { invoices, rejected } = groupInvoices(accepted)
  for (const { lines, rejection } of rejected) {
    for (const line of lines) outcomes.settle(line.lineNumber, rejection)
  }
  return {
    outcomes,
    sales: invoices.filter(({ number }) => !isCancellation(number)),
    // In the order in which they happened: which sale a cancellation finds depends on those before it.
    cancellations: invoices.filter(({ number }) => isCancellation(number)).sort(byTimeAndNumber),
  }
}

const isCancellation = (invoice: string): boolean => invoice.startsWith('C')

const byTimeAndNumber = (left: Invoice, right: Invoice): number =>
  left.at - right.at || (left.number < right.number ? -1 : 1)

/** Step 5: cancellations as after-sales of the orders that they undo; the units go back on the shelf. */
import { afterSalesImport, importedRefunds, refundableLines, stockReturn } from '@souk/contracts'
import { type CallSubgraph, chunksOf } from './call-subgraph.ts'
import { importLimits } from './config.ts'
import type { Progress } from './progress/progress.ts'
import type { Invoice } from './retail/invoice.ts'
import type { LineOutcomes } from './retail/line-outcomes.ts'
import { type MatchedInvoice, matchCancellations } from './retail/match-cancellations.ts'
import type { ImportedAfterSales } from './retail/reconciliation.ts'
import { buyerIdOf, stockReturnIdOf } from './retail/retail-ids.ts'
import { openSaleHistory, type SaleHistory } from './retail/sale-history.ts'

export type AfterSalesImport = {
  readonly importId: string
  readonly cancellations: readonly Invoice[]
  readonly outcomes: LineOutcomes
}

export async function importAfterSales(
  call: CallSubgraph,
  { importId, cancellations, outcomes }: AfterSalesImport,
  progress: Progress,
): Promise<ImportedAfterSales> {
  const step = progress.begin('cancellations', cancellations.length)
  const matched = matchCancellations(cancellations, await readSaleHistory(call, cancellations), importId)
  for (const [lineNumber, outcome] of matched.flatMap((invoice) => [...invoice.outcomes]))
    outcomes.settle(lineNumber, outcome)
  const cases = matched.flatMap((invoice) => invoice.cases)
  let newCases = 0
  for (const chunk of chunksOf(matched, importLimits.cancellationsPerCall)) {
    const missing = chunk.filter((invoice) => !invoice.isKnown).flatMap((invoice) => invoice.cases)
    if (missing.length > 0) newCases += await call(afterSalesImport, { importId, cases: missing })
    // Those of an earlier run too: it may have ended between the refund and the return.
    await returnUnits(call, chunk)
    step.advance(chunk.length)
  }
  return {
    newCases,
    cases: cases.length,
    refundLines: cases.reduce((sum, { lines }) => sum + lines.length, 0),
  }
}

async function readSaleHistory(call: CallSubgraph, cancellations: readonly Invoice[]): Promise<SaleHistory> {
  const buyerIds = [...new Set(cancellations.map(({ customer }) => buyerIdOf(customer)))]
  const parts = []
  for (const chunk of chunksOf(buyerIds, importLimits.buyersPerCall)) {
    const [refundable, refunds] = await Promise.all([
      call(refundableLines, { buyerIds: chunk }),
      call(importedRefunds, { buyerIds: chunk }),
    ])
    parts.push({ refundable, refunds })
  }
  return openSaleHistory(
    parts.flatMap((part) => part.refundable),
    parts.flatMap((part) => part.refunds),
  )
}

async function returnUnits(call: CallSubgraph, invoices: readonly MatchedInvoice[]): Promise<void> {
  const returning = invoices.filter((invoice) => invoice.returned.size > 0)
  for (const group of chunksOf(returning, importLimits.stockReturnsAtOnce)) {
    await Promise.all(
      group.map(({ number, returned }) =>
        call(stockReturn, {
          returnId: stockReturnIdOf(number),
          demands: [...returned]
            .map(([skuId, quantity]) => ({ skuId, quantity }))
            .sort((left, right) => (left.skuId < right.skuId ? -1 : 1)),
        }),
      ),
    )
  }
}

/** One import of a retail file: the six steps in order. Run again, it changes nothing; cut short, it goes on where it was. */
import { readLines } from './01-read-lines.ts'
import { classifyLines } from './02-classify-lines.ts'
import { importProducts } from './03-import-products.ts'
import { importSales } from './04-import-sales.ts'
import { importAfterSales } from './05-import-after-sales.ts'
import { reconcile } from './06-reconcile.ts'
import { type CallSubgraph, callInBulk } from './call-subgraph.ts'
import type { Progress } from './progress/progress.ts'
import type { Reconciliation } from './retail/reconciliation.ts'
import { importIdOf } from './retail/retail-ids.ts'

export type ImportOptions = {
  readonly file: string
  readonly call: CallSubgraph
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export type ImportReport = {
  readonly reconciliation: Reconciliation
  /** What was not there before. All zero when the file had been imported. */
  readonly isNew: { readonly products: number; readonly orders: number; readonly cases: number }
}

export async function runImport(options: ImportOptions): Promise<ImportReport> {
  try {
    return await runSteps(options)
  } catch (error) {
    // Bars that nobody stops keep the process alive.
    options.progress.end()
    throw error
  }
}

async function runSteps({ file, call: callOnce, progress, signal }: ImportOptions): Promise<ImportReport> {
  const call = callInBulk(callOnce, signal)
  const retailFile = await readLines(file, { signal })
  const importId = importIdOf(retailFile.digest)
  const { outcomes, sales, cancellations } = classifyLines(retailFile.records)
  const products = await importProducts(call, sales, progress)
  const orders = await importSales(call, { importId, sales, outcomes }, progress)
  const afterSales = await importAfterSales(call, { importId, cancellations, outcomes }, progress)
  const reconciliation = await reconcile(call, { importId, file: retailFile, outcomes, afterSales })
  return { reconciliation, isNew: { products, orders, cases: afterSales.newCases } }
}

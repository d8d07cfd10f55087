/** What an import says at its end: the reconciliation, and what of it is new. */
import { printReconciliation } from './retail/print-reconciliation.ts'
import type { ImportReport } from './run-import.ts'

export function printReport({ reconciliation, isNew }: ImportReport): string {
  return `\n${printReconciliation(reconciliation)}\nNew: ${isNew.products} products, ${isNew.orders} orders, ${isNew.cases} after-sale cases.`
}

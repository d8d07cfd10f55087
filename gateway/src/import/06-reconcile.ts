/** Step 6: holds the file against the database. Every line is in one bucket, and every bucket is what the database has. */
import { importTotals, type ImportTotals } from '@souk/contracts'
import type { CallSubgraph } from './call-subgraph.ts'
import type { Bucket, LineOutcome, LineOutcomes } from './retail/line-outcomes.ts'
import type { Check, ImportedAfterSales, Reconciliation } from './retail/reconciliation.ts'
import type { RetailFile } from './retail/retail-file.ts'
import { priceUnitsPerPenny } from './retail/retail-line.ts'
import { noTotals, sumTotals, type Totals } from './retail/totals.ts'

export type ReconcileInput = {
  readonly importId: string
  readonly file: RetailFile
  readonly outcomes: LineOutcomes
  readonly afterSales: ImportedAfterSales
}

export async function reconcile(
  call: CallSubgraph,
  { importId, file, outcomes, afterSales }: ReconcileInput,
): Promise<Reconciliation> {
  const database = await call(importTotals, { importId })
  const buckets = outcomes.buckets(file.records)
  const checks = [
    ...compareBuckets(file.read, buckets),
    ...compareSales(totalsOf(buckets, 'SALE'), database),
    ...compareAfterSales(totalsOf(buckets, 'AFTER_SALE'), afterSales, database),
  ]
  const isBalanced = checks.every((check) => check.isTrue)
  return {
    importId,
    file: file.name,
    blankLines: file.blankLines,
    read: file.read,
    buckets,
    database,
    checks,
    isBalanced,
  }
}

const totalsOf = (buckets: readonly Bucket[], outcome: LineOutcome): Totals =>
  buckets.find((bucket) => bucket.outcome === outcome)?.totals ?? noTotals

function compareBuckets(read: Totals, buckets: readonly Bucket[]): readonly Check[] {
  const sum = sumTotals(buckets.map((bucket) => bucket.totals))
  return [
    check('every line read is in one bucket', read.lines, sum.lines),
    check('the quantities of the buckets sum up to those read', read.quantity, sum.quantity),
    check('the values of the buckets sum up to those read', read.value, sum.value),
  ]
}

const compareSales = (sales: Totals, database: ImportTotals): readonly Check[] => [
  check('order lines in the database', sales.lines, database.orderLines),
  check('units sold in the database', sales.quantity, database.quantity),
  check('value sold in the database', sales.value, BigInt(database.value) * priceUnitsPerPenny),
]

// A cancelled line may be refunded in several orders, so the lines of cases are held against what was matched.
const compareAfterSales = (
  refunds: Totals,
  matched: ImportedAfterSales,
  database: ImportTotals,
): readonly Check[] => [
  check('after-sale cases in the database', matched.cases, database.cases),
  check('refunded lines in the database', matched.refundLines, database.refundLines),
  check('units refunded in the database', -refunds.quantity + 0, database.refundedQuantity),
  check(
    'value refunded in the database',
    -refunds.value,
    BigInt(database.refundedValue) * priceUnitsPerPenny,
  ),
]

const check = <Value extends number | bigint>(claim: string, expected: Value, found: Value): Check => ({
  claim: expected === found ? claim : `${claim}: expected ${expected}, found ${found}`,
  isTrue: expected === found,
})

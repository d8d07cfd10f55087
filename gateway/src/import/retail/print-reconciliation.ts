/** The reconciliation as a table for people. */
import type { Bucket } from './line-outcomes.ts'
import type { Reconciliation } from './reconciliation.ts'
import { type Rejection, rejectionCodes, rejections } from './rejections.ts'
import { noTotals, sumTotals, type Totals } from './totals.ts'

/** For a terminal or a log: below the sums stand the reasons, with the first lines of the file that have them. */
export function printReconciliation(reconciliation: Reconciliation): string {
  const { file, importId, blankLines, read, buckets, database, checks, isBalanced } = reconciliation
  const bucketOf = (outcome: string) => buckets.find((bucket) => bucket.outcome === outcome)
  const rejected = rejectionCodes.filter((code) => bucketOf(code) !== undefined)
  return [
    `Reconciliation of ${file}`,
    `Import ${importId}${blankLines > 0 ? `; ${blankLines} blank lines passed over` : ''}`,
    '',
    row(['', 'lines', 'quantity', 'value GBP']),
    totalsRow('read from the file', read),
    '',
    totalsRow('imported as sales', bucketOf('SALE')?.totals ?? noTotals),
    totalsRow('imported as after-sales', bucketOf('AFTER_SALE')?.totals ?? noTotals),
    ...rejected.map((code) => totalsRow(`rejected ${code}`, bucketOf(code)?.totals ?? noTotals)),
    totalsRow('sum', sumTotals(buckets.map((bucket) => bucket.totals))),
    '',
    databaseRow(`database: sales in ${database.orders} orders`, [
      database.orderLines,
      database.quantity,
      database.value,
    ]),
    databaseRow(`database: refunds in ${database.cases} cases`, [
      database.refundLines,
      -database.refundedQuantity,
      -database.refundedValue,
    ]),
    '',
    ...rejected.map((code) => explain(code, bucketOf(code))),
    '',
    ...checks.map(({ claim, isTrue }) => `${isTrue ? '✓' : '✗'} ${claim}`),
    isBalanced ? '✓ both sides agree to the penny' : '✗ the file and the database do not agree',
    '',
  ].join('\n')
}

type Cells = readonly [name: string, lines: string, quantity: string, value: string]

const row = ([name, lines, quantity, value]: Cells): string =>
  `${name.padEnd(nameWidth)}${lines.padStart(10)}${quantity.padStart(14)}${value.padStart(20)}`.trimEnd()

const nameWidth = 38

const totalsRow = (name: string, { lines, quantity, value }: Totals): string =>
  row([name, grouped(lines), grouped(quantity), pounds(value)])

const databaseRow = (name: string, [lines, quantity, pence]: readonly [number, number, number]): string =>
  totalsRow(name, { lines, quantity: quantity + 0, value: BigInt(pence) * 10_000n })

const grouped = (count: number | bigint): string => count.toLocaleString('en-GB')

/** Two decimals, and more where the file has fractions of a penny. */
export function pounds(millionths: bigint): string {
  const amount = millionths < 0n ? -millionths : millionths
  const fraction = (amount % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/(?<=^\d\d)(\d*?)0+$/, '$1')
  return `${millionths < 0n ? '-' : ''}${grouped(amount / 1_000_000n)}.${fraction}`
}

function explain(code: Rejection, bucket: Bucket | undefined): string {
  const { examples = [], totals = noTotals } = bucket ?? {}
  const more = totals.lines > examples.length ? ', …' : ''
  return `${code}: ${rejections[code]} (${totals.lines === 1 ? 'line' : 'lines'} ${examples.join(', ')}${more})`
}

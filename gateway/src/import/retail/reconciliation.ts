/** What a file and the database say of one import, held against each other. */
import type { ImportTotals } from '@souk/contracts'
import type { Bucket } from './line-outcomes.ts'
import type { Totals } from './totals.ts'

/** What became of the cancellations; all that the file asks for; `newCases` were not there before. */
export type ImportedAfterSales = {
  readonly newCases: number
  readonly cases: number
  readonly refundLines: number
}

export type Check = { readonly claim: string; readonly isTrue: boolean }

export type Reconciliation = {
  readonly importId: string
  readonly file: string
  readonly blankLines: number
  readonly read: Totals
  readonly buckets: readonly Bucket[]
  readonly database: ImportTotals
  readonly checks: readonly Check[]
  readonly isBalanced: boolean
}

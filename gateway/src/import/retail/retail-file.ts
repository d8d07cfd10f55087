/** A retail file as it was read, with what it holds before anything is decided. */
import type { ReadRecord } from './retail-line.ts'
import type { Totals } from './totals.ts'

export type RetailFile = {
  readonly name: string
  readonly records: readonly ReadRecord[]
  /** The file side of the reconciliation: summed while reading, apart from what happens to the lines later. */
  readonly read: Totals
  readonly blankLines: number
  /** The same for the same lines, however the file is compressed, quoted or ended. */
  readonly digest: string
}

/** What became of every line of a file. A line is settled once; one that is never settled, or twice, is a bug that shows. */
import type { Rejection } from './rejections.ts'
import type { ReadRecord } from './retail-line.ts'
import { Tally, type Totals } from './totals.ts'

export type LineOutcome = 'SALE' | 'AFTER_SALE' | Rejection

export type Bucket = {
  readonly outcome: LineOutcome
  readonly totals: Totals
  readonly examples: readonly number[]
}

export class LineOutcomes {
  readonly #outcomes = new Map<number, LineOutcome>()

  settle(lineNumber: number, outcome: LineOutcome): void {
    if (this.#outcomes.has(lineNumber)) throw new Error(`Line ${lineNumber} was settled twice.`)
    this.#outcomes.set(lineNumber, outcome)
  }

  /** The buckets, summed anew from the lines. Together they are all lines of the file. */
  buckets(records: readonly ReadRecord[]): readonly Bucket[] {
    const tallies = new Map<LineOutcome, Tally>()
    for (const record of records) {
      const outcome = this.#outcomes.get(record.lineNumber)
      if (outcome === undefined) throw new Error(`Line ${record.lineNumber} was never settled.`)
      const tally = tallies.get(outcome) ?? new Tally()
      tallies.set(outcome, tally)
      tally.add(record, record.lineNumber)
    }
    return [...tallies].map(([outcome, tally]) => ({
      outcome,
      totals: tally.totals,
      examples: tally.examples,
    }))
  }
}

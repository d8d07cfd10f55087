/** Counts and sums of lines: how many, how many units, and what they are worth to the millionth of a pound. */
import { importLimits } from '../config.ts'

export type Totals = { readonly lines: number; readonly quantity: number; readonly value: bigint }

export const noTotals: Totals = { lines: 0, quantity: 0, value: 0n }

export type Worth = { readonly quantity: number; readonly value: bigint }

/** A sum that grows, with the first lines as examples. */
export class Tally {
  #lines = 0
  // Units of many lines may exceed what a double holds exactly.
  #quantity = 0n
  #value = 0n
  readonly #examples: number[] = []

  add({ quantity, value }: Worth, lineNumber?: number): void {
    this.#lines += 1
    this.#quantity += BigInt(quantity)
    this.#value += value
    if (lineNumber !== undefined && this.#examples.length < importLimits.examplesMax)
      this.#examples.push(lineNumber)
  }

  get totals(): Totals {
    return { lines: this.#lines, quantity: Number(this.#quantity), value: this.#value }
  }

  get examples(): readonly number[] {
    return this.#examples
  }
}

export const sumTotals = (parts: readonly Totals[]): Totals => ({
  lines: parts.reduce((sum, part) => sum + part.lines, 0),
  quantity: Number(parts.reduce((sum, part) => sum + BigInt(part.quantity), 0n)),
  value: parts.reduce((sum, part) => sum + part.value, 0n),
})

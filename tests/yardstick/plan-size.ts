/** The one measure for plans, whoever made them. */

export type PlanSize = {
  readonly calls: number
  /** The longest sequence of calls that wait for each other. */
  readonly depth: number
}

/** The values of the variables of `@skip` and `@include`. */
export type ConditionValues = Readonly<Record<string, boolean>>

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

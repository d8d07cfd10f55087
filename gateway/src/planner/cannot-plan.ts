/** Says why our planner gives an operation up: what it does not know yet, or a limit. Never a reason to end the process. */

export class CannotPlan extends Error {
  override readonly name = 'CannotPlan'
}

/** What one operation may cost to plan. Beyond, planning ends with a clear reason. */
export type PlanLimits = {
  /** Places in the answer that are looked at, counted once for each runtime type. */
  readonly placesMax: number
  readonly fetchesMax: number
}

export const planLimits: PlanLimits = { placesMax: 20_000, fetchesMax: 500 }

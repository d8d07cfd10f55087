/** Says why an operation has no plan. Never a reason to end the process. */

/** Beyond a limit the operation is at fault; without a way, or a plan that is proved, the graph or the planner is. */
export type CannotPlanBecause = 'overLimit' | 'noWay' | 'unproved'

export class CannotPlan extends Error {
  override readonly name = 'CannotPlan'
  readonly because: CannotPlanBecause

  constructor(message: string, because: CannotPlanBecause = 'noWay') {
    super(message)
    this.because = because
  }
}

/** What one operation may cost to plan. */
export type PlanLimits = {
  /** Places in the answer that are looked at, counted once for each runtime type. */
  readonly placesMax: number
  readonly fetchesMax: number
  /** Alternatives of conditions that one selection, or one fetch, may have. */
  readonly alternativesMax: number
  /** Steps that weighing ways may take, and proving the plan as many again. */
  readonly stepsMax: number
}

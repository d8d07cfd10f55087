/** Measures a plan of ours: each call starts when those that it comes after have ended. */
import type { QueryPlan } from '@souk/gateway'
import { type ConditionValues, type PlanSize, sum } from './plan-size.ts'

export function measureOurPlan({ steps }: QueryPlan, values: ConditionValues = {}): PlanSize {
  const sizes = steps.map((step) => measureStep(step, values))
  return { calls: sum(sizes.map(({ calls }) => calls)), depth: sum(sizes.map(({ depth }) => depth)) }
}

type Step = QueryPlan['steps'][number]

function measureStep({ fetches }: Step, values: ConditionValues): PlanSize {
  const depths: number[] = []
  // Whatever a fetch comes after stands before it in the list.
  for (const fetch of fetches) {
    const waited = Math.max(0, ...fetch.after.map((at) => depths[at] ?? 0))
    depths.push(waited + (isMade(fetch, values) ? 1 : 0))
  }
  const calls = fetches.filter((fetch) => isMade(fetch, values)).length
  return { calls, depth: Math.max(0, ...depths) }
}

/** A call is made if anything of it is: any of its sets of entities. */
function isMade(fetch: Step['fetches'][number], values: ConditionValues): boolean {
  const whens = fetch.kind === 'rootFetch' ? [fetch.when] : fetch.inputs.map(({ when }) => when)
  return whens
    .flat()
    .some((conditions) => conditions.every(({ variable, wanted }) => values[variable] === wanted))
}

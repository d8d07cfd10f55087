/** Every choice of the optimisations of plans: the answers have to be the same with any of them. */
import type { PlanPasses } from '@souk/gateway'

const names = Object.keys({
  mergesSiblings: true,
  dropsDuplicates: true,
} satisfies PlanPasses) as (keyof PlanPasses)[]

/** The one with all of them first. */
export const everySubset: readonly PlanPasses[] = Array.from(
  { length: 2 ** names.length },
  (_, without) =>
    Object.fromEntries(names.map((name, index) => [name, (without & (1 << index)) === 0])) as PlanPasses,
)

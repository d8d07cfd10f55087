/** Remembers what was made of an operation, bounded; several requests that want the same one at once share its making. */
import { boundedMap, type MapBounds } from './bounded-map.ts'

export type PlanCache<Planned> = {
  /** What is kept weighs as much as the source it was made of. */
  readonly getOrMake: (
    of: { readonly key: string; readonly weight: number },
    make: () => Promise<Planned>,
  ) => Promise<Planned>
  readonly size: () => number
}

export function createPlanCache<Planned>(bounds: MapBounds): PlanCache<Planned> {
  const made = boundedMap<Promise<Planned>>(bounds)
  return {
    async getOrMake({ key, weight }, make) {
      const known = made.get(key)
      if (known !== undefined) return await known
      const making = make()
      made.set(key, making, weight)
      try {
        return await making
      } catch (error) {
        // A failure is not remembered here: a busy planner may work the next time.
        made.delete(key)
        throw error
      }
    },
    size: made.size,
  }
}

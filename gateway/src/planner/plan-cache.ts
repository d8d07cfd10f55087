/** Remembers what was made of an operation, bounded; several requests that want the same one at once share its making. */
import { boundedMap } from './bounded-map.ts'

export type PlanCache<Planned> = {
  readonly getOrMake: (key: string, make: () => Promise<Planned>) => Promise<Planned>
  readonly size: () => number
}

export function createPlanCache<Planned>(sizeMax: number): PlanCache<Planned> {
  const made = boundedMap<Promise<Planned>>(sizeMax)
  return {
    async getOrMake(key, make) {
      const known = made.get(key)
      if (known !== undefined) return await known
      const making = make()
      made.set(key, making)
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

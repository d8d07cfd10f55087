/** Remembers what was made of an operation, bounded; several requests that want the same one at once share its making. */
import { boundedMap, type MapBounds } from './bounded-map.ts'

export type PlanCache<Planned, From> = {
  /** What is kept weighs as much as the source it was made of. */
  readonly getOrMake: (of: PlanKey<From>, make: () => Promise<Planned>) => Promise<Planned>
  /** What was asked for most is made from, the most asked first. */
  readonly hottest: (count: number) => readonly From[]
  readonly size: () => number
  /** How often what was asked for was there, or on the way. */
  readonly counts: () => { readonly hits: number; readonly misses: number }
}

export type PlanKey<From> = { readonly key: string; readonly weight: number; readonly from: From }

export function createPlanCache<Planned, From>(bounds: MapBounds): PlanCache<Planned, From> {
  const kept = boundedMap<Kept<Planned, From>>(bounds)
  let hits = 0
  let misses = 0
  return {
    async getOrMake({ key, weight, from }, make) {
      const known = kept.get(key)
      if (known !== undefined) {
        known.uses += 1
        hits += 1
        return await known.planned
      }
      misses += 1
      const made: Kept<Planned, From> = { planned: make(), from, uses: 1 }
      kept.set(key, made, weight)
      try {
        return await made.planned
      } catch (error) {
        // A failure is not remembered here: a busy planner may work the next time.
        kept.delete(key)
        throw error
      }
    },
    hottest: (count) =>
      kept
        .values()
        .toSorted((one, other) => other.uses - one.uses)
        .slice(0, count)
        .map(({ from }) => from),
    size: kept.size,
    counts: () => ({ hits, misses }),
  }
}

type Kept<Planned, From> = { readonly planned: Promise<Planned>; readonly from: From; uses: number }

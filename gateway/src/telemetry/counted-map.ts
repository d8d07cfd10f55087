/** A bounded map that counts how often what was looked for was there. */
import type { BoundedMap } from '../planner/bounded-map.ts'

export type CacheCounts = { readonly hits: number; readonly misses: number }

export type CountedMap<Value> = BoundedMap<Value> & { readonly counts: () => CacheCounts }

export function countedMap<Value>(map: BoundedMap<Value>): CountedMap<Value> {
  let hits = 0
  let misses = 0
  return {
    ...map,
    get(key) {
      const value = map.get(key)
      if (value === undefined) misses += 1
      else hits += 1
      return value
    },
    counts: () => ({ hits, misses }),
  }
}

/** Keeps budgets in this process: token buckets, as many as a limit allows. */
import type { Clock } from '../clock.ts'
import { boundedMap } from '../planner/bounded-map.ts'
import type { BucketLevels, RateBucket, RateLimiter } from './rate-limiter.ts'

export type MemoryLimits = { readonly bucketsMax: number }

export function memoryRateLimiter(
  clock: Pick<Clock, 'monotonicMs'>,
  { bucketsMax }: MemoryLimits,
): RateLimiter {
  // The bucket used longest ago is forgotten, and full again: with more clients than buckets some get more than their budget. Refusing
  // those that are new would let one who comes from many addresses shut out everybody else.
  const buckets = boundedMap<{ readonly level: number; readonly atMs: number }>({ sizeMax: bucketsMax })
  return {
    take(asked, amount) {
      const levels = asked.map(levelNow)
      const missing = levels.findIndex((level) => level < amount)
      if (missing >= 0) return Promise.resolve({ isTaken: false, levels, missing })
      return Promise.resolve({ isTaken: true, levels: change(asked, -amount) })
    },
    settle: (asked, amount) => Promise.resolve(change(asked, amount)),
  }

  function change(asked: readonly RateBucket[], amount: number): BucketLevels {
    const atMs = clock.monotonicMs()
    return asked.map((bucket) => {
      const level = Math.max(0, Math.min(bucket.capacity, levelNow(bucket) + amount))
      buckets.set(bucket.key, { level, atMs })
      return level
    })
  }

  function levelNow({ key, capacity, perSecond }: RateBucket): number {
    const bucket = buckets.get(key)
    if (bucket === undefined) return capacity
    const seconds = (clock.monotonicMs() - bucket.atMs) / 1000
    return Math.min(capacity, bucket.level + seconds * perSecond)
  }
}

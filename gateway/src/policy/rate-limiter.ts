/** The port of whoever keeps the budgets: a memory of this process, or a store that several gateways share. */

/** A budget that fills by itself. One that is not known yet is full. */
export type RateBucket = {
  readonly key: string
  /** What it holds at most. */
  readonly capacity: number
  /** What comes back each second. */
  readonly perSecond: number
}

/** What is left in each bucket, in the order asked; never below zero. */
export type BucketLevels = readonly number[]

export type RateDecision =
  | { readonly isTaken: true; readonly levels: BucketLevels }
  /** Nothing was taken from any. `missing` is the first bucket that has too little. */
  | { readonly isTaken: false; readonly levels: BucketLevels; readonly missing: number }

/**
 * Each call has to be atomic over all its buckets, or two gateways would spend the same budget twice. In Valkey or Redis it is one script
 * (`EVAL`) with the buckets' keys as KEYS, in a cluster in one slot: a hash with `level` and `at` for each key; the level now is
 * `min(capacity, level + (TIME - at) * perSecond)`; `take` writes all of them or none, `settle` clamps to 0 and to the capacity; each key
 * expires after `capacity / perSecond` seconds, when it would be full. The store's clock decides, not the gateways'.
 *
 * An adapter bounds its own waiting. When it throws, the operation runs: a store that is down must not take the gateway with it.
 */
export type RateLimiter = {
  /** Takes the amount from every bucket, or from none. */
  readonly take: (buckets: readonly RateBucket[], amount: number) => Promise<RateDecision>
  /** Gives back what was taken too much, or takes what was taken too little (a negative amount) as far as there is any. */
  readonly settle: (buckets: readonly RateBucket[], amount: number) => Promise<BucketLevels>
}

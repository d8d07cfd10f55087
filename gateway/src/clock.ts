/** Where time comes from: the wall for tokens, a steady count for durations. A port, so that a test can move it. */

export type Clock = { readonly now: () => Date; readonly monotonicMs: () => number }

export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() }

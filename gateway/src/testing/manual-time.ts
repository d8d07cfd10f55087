/** Time that stands still until a test moves it. */
import type { TrafficTime } from '../transports/timers.ts'

export type ManualTime = TrafficTime & {
  /** Fires what is due on the way, in its order, and lets what waits for it go on. */
  readonly advance: (ms: number) => Promise<void>
  readonly timersLeft: () => number
}

export function manualTime(): ManualTime {
  const timers = new Map<object, { readonly atMs: number; readonly onEnd: () => void }>()
  let nowMs = 0
  return {
    monotonicMs: () => nowMs,
    startTimer(ms, onEnd) {
      const id = {}
      timers.set(id, { atMs: nowMs + ms, onEnd })
      return () => void timers.delete(id)
    },
    async advance(ms) {
      const endMs = nowMs + ms
      for (;;) {
        await settled()
        const [next] = [...timers].toSorted(([, one], [, other]) => one.atMs - other.atMs)
        if (next === undefined || next[1].atMs > endMs) break
        timers.delete(next[0])
        nowMs = Math.max(nowMs, next[1].atMs)
        next[1].onEnd()
      }
      nowMs = endMs
    },
    timersLeft: () => timers.size,
  }
}

/** Every promise that could go on has. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock that stands still until a test moves it. */
import type { Clock } from '../clock.ts'

export type FakeClock = Clock & {
  advance(ms: number): void
  set(at: Date): void
}

export function fakeClock(start = new Date('2026-06-18T08:00:00Z')): FakeClock {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    advance: (ms) => void (now += ms),
    set: (at) => void (now = at.getTime()),
  }
}

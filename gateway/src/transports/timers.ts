/** Runs something after a while. A port, so that a test can move time. */

export type StartTimer = (ms: number, onEnd: () => void) => StopTimer
export type StopTimer = () => void

export type TrafficTime = { readonly monotonicMs: () => number; readonly startTimer: StartTimer }

export const startSystemTimer: StartTimer = (ms, onEnd) => {
  const timer = setTimeout(onEnd, ms)
  return () => clearTimeout(timer)
}

/** Leaves a subgraph alone that fails too often, and lets one call at a time find out whether it is back. */
import type { BreakerState } from './traffic-counts.ts'

export type BreakerLimits = {
  /** Of the calls in the window, how many in a hundred have to fail to open it; 0 never opens it. */
  readonly breakerPercent: number
  /** Fewer calls than this in the window say nothing. */
  readonly breakerCallsMin: number
  readonly breakerWindowMs: number
  readonly breakerOpenMs: number
}

/** What a call says of the subgraph's health: `unknown` if whoever asked went away before the end. */
export type CallOutcome = 'worked' | 'failed' | 'unknown'

/** Given to a call that may go out, and handed back with what came of it. */
export type Pass = number

export type CircuitBreaker = {
  readonly state: () => BreakerState
  readonly opened: () => number
  /** Whether a call could go out now. It claims nothing. */
  readonly lets: () => boolean
  readonly enter: () => Pass | undefined
  readonly settle: (pass: Pass, outcome: CallOutcome) => void
}

// A library would do, were it not for three things: time has to come in, a caller that went away must count neither way,
// and a call that began before the circuit opened must not close it. And a call here costs no promise of its own.
export function createCircuitBreaker(limits: BreakerLimits, nowMs: () => number): CircuitBreaker {
  let state: BreakerState = 'closed'
  let opened = 0
  // Moves on with every change of state: what a call of an earlier one brings is of no interest.
  let epoch = 0
  let probesAtMs = 0
  let isProbing = false
  let window = createWindow(limits.breakerWindowMs)
  return {
    state: () => state,
    opened: () => opened,
    lets: () => state === 'closed' || mayProbe(),
    enter() {
      if (state === 'closed') return epoch
      if (!mayProbe()) return undefined
      if (state === 'open') change('halfOpen')
      isProbing = true
      return epoch
    },
    settle(pass, outcome) {
      if (pass !== epoch) return
      if (state === 'closed') count(outcome)
      else settleProbe(outcome)
    },
  }

  function mayProbe(): boolean {
    return state === 'halfOpen' ? !isProbing : nowMs() >= probesAtMs
  }

  function count(outcome: CallOutcome): void {
    if (outcome === 'unknown' || limits.breakerPercent === 0) return
    const { calls, failures } = window.add(outcome === 'failed', nowMs())
    if (outcome === 'failed' && calls >= limits.breakerCallsMin && isTooMany(failures, calls)) open()
  }

  function settleProbe(outcome: CallOutcome): void {
    isProbing = false
    if (outcome === 'failed') open()
    if (outcome !== 'worked') return
    window = createWindow(limits.breakerWindowMs)
    change('closed')
  }

  function isTooMany(failures: number, calls: number): boolean {
    return failures * 100 >= limits.breakerPercent * calls
  }

  function open(): void {
    opened += 1
    probesAtMs = nowMs() + limits.breakerOpenMs
    change('open')
  }

  function change(to: BreakerState): void {
    state = to
    epoch += 1
  }
}

type Seen = { readonly calls: number; readonly failures: number }

/** The calls of late, in slices of time: as a slice falls out of the window, its calls are forgotten together. */
function createWindow(windowMs: number): { readonly add: (isFailure: boolean, atMs: number) => Seen } {
  const calls = Array.from({ length: sliceCount }, () => 0)
  const failures = Array.from({ length: sliceCount }, () => 0)
  let newest = Number.NEGATIVE_INFINITY
  return {
    add(isFailure, atMs) {
      forgetUpTo(Math.floor((atMs * sliceCount) / windowMs))
      const at = newest % sliceCount
      calls[at] = (calls[at] ?? 0) + 1
      if (isFailure) failures[at] = (failures[at] ?? 0) + 1
      return { calls: sum(calls), failures: sum(failures) }
    },
  }

  function forgetUpTo(slice: number): void {
    for (let next = Math.max(newest + 1, slice - sliceCount + 1); next <= slice; next += 1) {
      calls[next % sliceCount] = 0
      failures[next % sliceCount] = 0
    }
    newest = Math.max(newest, slice)
  }
}

const sliceCount = 10

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

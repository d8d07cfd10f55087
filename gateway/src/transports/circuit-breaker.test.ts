/** When the circuit opens, and what closes it again. */
import { expect, test } from 'vitest'
import { type CallOutcome, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'

const limits = { breakerPercent: 50, breakerCallsMin: 4, breakerWindowMs: 1_000, breakerOpenMs: 500 }

function breakerAt(given: Partial<typeof limits> = {}) {
  const time = { nowMs: 0 }
  return { time, breaker: createCircuitBreaker({ ...limits, ...given }, () => time.nowMs) }
}

function run(breaker: CircuitBreaker, ...outcomes: readonly CallOutcome[]): void {
  for (const outcome of outcomes) {
    const pass = breaker.enter()
    if (pass === undefined) throw new Error('The circuit is open.')
    breaker.settle(pass, outcome)
  }
}

test('it opens when the share of failures is reached, and not before there were enough calls', () => {
  const { breaker } = breakerAt()
  run(breaker, 'worked', 'failed', 'failed')
  expect(breaker.state()).toBe('closed')
  run(breaker, 'failed')
  expect(breaker.state()).toBe('open')
  expect(breaker.opened()).toBe(1)
  expect(breaker.lets()).toBe(false)
  expect(breaker.enter()).toBeUndefined()
})

test('fewer failures than the share leave it closed', () => {
  const { breaker } = breakerAt()
  run(breaker, 'worked', 'worked', 'worked', 'failed', 'failed', 'worked', 'failed')
  expect(breaker.state()).toBe('closed')
})

test('failures that fell out of the window are forgotten', () => {
  const { time, breaker } = breakerAt()
  run(breaker, 'failed', 'failed', 'failed')
  time.nowMs = 1_100
  run(breaker, 'failed', 'failed', 'failed')
  expect(breaker.state()).toBe('closed')
  run(breaker, 'failed')
  expect(breaker.state()).toBe('open')
})

test('callers who went away say nothing of the subgraph', () => {
  const { breaker } = breakerAt()
  run(breaker, ...Array.from({ length: 50 }, (): CallOutcome => 'unknown'), 'failed', 'failed', 'failed')
  expect(breaker.state()).toBe('closed')
})

test('after a while one call goes out to see, and the others wait for what it finds', () => {
  const { time, breaker } = breakerAt()
  run(breaker, 'failed', 'failed', 'failed', 'failed')
  time.nowMs = 500
  expect(breaker.lets()).toBe(true)
  const probe = breaker.enter() as number
  expect(breaker.state()).toBe('halfOpen')
  expect(breaker.lets()).toBe(false)
  expect(breaker.enter()).toBeUndefined()
  breaker.settle(probe, 'worked')
  expect(breaker.state()).toBe('closed')
  run(breaker, 'failed', 'failed', 'failed')
  expect(breaker.state()).toBe('closed')
})

test('a call that looks and fails opens it for as long again', () => {
  const { time, breaker } = breakerAt()
  run(breaker, 'failed', 'failed', 'failed', 'failed')
  time.nowMs = 500
  run(breaker, 'failed')
  expect(breaker.state()).toBe('open')
  time.nowMs = 999
  expect(breaker.lets()).toBe(false)
  time.nowMs = 1_000
  expect(breaker.lets()).toBe(true)
})

test('a call that looks and is given up makes room for another that looks', () => {
  const { time, breaker } = breakerAt()
  run(breaker, 'failed', 'failed', 'failed', 'failed')
  time.nowMs = 500
  run(breaker, 'unknown')
  expect(breaker.state()).toBe('halfOpen')
  run(breaker, 'worked')
  expect(breaker.state()).toBe('closed')
})

test('a call that began before it opened neither closes it nor opens it again', () => {
  const { time, breaker } = breakerAt()
  const [early, late] = [breaker.enter() as number, breaker.enter() as number]
  run(breaker, 'failed', 'failed', 'failed', 'failed')
  time.nowMs = 500
  const probe = breaker.enter() as number
  breaker.settle(early, 'worked')
  breaker.settle(late, 'failed')
  expect(breaker.state()).toBe('halfOpen')
  breaker.settle(probe, 'worked')
  expect(breaker.state()).toBe('closed')
})

test('a share of 0 never opens it', () => {
  const { breaker } = breakerAt({ breakerPercent: 0 })
  run(breaker, ...Array.from({ length: 100 }, (): CallOutcome => 'failed'))
  expect(breaker.state()).toBe('closed')
})

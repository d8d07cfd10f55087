/** Lets retries be a share of the calls: a subgraph that is down gets a few calls more than it did, not several times as many. */

export type RetryBudget = {
  /** For every call that is not a retry. */
  readonly earn: () => void
  readonly spend: () => boolean
}

export function createRetryBudget(percent: number): RetryBudget {
  // Counted in hundredths of a retry, which stay whole.
  let saved = savedMax
  return {
    earn: () => void (saved = Math.min(savedMax, saved + percent)),
    spend() {
      if (saved < 100) return false
      saved -= 100
      return true
    },
  }
}

// Ten retries: enough for the connections that a restart of a subgraph breaks, and what an idle hour may save up at most.
const savedMax = 1_000

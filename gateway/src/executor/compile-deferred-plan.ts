/** Compiles a plan with deferred fetches, once, into a closure that starts all of it and tells when which part has ended. */
import { comesFirst, deferredIn, type Group, notDeferred } from '../planner/deferred.ts'
import { fetchesOf, type QueryPlan } from '../planner/query-plan.ts'
import { compileFetch } from './compile-plan.ts'
import type { Execution } from './execution.ts'

export type StartedPlan = {
  /** All that the first answer waits for. */
  readonly first: Promise<void>
  /** All that a deferred fragment waits for. */
  readonly ended: (group: Group) => Promise<void>
  readonly all: Promise<void>
}

/** What is deferred may be merged only from `mayMerge` on. */
export type StartPlan = (execution: Execution, mayMerge: Promise<void>) => StartedPlan

/** Undefined where nothing is deferred. */
export function compileDeferredPlan(plan: QueryPlan): StartPlan | undefined {
  const fetches = fetchesOf(plan).map((fetch) => ({ ...fetch, run: compileFetch(fetch) }))
  if (fetches.every(({ deferred = notDeferred }) => deferred.length === 0)) return undefined
  return (execution, mayMerge) => {
    const later = { ...execution, mayMerge }
    const running: Promise<void>[] = []
    for (const { run, after, deferred } of fetches) {
      const own = deferred === undefined ? execution : later
      const awaited = after.flatMap((one) => running[one] ?? [])
      running.push(Promise.all(awaited).then(() => run(own)))
    }
    const waitFor = async (groups: readonly Group[]): Promise<void> => {
      const awaited = deferredIn(groups)
      await Promise.all(running.filter((_, at) => comesFirst(fetches[at]?.deferred ?? notDeferred, awaited)))
    }
    return {
      first: waitFor([]),
      ended: (group) => waitFor([group]),
      all: Promise.all(running).then(() => undefined),
    }
  }
}

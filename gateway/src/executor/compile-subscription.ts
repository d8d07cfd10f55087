/** Compiles the plan of a subscription, once: the fetch that its events come from, and a closure that runs the rest for each of them. */
import type { SubgraphResponse } from '@souk/contracts'
import { fetchesOf, type QueryPlan, type RootFetchNode } from '../planner/query-plan.ts'
import { compileFetch, runInOrder } from './compile-plan.ts'
import type { Execution } from './execution.ts'
import { mergeEvent } from './fetch-from-subgraph.ts'

export type CompiledSubscription = {
  readonly source: RootFetchNode
  readonly runEvent: (execution: Execution, event: SubgraphResponse) => Promise<void>
}

/** Undefined where the viewer may not have any events, and for what is no subscription. */
export function compileSubscription(plan: QueryPlan): CompiledSubscription | undefined {
  const [source, ...later] = fetchesOf(plan)
  if (plan.operationKind !== 'subscription' || source?.kind !== 'rootFetch') return undefined
  const runLater = runInOrder(
    later.map((fetch) => ({
      run: compileFetch(fetch),
      // The first fetch has been made, so the others move up by one.
      after: fetch.after.filter((one) => one > 0).map((one) => one - 1),
    })),
  )
  return {
    source,
    async runEvent(execution, event) {
      mergeEvent(execution, source, event)
      await runLater(execution)
    },
  }
}

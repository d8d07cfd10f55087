/** Compiles a plan, once, into a closure that runs it: each fetch as soon as what it needs is there. */
import { holds } from '../planner/conditions.ts'
import type { FetchNode, PlanStep, QueryPlan } from '../planner/query-plan.ts'
import type { IsLost } from './compile-is-lost.ts'
import type { RunPlan } from './execution.ts'
import { compileEntityFetch, compileRootFetch } from './fetch-from-subgraph.ts'

export function compilePlan({ operationKind, steps }: QueryPlan, isLost: IsLost): RunPlan {
  const run = steps.map(compileStep)
  const [only] = run
  if (operationKind !== 'mutation') return only ?? (() => Promise.resolve())
  return async (execution) => {
    const done = new Set<string>()
    for (const [at, step] of run.entries()) {
      if (isLost(execution, done)) return
      const [first] = steps[at]?.fetches ?? []
      if (first?.kind === 'rootFetch' && holds(first.when, execution.variables))
        for (const name of first.writes) done.add(name)
      await step(execution)
    }
  }
}

/** Each fetch starts when those it comes after have ended. Past the deadline each that is left says so itself. */
const compileStep = ({ fetches }: PlanStep): RunPlan =>
  runInOrder(fetches.map((fetch) => ({ run: compileFetch(fetch), after: fetch.after })))

export type OrderedRun = { readonly run: RunPlan; readonly after: readonly number[] }

export function runInOrder(compiled: readonly OrderedRun[]): RunPlan {
  const [first] = compiled
  if (first !== undefined && compiled.length === 1) return first.run
  return async (execution) => {
    const running: Promise<void>[] = []
    for (const { run, after } of compiled) {
      const awaited = after.flatMap((one) => running[one] ?? [])
      running.push(awaited.length === 0 ? run(execution) : Promise.all(awaited).then(() => run(execution)))
    }
    await Promise.all(running)
  }
}

export const compileFetch = (fetch: FetchNode): RunPlan =>
  fetch.kind === 'rootFetch' ? compileRootFetch(fetch) : compileEntityFetch(fetch)

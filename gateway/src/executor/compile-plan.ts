/** Compiles a plan, once, into a closure that runs it: sequences in order, what is parallel at once. */
import type { PlanNode, QueryPlan } from '../planner/query-plan.ts'
import type { IsLost } from './compile-projection.ts'
import type { RunPlan } from './execution.ts'
import { compileEntityFetch, compileRootFetch } from './fetch-from-subgraph.ts'

export function compilePlan({ operationKind, root }: QueryPlan, isLost: IsLost): RunPlan {
  if (root === null) return () => Promise.resolve()
  if (operationKind === 'query' || root.kind !== 'sequence') return compileNode(root)
  const steps = root.nodes.map(compileNode)
  return async (execution) => {
    for (const [done, step] of steps.entries()) {
      if (isLost(execution, done)) return
      await step(execution)
    }
  }
}

function compileNode(node: PlanNode): RunPlan {
  switch (node.kind) {
    case 'sequence': {
      const steps = node.nodes.map(compileNode)
      return async (execution) => {
        // Past the deadline each fetch that is left says so itself, and what was fetched stays.
        for (const step of steps) await step(execution)
      }
    }
    case 'parallel': {
      const branches = node.nodes.map(compileNode)
      return async (execution) => void (await Promise.all(branches.map((branch) => branch(execution))))
    }
    case 'condition': {
      const run = compileNode(node.node)
      return async (execution) => {
        if (execution.variables[node.variable] === node.wanted) await run(execution)
      }
    }
    case 'rootFetch':
      return compileRootFetch(node)
    case 'entityFetch':
      return compileEntityFetch(node)
    default:
      return node satisfies never
  }
}

/** Compiles a plan, once, into a closure that runs it: sequences in order, what is parallel at once. */
import type { PlanNode, QueryPlan } from '../planner/query-plan.ts'
import type { RunPlan } from './execution.ts'
import { compileEntityFetch, compileRootFetch } from './fetch-from-subgraph.ts'

export const compilePlan = (plan: QueryPlan): RunPlan =>
  plan.root === null ? () => Promise.resolve() : compileNode(plan.root)

function compileNode(node: PlanNode): RunPlan {
  switch (node.kind) {
    case 'sequence': {
      const steps = node.nodes.map(compileNode)
      return async (execution) => {
        for (const step of steps) {
          if (execution.signal.aborted && steps.length > 1 && execution.deadlineMsLeft() <= 0)
            execution.signal.throwIfAborted()
          await step(execution)
        }
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

/** Measures a plan of the library as its own executor runs it. Nothing else knows what its plans look like. */
import { type ConditionValues, type PlanSize, sum } from './plan-size.ts'

export function measureLibraryPlan(plan: unknown, values: ConditionValues = {}): PlanSize {
  const { node } = plan as { readonly node?: LibraryNode | null }
  return measureNode(node, values)
}

function measureNode(node: LibraryNode | null | undefined, values: ConditionValues): PlanSize {
  if (node === undefined || node === null) return { calls: 0, depth: 0 }
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel': {
      const sizes = node.nodes.map((child) => measureNode(child, values))
      const depths = sizes.map(({ depth }) => depth)
      return {
        calls: sum(sizes.map(({ calls }) => calls)),
        depth: node.kind === 'Sequence' ? sum(depths) : Math.max(0, ...depths),
      }
    }
    case 'Flatten':
      return measureNode(node.node, values)
    case 'Condition':
      return measureNode(values[node.condition] === true ? node.ifClause : node.elseClause, values)
    // A batch, whatever it holds, is sent as one request.
    case 'Fetch':
    case 'BatchFetch':
      return { calls: 1, depth: 1 }
    default:
      throw new Error(`The library answered with a node that is not known: ${JSON.stringify(node)}`)
  }
}

type LibraryNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly LibraryNode[] }
  | { readonly kind: 'Flatten'; readonly node: LibraryNode }
  | {
      readonly kind: 'Condition'
      readonly condition: string
      readonly ifClause?: LibraryNode | null
      readonly elseClause?: LibraryNode | null
    }
  | { readonly kind: 'Fetch' | 'BatchFetch' }

/** Describes, for developers, the plan that answered a request and how each of its fetches went. */
import { parse, print } from 'graphql'
import type { FetchRecord } from '../executor/execution.ts'
import { printPath, printPlan } from '../planner/print-plan.ts'
import type { FetchNode, OperationKind, QueryPlan } from '../planner/query-plan.ts'

export type DescribedPlan = {
  readonly kind: OperationKind
  /** As `npm run explain` prints it. */
  readonly text: string
  readonly durationMs: number
  /** One after the other: one for a query, one for each root field of a mutation. */
  readonly steps: readonly { readonly fetches: readonly DescribedFetch[] }[]
}

export type DescribedFetch = {
  /** Its number in its step, by which those that come after it name it. */
  readonly number: number
  readonly after: readonly number[]
  readonly subgraph: string
  /** What it asked, one field a line. */
  readonly operation: string
  /** Where in the data its answer goes. Empty for root fields. */
  readonly paths: readonly string[]
  /** Fetches that nothing was to be asked of, or that conditions left out, are not sent. */
  readonly state: 'answered' | 'failed' | 'notSent'
  /** How many entities it was asked for; absent for root fields. */
  readonly entities?: number
  /** How many errors came with the answer. */
  readonly errors?: number
  /** Since the request began. */
  readonly startedAtMs?: number
  readonly durationMs?: number
}

export function describePlan(
  plan: QueryPlan,
  records: readonly FetchRecord[],
  durationMs: number,
): DescribedPlan {
  const byNode = new Map(records.map((record) => [record.node, record]))
  return {
    kind: plan.operationKind,
    text: printPlan(plan),
    durationMs: rounded(durationMs),
    steps: plan.steps.map(({ fetches }) => ({
      fetches: fetches.map((node, at) => ({
        number: at + 1,
        ...describeNode(node),
        ...describeRecord(node, byNode.get(node)),
      })),
    })),
  }
}

function describeNode(node: FetchNode) {
  const paths = node.kind === 'entityFetch' ? node.inputs.flatMap((input) => input.paths) : [node.path]
  return {
    after: node.after.map((one) => one + 1),
    subgraph: node.subgraph,
    operation: print(parse(node.operation)),
    paths: paths.map(printPath).filter((path) => path !== ''),
  }
}

function describeRecord(
  node: FetchNode,
  record: FetchRecord | undefined,
): Pick<DescribedFetch, 'state' | 'entities' | 'errors' | 'startedAtMs' | 'durationMs'> {
  if (record === undefined) return { state: 'notSent' }
  const { failed, representations, errors, startedAtMs, durationMs } = record
  return {
    state: failed ? 'failed' : 'answered',
    ...(node.kind === 'entityFetch' && { entities: representations }),
    errors,
    startedAtMs: rounded(startedAtMs),
    durationMs: rounded(durationMs),
  }
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100

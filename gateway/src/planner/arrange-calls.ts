/** Arranges calls into sequences and parallels: each waits for what it needs, and for as little else as a tree allows. */
import type { Call } from './optimize/merge-siblings.ts'
import type { PlanNode } from './query-plan.ts'

export function arrangeCalls(calls: readonly Call[], write: (call: Call) => PlanNode): PlanNode | null {
  const groups = connected(calls)
  return inParallel(groups.flatMap((group) => arrangeGroup(group, write) ?? []))
}

/** Calls that hang together. The first of them start at once; what follows from one alone follows it at once. */
function arrangeGroup(calls: readonly Call[], write: (call: Call) => PlanNode): PlanNode | null {
  const inside = new Set(calls)
  const starts = calls.filter((call) => ![...call.after].some((one) => inside.has(one)))
  const [only] = starts
  if (only === undefined) return null
  if (starts.length === 1) {
    const rest = calls.filter((call) => call !== only)
    return inSequence([write(only), arrangeCalls(rest, write)])
  }
  const branches = starts.map((start) => followersOf(start, calls, inside))
  const taken = new Set(branches.flat())
  const rest = calls.filter((call) => !taken.has(call))
  const first = inParallel(branches.flatMap((branch) => arrangeGroup(branch, write) ?? []))
  return inSequence([first, arrangeCalls(rest, write)])
}

/** A call and what waits for nothing else in the group. */
function followersOf(start: Call, calls: readonly Call[], inside: ReadonlySet<Call>): readonly Call[] {
  const own = new Set([start])
  for (let size = 0; size < own.size;) {
    size = own.size
    for (const call of calls) {
      const awaited = [...call.after].filter((one) => inside.has(one))
      if (awaited.length > 0 && awaited.every((one) => own.has(one))) own.add(call)
    }
  }
  return [...own]
}

function connected(calls: readonly Call[]): readonly (readonly Call[])[] {
  const inside = new Set(calls)
  const groupOf = new Map<Call, Call[]>()
  for (const call of calls) {
    const needed = [...call.after].filter((one) => inside.has(one))
    const joined = new Set([call, ...needed].map((one) => groupOf.get(one) ?? [one]))
    const merged = [...joined].flat().toSorted((one, other) => one.id - other.id)
    for (const one of merged) groupOf.set(one, merged)
  }
  return [...new Set(groupOf.values())]
}

const inSequence = (nodes: readonly (PlanNode | null)[]): PlanNode | null => join('sequence', nodes)
const inParallel = (nodes: readonly (PlanNode | null)[]): PlanNode | null => join('parallel', nodes)

function join(kind: 'sequence' | 'parallel', nodes: readonly (PlanNode | null)[]): PlanNode | null {
  const flat = nodes.flatMap((node): readonly PlanNode[] => {
    if (node === null) return []
    return node.kind === kind ? node.nodes : [node]
  })
  return flat.length < 2 ? (flat[0] ?? null) : { kind, nodes: flat }
}

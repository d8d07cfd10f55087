/** Asks a random graph random things, of the gateway and of one server, and makes what differs small. */
import type { Feature, FeatureSet } from './graph/features.ts'
import { type Case, findProblem, isRefusal } from './find-problem.ts'
import { type OpenedGraph, openGraph, type OpenOptions } from './world/open-graph.ts'
import { randomGraph } from './graph/random-graph.ts'
import { randomOperation } from './operation/random-operation.ts'
import type { SubgraphSource } from './world/read-graph.ts'
import { seeded } from './seeded.ts'
import { shrinkCase } from './shrink/shrink-case.ts'

export type Counts = {
  graphs: number
  /** Graphs that the composer refused, by its message: nothing to compare. */
  readonly refusals: Map<string, number>
  operations: number
  /** Operations that were answered in parts. */
  inParts: number
  /** Operations that were made up and are not valid. */
  invalid: number
  differences: number
}

export const noCounts = (): Counts => ({
  graphs: 0,
  refusals: new Map(),
  operations: 0,
  inParts: 0,
  invalid: 0,
  differences: 0,
})

export type CompareOptions = {
  readonly seed: number
  readonly operations: number
  readonly features: FeatureSet
  readonly without?: readonly Feature[]
  readonly transport?: OpenOptions['transport']
  /** Whether fragments are deferred. */
  readonly defers?: boolean
  /** Gateways with other optimisations, to be asked as well. */
  readonly passes?: OpenOptions['passes']
  /** How long to look for a smaller case: milliseconds. */
  readonly shrinkMs: (difference: Difference) => number
}

export type Difference = Case & {
  readonly seed: number
  readonly problem: string
  readonly expected: string
  readonly answered: string
  readonly plan: string
  /** It was made as small as the time allowed. */
  readonly isSmall: boolean
}

export async function compareGraph(options: CompareOptions, counts: Counts): Promise<readonly Difference[]> {
  const { seed, features, without = [], transport = 'memory', passes, defers = false } = options
  const chance = seeded(seed)
  const hasErrors = chance.often(0.35)
  // An error bubbles by each subgraph's own nullability, so with errors they agree on that.
  const sources = randomGraph(chance, {
    features,
    without: hasErrors ? [...without, 'signaturesDiffer'] : without,
  })
  const opening: OpenOptions = { seed, hasErrors, transport, defers, ...(passes && { passes }) }
  const graph = await open(sources, opening, counts)
  if (graph === undefined) return []
  counts.graphs += 1
  const differences: Difference[] = []
  try {
    for (let count = 0; count < options.operations; count += 1) {
      const operation = randomOperation(graph.gateway.supergraph.publicSchema, chance, { defers })
      counts[operation === undefined ? 'invalid' : 'operations'] += 1
      if (operation === undefined) continue
      const onParts = (): void => void (counts.inParts += 1)
      if ((await findProblem(graph, operation, onParts)) === undefined) continue
      counts.differences += 1
      const found = await describeCase(seed, { sources, operation, options: opening })
      const milliseconds = options.shrinkMs(found)
      const smallest =
        milliseconds > 0 ? await describeCase(seed, await shrinkCase(found, milliseconds)) : found
      differences.push({ ...smallest, isSmall: milliseconds > 0 })
    }
  } finally {
    await graph.close()
  }
  return differences
}

async function open(
  sources: readonly SubgraphSource[],
  opening: OpenOptions,
  counts: Counts,
): Promise<OpenedGraph | undefined> {
  try {
    return await openGraph(sources, opening)
  } catch (error) {
    // A graph by chance need not be one: the composer says so.
    if (!isRefusal(error)) throw error
    const [, first = error.message] = error.message.split('\n')
    const reason = first.replaceAll(/"[^"]*"|\b\w+\.\w+\b/g, '…').slice(0, 120)
    counts.refusals.set(reason, (counts.refusals.get(reason) ?? 0) + 1)
    return undefined
  }
}

/** What the gateways have to say of a case. */
export async function describeCase(seed: number, { sources, operation, options }: Case): Promise<Difference> {
  const graph = await openGraph(sources, options)
  try {
    const found = await findProblem(graph, operation)
    const plan = await graph.gateway
      .explain(operation.query, operation.operationName)
      .catch((error: unknown) => String(error))
    return {
      sources,
      operation,
      options,
      seed,
      problem: found?.problem ?? 'none: it does not happen again',
      expected: JSON.stringify(found?.expected),
      answered: JSON.stringify(found?.answered),
      plan,
      isSmall: false,
    }
  } finally {
    await graph.close()
  }
}

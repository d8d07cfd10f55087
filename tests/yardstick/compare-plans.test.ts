/** Holds our plans against the library's over the whole corpus, and prints the table that the README shows. */
import { type TestContext, expect, test } from 'vitest'
import { type ComparedGraph, comparePlans } from './compare-plans.ts'
import { LibraryMissing } from './library-process.ts'
import { sum } from './plan-size.ts'
import { isBoth, printComparison } from './print-comparison.ts'
import { readGraphs } from './read-graphs.ts'

const compared = await compareAll()

test('over all operations that both plan, ours have no more calls and no deeper sequences', (context) => {
  const both = graphsOf(context).flatMap(({ operations }) => operations.filter(isBoth))
  expect(both.length).toBeGreaterThan(160)
  expect(sum(both.map(({ ours }) => ours.calls))).toBeLessThanOrEqual(
    sum(both.map(({ library }) => library.calls)),
  )
  expect(sum(both.map(({ ours }) => ours.depth))).toBeLessThanOrEqual(
    sum(both.map(({ library }) => library.depth)),
  )
})

test('where a plan of ours takes more calls or is deeper, the reason is known', (context) => {
  const worse = graphsOf(context).flatMap(({ name, operations }) =>
    operations
      .filter(isBoth)
      .filter(({ ours, library }) => ours.calls > library.calls || ours.depth > library.depth)
      .map((operation) => `${name} ${operation.name}`),
  )
  expect(worse.toSorted()).toEqual(knownWorse.map(({ operation }) => operation).toSorted())
})

/** What a correct answer costs. */
const knownWorse: readonly { readonly operation: string; readonly because: string }[] = [
  {
    operation: 'hospital DischargeAndCancel',
    because: 'A mutation field is finished, what follows from it included, before the next starts.',
  },
  {
    operation: 'souk StartRoom',
    because: 'The same: the library sends both root fields in one call and fetches afterwards what follows.',
  },
  {
    operation: 'travel Dashboard',
    because:
      'The library asks two subgraphs for a shared root field; an object is the answer of one, and the other is asked by key.',
  },
  {
    operation: 'travel Header',
    because:
      'The library asks two subgraphs for a shared root field; an object is one answer of one subgraph.',
  },
]

async function compareAll(): Promise<readonly ComparedGraph[] | LibraryMissing> {
  try {
    const graphs: ComparedGraph[] = []
    for (const graph of readGraphs()) graphs.push(await comparePlans(graph))
    process.stdout.write(`${printComparison(graphs)}\n`)
    return graphs
  } catch (error) {
    if (error instanceof LibraryMissing) return error
    throw error
  }
}

function graphsOf({ skip }: TestContext): readonly ComparedGraph[] {
  if (compared instanceof LibraryMissing) return skip(`The library does not run here: ${compared.message}`)
  return compared
}

/** Prints a comparison as a table by graph, and below it every operation worth a look. */
import type { ComparedGraph, ComparedOperation, NoPlan, Planning } from './compare-plans.ts'
import { sum } from './plan-size.ts'

export function printComparison(graphs: readonly ComparedGraph[]): string {
  const all = {
    name: 'all',
    subgraphCount: sum(graphs.map((graph) => graph.subgraphCount)),
    operations: graphs.flatMap(({ operations }) => operations),
  }
  const rows = [...graphs, all].map(row)
  const lists = [
    list('Ours takes more calls', graphs, (one) => isBoth(one) && one.ours.calls > one.library.calls),
    list('Ours is deeper', graphs, (one) => isBoth(one) && one.ours.depth > one.library.depth),
    list('The library takes more calls', graphs, (one) => isBoth(one) && one.ours.calls < one.library.calls),
    list('The library is deeper', graphs, (one) => isBoth(one) && one.ours.depth < one.library.depth),
    list('No plan of the library', graphs, ({ library }) => 'noPlan' in library),
    list('No plan of ours', graphs, ({ ours }) => 'noPlan' in ours),
  ]
  return [table([heading, heading.map(() => '---'), ...rows]), ...lists].join('\n\n')
}

export type PlannedByBoth = ComparedOperation & { readonly ours: Planning; readonly library: Planning }

export const isBoth = (compared: ComparedOperation): compared is PlannedByBoth =>
  !('noPlan' in compared.ours) && !('noPlan' in compared.library)

const heading: readonly string[] = [
  'graph',
  'subgraphs',
  'operations',
  'planned by both',
  'calls, ours',
  'library',
  'depth, ours',
  'library',
  'median ms, ours',
  'library',
  'slowest ms, ours',
  'library',
]

function row({ name, subgraphCount, operations }: ComparedGraph): readonly string[] {
  const both = operations.filter(isBoth)
  const numbers = [
    subgraphCount,
    operations.length,
    both.length,
    sum(both.map(({ ours }) => ours.calls)),
    sum(both.map(({ library }) => library.calls)),
    sum(both.map(({ ours }) => ours.depth)),
    sum(both.map(({ library }) => library.depth)),
  ]
  const ourTimes = both.map(({ ours }) => ours.milliseconds)
  const libraryTimes = both.map(({ library }) => library.milliseconds)
  const times = [median(ourTimes), median(libraryTimes), Math.max(...ourTimes), Math.max(...libraryTimes)]
  return [name, ...numbers.map(String), ...times.map((time) => time.toFixed(2))]
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function list(
  title: string,
  graphs: readonly ComparedGraph[],
  isListed: (compared: ComparedOperation) => boolean,
): string {
  const lines = graphs.flatMap(({ name, operations }) =>
    operations
      .filter(isListed)
      .map((one) => `- ${name} ${one.name}: ours ${say(one.ours)}, library ${say(one.library)}`),
  )
  return [`${title}: ${lines.length}`, ...lines].join('\n')
}

const say = (planning: Planning | NoPlan): string =>
  'noPlan' in planning ? `no plan (${planning.noPlan})` : `${planning.calls}/${planning.depth}`

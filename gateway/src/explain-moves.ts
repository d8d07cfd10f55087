/** Prints the moves that an operation can make: who resolves what it touches of each type, and by which keys one gets in. */
import { printFieldSet } from './explain-selection.ts'
import type { FieldMove, MoveGraph } from './planner/move-graph.ts'
import type { NormalizedOperation } from './planner/normalize-operation.ts'
import type { WantedField, WantedSet } from './planner/wanted.ts'

export function printMoves(graph: MoveGraph, { parts }: NormalizedOperation): string {
  const touched: Touched = new Map()
  for (const part of parts) touch(graph, touched, part)
  return [...touched].map(([typeName, fields]) => printType(graph, typeName, fields)).join('\n')
}

/** Types, and the fields of each that are asked, or that a key or a requirement of theirs asks. */
type Touched = Map<string, Set<string>>

function touch(graph: MoveGraph, touched: Touched, { typeName, fields, byType }: WantedSet): void {
  touchFields(graph, touched, { typeName, fields })
  for (const [narrow, own] of byType) touchFields(graph, touched, { typeName: narrow, fields: own })
}

function touchFields(
  graph: MoveGraph,
  touched: Touched,
  { typeName, fields }: { readonly typeName: string; readonly fields: readonly WantedField[] },
): void {
  if (!touched.has(typeName)) {
    touched.set(typeName, new Set())
    for (const subgraph of graph.subgraphs)
      for (const key of graph.keys(subgraph, typeName)) touch(graph, touched, key.fields)
  }
  for (const { name, below } of fields) {
    const isKnown = touched.get(typeName)?.has(name) === true
    touched.get(typeName)?.add(name)
    const required = isKnown ? [] : graph.movesTo(typeName, name).map(({ requires }) => requires)
    for (const set of [...required, below]) if (set !== undefined) touch(graph, touched, set)
  }
}

function printType(graph: MoveGraph, typeName: string, fields: ReadonlySet<string>): string {
  const lines = [...fields].map(
    (name) => `  ${name}  ${graph.movesTo(typeName, name).map(printMove).join(' · ')}`,
  )
  const keys = graph.subgraphs.flatMap((subgraph) =>
    graph.keys(subgraph, typeName).map(({ text }) => `${subgraph} by ${text}`),
  )
  const members = graph.isAbstract(typeName)
    ? graph.subgraphs.flatMap((subgraph) => {
        if (graph.isInterfaceObject(subgraph, typeName)) return [`  an object in ${subgraph}`]
        const types = graph.runtimeTypes(subgraph, typeName)
        return types.length === 0 ? [] : [`  in ${subgraph}  ${types.join(' | ')}`]
      })
    : []
  const entrances = keys.length === 0 ? [] : [`  enter  ${keys.join(' · ')}`]
  return [typeName, ...lines, ...members, ...entrances].join('\n')
}

function printMove({ subgraph, isExternal, entersAs, requires, provides }: FieldMove): string {
  return [
    subgraph,
    ...(isExternal ? ['external'] : []),
    ...(entersAs === undefined ? [] : [`as ${entersAs}`]),
    ...(requires === undefined ? [] : [`requires ${printFieldSet(requires)}`]),
    ...(provides === undefined ? [] : [`provides ${printFieldSet(provides)}`]),
  ].join(', ')
}

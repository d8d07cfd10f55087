/** Prints where each field of an operation could be had, and what each choice would cost; then where keys lead to. */
import { printWanted } from './explain-selection.ts'
import type { PlanLimits } from './planner/cannot-plan.ts'
import { type Costs, createCosts, missingCost } from './planner/choose-paths.ts'
import type { FieldMove, MoveGraph } from './planner/move-graph.ts'
import type { NormalizedOperation } from './planner/normalize-operation.ts'
import type { WantedField, WantedSet } from './planner/wanted.ts'

export function printPaths(graph: MoveGraph, { parts }: NormalizedOperation, limits: PlanLimits): string {
  const paths: Paths = { graph, costs: createCosts(graph, limits), types: new Set() }
  const lines = parts.flatMap((part, at) => [...(at === 0 ? [] : ['then']), ...linesOf(paths, part, '')])
  const hops = [...paths.types].flatMap((typeName) => hopsOf(paths, typeName))
  return [...lines, ...(hops.length === 0 ? [] : ['keys', ...hops])].join('\n')
}

type Paths = { readonly graph: MoveGraph; readonly costs: Costs; readonly types: Set<string> }

function linesOf(paths: Paths, { typeName, fields, byType }: WantedSet, indent: string): readonly string[] {
  paths.types.add(typeName)
  const narrow = [...byType].flatMap(([name, own]) => {
    paths.types.add(name)
    return [
      `${indent}... on ${name}`,
      ...own.flatMap((field) => linesOfField(paths, { typeName: name, field }, `${indent}  `)),
    ]
  })
  return [...fields.flatMap((field) => linesOfField(paths, { typeName, field }, indent)), ...narrow]
}

function linesOfField(
  paths: Paths,
  { typeName, field }: { readonly typeName: string; readonly field: WantedField },
  indent: string,
): readonly string[] {
  const ways = paths.graph
    .movesTo(typeName, field.name)
    .filter(({ isExternal }) => !isExternal)
    .map((move) => printWay(paths, move, field))
  const head = `${indent}${printWanted(field)}  ${ways.join(', ')}`
  return field.below === undefined ? [head] : [head, ...linesOf(paths, field.below, `${indent}  `)]
}

/** The number is that of further fetches for what is asked below. */
function printWay({ costs }: Paths, move: FieldMove, { below }: WantedField): string {
  if (below === undefined) return move.subgraph
  const standing = { subgraph: move.subgraph, provided: move.provides }
  const cost = costs.below(standing, move.typeName, below)
  return `${move.subgraph} ${cost >= missingCost ? '(not all from here)' : `+${cost}`}`
}

function hopsOf({ graph, costs }: Paths, typeName: string): readonly string[] {
  return graph.subgraphs.flatMap((subgraph) => {
    const holds = graph.keys(subgraph, typeName).length > 0
    if (!holds || typeName === graph.queryType) return []
    const hops = [...costs.hops({ typeName, standings: [{ subgraph, provided: undefined }] }).values()]
    const printed = hops
      .filter((hop) => hop.subgraph !== subgraph)
      .map((hop) => `${hop.subgraph} by ${hop.key.text}${hop.hops > 1 ? ` in ${hop.hops} hops` : ''}`)
    return printed.length === 0 ? [] : [`  ${typeName} from ${subgraph}  ${printed.join(', ')}`]
  })
}

/** Proves that every query which fits the public schema can be answered, or says of which field of which subgraph it can't. */
import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import type { MoveGraph } from '../../planner/move-graph.ts'
import { explainUnresolved, explainUntyped, type Visit } from './explain-unresolved.ts'
import { createPositions, type Position, type Positions } from './positions.ts'

/**
 * Walks the graph from its roots, each position once: what can be had of an object depends on its type and on the subgraphs
 * that it came from, not on the rest of the way. Each field that can't be resolved is told once, with the shortest way to it.
 */
export function checkSatisfiability(graph: MoveGraph, publicSchema: GraphQLSchema): readonly string[] {
  const positions = createPositions(graph)
  const walk: Walk = { graph, positions, publicSchema, problems: new Map(), seen: new Set(), queue: [] }
  for (const root of rootsOf(publicSchema))
    if (root) goTo(walk, { position: positions.root(root.name), path: [] })
  for (const visit of walk.queue) look(walk, visit)
  return [...walk.problems.values()]
}

const rootsOf = (schema: GraphQLSchema): readonly (GraphQLObjectType | null | undefined)[] => [
  schema.getQueryType(),
  schema.getMutationType(),
  schema.getSubscriptionType(),
]

type Walk = {
  readonly graph: MoveGraph
  readonly positions: Positions
  readonly publicSchema: GraphQLSchema
  /** By what is wrong: a field, or a type that can't be told. */
  readonly problems: Map<string, string>
  readonly seen: Set<Position>
  readonly queue: Visit[]
}

function goTo({ seen, queue }: Walk, visit: Visit): void {
  if (seen.has(visit.position) || seen.size >= positionsMax) return
  seen.add(visit.position)
  queue.push(visit)
}

// A graph of 200 subgraphs and 4,000 types has some 20,000. Beyond, what is left is taken to be satisfiable: to refuse a
// good graph would be worse than to fail a query of a bad one.
const positionsMax = 500_000

function look(walk: Walk, { position, path }: Visit): void {
  const { graph, positions, publicSchema, problems } = walk
  const { typeName } = position
  const type = publicSchema.getType(typeName)
  if (!isObjectType(type)) return
  const untyped = explainUntyped(graph, positions, { position, path })
  if (untyped !== undefined && !problems.has(typeName)) problems.set(typeName, untyped)
  for (const fieldName of Object.keys(type.getFields())) {
    const way = [...path, { typeName, fieldName }]
    for (const below of positions.below(position, fieldName).values())
      goTo(walk, { position: below, path: way })
    const coordinate = `${typeName}.${fieldName}`
    if (position.resolvers.has(fieldName) || problems.has(coordinate) || problems.has(typeName)) continue
    problems.set(coordinate, explainUnresolved(graph, positions, { position, path: way }))
  }
}

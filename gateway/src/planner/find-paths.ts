/** Finds where one can go from a place: what is resolved right here, and which subgraphs a key leads to, in how many hops. */
import type { FieldMove, KeyMove, MoveGraph } from './move-graph.ts'
import { fieldsFor, type WantedField, type WantedSet } from './wanted.ts'

/** To stand in a subgraph, with what is provided there beside what the subgraph resolves anyway. */
export type Standing = {
  readonly subgraph: string
  readonly provided: WantedSet | undefined
  /** Below a field that is provided itself, nothing is promised but what the provision lists. */
  readonly isOnlyProvided?: boolean
}

/** The last jump on the way to a subgraph, and how many jumps the way has. */
export type Hop = { readonly subgraph: string; readonly key: KeyMove; readonly hops: number }

export type Spot = { readonly typeName: string; readonly standings: readonly Standing[] }

/** A field that is resolved where one stands, without anything else to know first. */
export function localMove(
  graph: MoveGraph,
  standing: Standing,
  at: { readonly typeName: string; readonly fieldName: string },
): FieldMove | undefined {
  const move = graph.field(standing.subgraph, at.typeName, at.fieldName)
  if (move === undefined || move.requires !== undefined) return undefined
  const isResolved = !move.isExternal && standing.isOnlyProvided !== true
  return isResolved || providedField(standing, at) !== undefined ? move : undefined
}

/** Whether a field is resolved where one stands for each runtime type that may be there. */
export function isLocalForAll(
  graph: MoveGraph,
  standing: Standing,
  { typeName, fieldName }: { readonly typeName: string; readonly fieldName: string },
): boolean {
  const { subgraph } = standing
  const types = graph.isInterfaceObject(subgraph, typeName)
    ? [typeName]
    : graph.runtimeTypes(subgraph, typeName)
  return types.every((name) => localMove(graph, standing, { typeName: name, fieldName }) !== undefined)
}

const providedField = (
  { provided }: Standing,
  { typeName, fieldName }: { readonly typeName: string; readonly fieldName: string },
): WantedField | undefined => provided && fieldsFor(provided, typeName).find(({ name }) => name === fieldName)

/** Where one stands below a field: in the same subgraph, with what its provision and the one above it say. */
export function standingBelow(
  standing: Standing,
  move: FieldMove,
  at: { readonly typeName: string; readonly fieldName: string },
): Standing {
  const above = providedField(standing, at)?.below
  const provided = joinProvided(above, move.provides)
  const isOnlyProvided = provided !== undefined && (move.isExternal || standing.isOnlyProvided === true)
  return { subgraph: standing.subgraph, provided, ...(isOnlyProvided && { isOnlyProvided }) }
}

function joinProvided(one: WantedSet | undefined, other: WantedSet | undefined): WantedSet | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const byType = new Map(one.byType)
  for (const [name, fields] of other.byType) byType.set(name, [...(byType.get(name) ?? []), ...fields])
  return { ...one, fields: [...one.fields, ...other.fields], byType }
}

const noKey: KeyMove = {
  text: '',
  fields: { typeName: '', typename: false, asksType: false, fields: [], byType: new Map() },
}

export type CanSupply = (standing: Standing, typeName: string, field: WantedField) => boolean

/** The cheapest way into each subgraph that keys lead to. Breadth first, so that it ends and ties fall to the first name. */
export function findHops(
  graph: MoveGraph,
  { typeName, standings }: Spot,
  canSupply: CanSupply,
): ReadonlyMap<string, Hop> {
  // Root fields need no key: wherever the query type is, every subgraph is one fetch away.
  if (typeName === graph.queryType)
    return new Map(graph.subgraphs.map((subgraph) => [subgraph, { subgraph, key: noKey, hops: 1 }]))
  const keys = graph
    .keyedSubgraphs(typeName)
    .flatMap((subgraph) =>
      graph
        .keys(subgraph, typeName)
        .map((key) => ({ subgraph, key, fields: fieldsFor(key.fields, typeName) })),
    )
  const wanted = new Map(keys.flatMap(({ fields }) => fields.map((field) => [field, false])))
  const found = new Map<string, Hop>()
  for (let reached: readonly Standing[] = standings, hops = 1; reached.length > 0; hops += 1) {
    for (const [field, isSupplied] of wanted)
      if (!isSupplied && reached.some((standing) => canSupply(standing, typeName, field)))
        wanted.set(field, true)
    const next = new Map<string, Hop>()
    for (const { subgraph, key, fields } of keys) {
      if (found.has(subgraph) || !fields.every((field) => wanted.get(field) === true)) continue
      const known = next.get(subgraph)
      if (known === undefined || key.text.length < known.key.text.length)
        next.set(subgraph, { subgraph, key, hops })
    }
    for (const hop of next.values()) found.set(hop.subgraph, hop)
    reached = [...next.keys()].map((subgraph) => ({ subgraph, provided: undefined }))
  }
  return found
}

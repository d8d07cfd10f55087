/** Finds where one can go from a place: what is resolved right here, and which subgraphs a key leads to, in how many hops. */
import type { FieldMove, KeyMove, MoveGraph } from './move-graph.ts'
import { fieldsFor, type WantedField, type WantedSet } from './wanted.ts'

/** To stand in a subgraph, with what is provided there beside what the subgraph resolves anyway. */
export type Standing = { readonly subgraph: string; readonly provided: WantedSet | undefined }

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
  return !move.isExternal || providedField(standing, at) !== undefined ? move : undefined
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
  return { subgraph: standing.subgraph, provided: joinProvided(above, move.provides) }
}

function joinProvided(one: WantedSet | undefined, other: WantedSet | undefined): WantedSet | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const byType = new Map(one.byType)
  for (const [name, fields] of other.byType) byType.set(name, [...(byType.get(name) ?? []), ...fields])
  return { typename: false, fields: [...one.fields, ...other.fields], byType }
}

export type CanSupply = (standing: Standing, typeName: string, field: WantedField) => boolean

/** The cheapest way into each subgraph that keys lead to. Breadth first, so that it ends and ties fall to the first name. */
export function findHops(
  graph: MoveGraph,
  { typeName, standings }: Spot,
  canSupply: CanSupply,
): ReadonlyMap<string, Hop> {
  const found = new Map<string, Hop>()
  const reached: Standing[] = [...standings]
  for (let hops = 1; ; hops += 1) {
    const next = graph.subgraphs.flatMap((subgraph): readonly Hop[] => {
      if (found.has(subgraph)) return []
      const key = graph
        .keys(subgraph, typeName)
        .filter(({ fields }) =>
          fieldsFor(fields, typeName).every((field) =>
            reached.some((standing) => canSupply(standing, typeName, field)),
          ),
        )
        .toSorted((one, other) => one.text.length - other.text.length)[0]
      return key === undefined ? [] : [{ subgraph, key, hops }]
    })
    if (next.length === 0) return found
    for (const hop of next) {
      found.set(hop.subgraph, hop)
      reached.push({ subgraph: hop.subgraph, provided: undefined })
    }
  }
}

/** Weighs ways against each other: how many more fetches a selection costs from where one stands, remembered and bounded. */
import { findHops, type Hop, localMove, type Spot, type Standing, standingBelow } from './find-paths.ts'
import type { MoveGraph } from './move-graph.ts'
import { fieldsFor, type WantedField, type WantedSet } from './wanted.ts'

/** What a field costs that can't be had from here at all: far more than any number of jumps. */
export const missingCost = 1000

export type Costs = {
  /** Fetches that a selection costs beyond the one that reaches it. */
  readonly below: (standing: Standing, typeName: string, wanted: WantedSet) => number
  /** The subgraphs that keys lead to. */
  readonly hops: (spot: Spot) => ReadonlyMap<string, Hop>
}

export function createCosts(graph: MoveGraph): Costs {
  const costing: Costing = { graph, remembered: new WeakMap(), hopsRemembered: new Map() }
  return {
    below: (standing, typeName, wanted) => costBelow(costing, standing, { typeName, wanted }),
    hops: (spot) => hopsAt(costing, spot),
  }
}

type Costing = {
  readonly graph: MoveGraph
  readonly remembered: WeakMap<WantedSet, Map<string, number>>
  readonly hopsRemembered: Map<string, ReadonlyMap<string, Hop>>
}

type WantedAt = { readonly typeName: string; readonly wanted: WantedSet }

function costBelow(costing: Costing, standing: Standing, at: WantedAt): number {
  // What is provided differs from place to place, so only what holds everywhere is remembered.
  if (standing.provided !== undefined) return costAt(costing, standing, at)
  const key = `${standing.subgraph} ${at.typeName}`
  const known = costing.remembered.get(at.wanted) ?? new Map<string, number>()
  costing.remembered.set(at.wanted, known)
  const cost = known.get(key)
  if (cost !== undefined) return cost
  // A key that needs itself to be reached costs what can't be had.
  known.set(key, missingCost)
  const found = costAt(costing, standing, at)
  known.set(key, found)
  return found
}

// Jumps from several runtime types are sent together, so the dearest of them counts.
function costAt(costing: Costing, standing: Standing, { typeName, wanted }: WantedAt): number {
  const types = costing.graph.runtimeTypes(standing.subgraph, typeName)
  return Math.max(
    0,
    ...types.map((name) => {
      const jumped = new Set<string>()
      return fieldsFor(wanted, name).reduce(
        (sum, field) => sum + costOfField(costing, standing, { typeName: name, field, jumped }),
        0,
      )
    }),
  )
}

type FieldAt = { readonly typeName: string; readonly field: WantedField }

/** A subgraph that was jumped to for one field is there for the next. */
function costOfField(
  costing: Costing,
  standing: Standing,
  { jumped, ...at }: FieldAt & { readonly jumped: Set<string> },
): number {
  const costOf = ({ subgraph, hops, below }: Option): number => (jumped.has(subgraph) ? 0 : hops) + below
  const options = optionsOf(costing, standing, at)
  const best = options.toSorted((one, other) => costOf(one) - costOf(other))[0]
  if (best === undefined) return missingCost
  const cost = costOf(best)
  if (best.hops > 0) jumped.add(best.subgraph)
  return cost
}

function optionsOf(costing: Costing, standing: Standing, { typeName, field }: FieldAt): readonly Option[] {
  const { graph } = costing
  const at = { typeName, fieldName: field.name }
  const reached = hopsFrom(costing, standing, typeName)
  return graph.movesTo(typeName, field.name).flatMap((move): readonly Option[] => {
    const isHere = move.subgraph === standing.subgraph
    const isLocal = isHere && localMove(graph, standing, at) !== undefined
    if (move.isExternal && !isLocal) return []
    const hops = isLocal ? 0 : (reached.get(move.subgraph)?.hops ?? (isHere ? 1 : undefined))
    if (hops === undefined) return []
    const from = isLocal ? standing : { subgraph: move.subgraph, provided: undefined }
    const wanted = field.below
    const below =
      wanted === undefined
        ? 0
        : costBelow(costing, standingBelow(from, move, at), { typeName: move.typeName, wanted })
    return [{ subgraph: move.subgraph, hops: hops + (move.requires === undefined ? 0 : 1), below }]
  })
}

function hopsFrom(costing: Costing, standing: Standing, typeName: string): ReadonlyMap<string, Hop> {
  const spot = { typeName, standings: [standing] }
  if (standing.provided !== undefined) return hopsAt(costing, spot)
  const key = `${standing.subgraph} ${typeName}`
  const known = costing.hopsRemembered.get(key)
  if (known !== undefined) return known
  costing.hopsRemembered.set(key, new Map())
  const found = hopsAt(costing, spot)
  costing.hopsRemembered.set(key, found)
  return found
}

const hopsAt = (costing: Costing, spot: Spot): ReadonlyMap<string, Hop> =>
  findHops(costing.graph, spot, (standing, typeName, field) => {
    const at = { typeName, fieldName: field.name }
    const move = localMove(costing.graph, standing, at)
    if (move === undefined) return false
    if (field.below === undefined) return true
    const below = { typeName: move.typeName, wanted: field.below }
    return costBelow(costing, standingBelow(standing, move, at), below) < missingCost
  })

type Option = { readonly subgraph: string; readonly hops: number; readonly below: number }

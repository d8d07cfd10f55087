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
  const remembered = new WeakMap<WantedSet, Map<string, number>>()
  const hopsRemembered = new Map<string, ReadonlyMap<string, Hop>>()

  const costs: Costs = {
    below(standing, typeName, wanted) {
      if (standing.provided !== undefined) return costAt(standing, typeName, wanted)
      const key = `${standing.subgraph} ${typeName}`
      const known = remembered.get(wanted) ?? new Map<string, number>()
      remembered.set(wanted, known)
      const cost = known.get(key)
      if (cost !== undefined) return cost
      // A key that needs itself to be reached costs what can't be had.
      known.set(key, missingCost)
      const found = costAt(standing, typeName, wanted)
      known.set(key, found)
      return found
    },
    hops: (spot) => findHops(graph, spot, canSupply),
  }
  return costs

  function canSupply(standing: Standing, typeName: string, field: WantedField): boolean {
    const at = { typeName, fieldName: field.name }
    const move = localMove(graph, standing, at)
    if (move === undefined) return false
    if (field.below === undefined) return true
    return costs.below(standingBelow(standing, move, at), move.typeName, field.below) < missingCost
  }

  function costAt(standing: Standing, typeName: string, wanted: WantedSet): number {
    // Jumps from several runtime types are sent together, so the dearest of them counts.
    const types = graph.runtimeTypes(standing.subgraph, typeName)
    return Math.max(0, ...types.map((name) => costOfObject(standing, name, fieldsFor(wanted, name))))
  }

  function costOfObject(standing: Standing, typeName: string, fields: readonly WantedField[]): number {
    const jumped = new Set<string>()
    let total = 0
    for (const field of fields) {
      const options = optionsOf(standing, typeName, field)
      const best = options.toSorted((one, other) => costOf(one) - costOf(other))[0]
      total += best === undefined ? missingCost : costOf(best)
      if (best !== undefined && best.hops > 0) jumped.add(best.subgraph)
    }
    return total

    function costOf({ subgraph, hops, below }: Option): number {
      return (jumped.has(subgraph) ? 0 : hops) + below
    }
  }

  function optionsOf(standing: Standing, typeName: string, field: WantedField): readonly Option[] {
    const at = { typeName, fieldName: field.name }
    const reached = hopsFrom(standing, typeName)
    return graph.movesTo(typeName, field.name).flatMap((move): readonly Option[] => {
      const isHere = move.subgraph === standing.subgraph
      const isLocal = isHere && localMove(graph, standing, at) !== undefined
      if (move.isExternal && !isLocal) return []
      const hops = isLocal ? 0 : (reached.get(move.subgraph)?.hops ?? (isHere ? 1 : undefined))
      if (hops === undefined) return []
      const from = isLocal ? standing : { subgraph: move.subgraph, provided: undefined }
      const below =
        field.below === undefined ? 0 : costs.below(standingBelow(from, move, at), move.typeName, field.below)
      return [{ subgraph: move.subgraph, hops: hops + (move.requires === undefined ? 0 : 1), below }]
    })
  }

  function hopsFrom(standing: Standing, typeName: string): ReadonlyMap<string, Hop> {
    const spot = { typeName, standings: [standing] }
    if (standing.provided !== undefined) return costs.hops(spot)
    const key = `${standing.subgraph} ${typeName}`
    const known = hopsRemembered.get(key)
    if (known !== undefined) return known
    hopsRemembered.set(key, new Map())
    const found = costs.hops(spot)
    hopsRemembered.set(key, found)
    return found
  }
}

type Option = { readonly subgraph: string; readonly hops: number; readonly below: number }

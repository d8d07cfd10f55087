/** Weighs ways against each other: how many more fetches a selection costs from where one stands, remembered and bounded. */
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'
import { findHops, type Hop, localMove, type Spot, type Standing, standingBelow } from './find-paths.ts'
import type { FieldMove, MoveGraph } from './move-graph.ts'
import { fieldsFor, type WantedField, type WantedSet } from './wanted.ts'

/** What a field costs that can't be had from here at all: far more than any number of jumps. */
export const missingCost = 1000

export type Costs = {
  /** Fetches that a selection costs beyond the one that reaches it. */
  readonly below: (standing: Standing, typeName: string, wanted: WantedSet) => number
  /** The subgraphs that keys lead to. */
  readonly hops: (spot: Spot) => ReadonlyMap<string, Hop>
}

export function createCosts(graph: MoveGraph, { stepsMax }: PlanLimits): Costs {
  const costing: Costing = {
    graph,
    stepsMax,
    steps: 0,
    below: { known: new WeakMap(), open: new WeakMap() },
    hops: { known: new Map(), open: new Map() },
    depth: 0,
    lowest: Number.POSITIVE_INFINITY,
    unremembered: 0,
  }
  return {
    below: (standing, typeName, wanted) => costBelow(costing, standing, { typeName, wanted }),
    hops: (spot) => hopsAt(costing, spot),
  }
}

type Costing = {
  readonly graph: MoveGraph
  readonly stepsMax: number
  steps: number
  readonly below: {
    readonly known: WeakMap<WantedSet, Map<string, number>>
    /** What is being computed, and how deep in the computation. */
    readonly open: WeakMap<WantedSet, Map<string, number>>
  }
  readonly hops: {
    readonly known: Map<string, ReadonlyMap<string, Hop>>
    readonly open: Map<string, number>
  }
  depth: number
  /** The outermost open question that the answers so far lean on. */
  lowest: number
  unremembered: number
}

/** So many answers may be computed anew because they lean on an open question; then they are kept as they are. */
const unrememberedMax = 20_000

type WantedAt = { readonly typeName: string; readonly wanted: WantedSet }

type Memory<Answer> = {
  readonly key: string
  readonly known: Map<string, Answer>
  readonly open: Map<string, number>
  /** What is answered where the question is open already: a key that needs itself can't be had. */
  readonly whileOpen: Answer
}

// An answer that leans on a question which is still open is right for that question alone, so it isn't kept.
function remember<Answer>(costing: Costing, memory: Memory<Answer>, compute: () => Answer): Answer {
  const { key, known, open, whileOpen } = memory
  const answer = known.get(key)
  if (answer !== undefined) return answer
  const openAt = open.get(key)
  if (openAt !== undefined) {
    costing.lowest = Math.min(costing.lowest, openAt)
    return whileOpen
  }
  const outside = costing.lowest
  const depth = (costing.depth += 1)
  open.set(key, depth)
  costing.lowest = Number.POSITIVE_INFINITY
  const found = compute()
  open.delete(key)
  costing.depth -= 1
  const isFinal = costing.lowest >= depth
  if (isFinal || costing.unremembered >= unrememberedMax) known.set(key, found)
  else costing.unremembered += 1
  costing.lowest = Math.min(outside, isFinal ? Number.POSITIVE_INFINITY : costing.lowest)
  return found
}

function costBelow(costing: Costing, standing: Standing, at: WantedAt): number {
  // What is provided differs from place to place, so only what holds everywhere is remembered.
  if (standing.provided !== undefined) return costAt(costing, standing, at)
  const memory = {
    key: `${standing.subgraph} ${at.typeName}`,
    known: mapIn(costing.below.known, at.wanted),
    open: mapIn(costing.below.open, at.wanted),
    whileOpen: missingCost,
  }
  return remember(costing, memory, () => costAt(costing, standing, at))
}

function mapIn(maps: WeakMap<WantedSet, Map<string, number>>, wanted: WantedSet): Map<string, number> {
  const map = maps.get(wanted) ?? new Map<string, number>()
  maps.set(wanted, map)
  return map
}

// Jumps from several runtime types are sent together, so the dearest of them counts.
function costAt(costing: Costing, standing: Standing, { typeName, wanted }: WantedAt): number {
  const { graph } = costing
  if (graph.isInterfaceObject(standing.subgraph, typeName))
    return costOfInterfaceObject(costing, standing, { typeName, wanted })
  const types = graph.runtimeTypes(standing.subgraph, typeName)
  if (types.length === 0) return missingCost
  const unknown = graph.possibleTypes(typeName).length - types.length
  return (
    Math.min(unknown, unknownTypesMax) * unknownTypeCost +
    Math.max(
      0,
      ...types.map((name) =>
        costOfFields(costing, standing, { typeName: name, fields: fieldsFor(wanted, name) }),
      ),
    )
  )
}

// Who shares a field and does not know some type of it can't give an object of that type, so it is asked only where nobody
// else is: more than any usual number of jumps, less than what can't be had.
const unknownTypeCost = 10
const unknownTypesMax = 50

function costOfFields(
  costing: Costing,
  standing: Standing,
  { typeName, fields }: { readonly typeName: string; readonly fields: readonly WantedField[] },
): number {
  const jumped = new Set<string>()
  return fields.reduce((sum, field) => sum + costOfField(costing, standing, { typeName, field, jumped }), 0)
}

/** Whoever needs to know the type has to ask a subgraph that really has the interface. */
function costOfInterfaceObject(costing: Costing, standing: Standing, { typeName, wanted }: WantedAt): number {
  const { graph } = costing
  if (!wanted.asksType && wanted.byType.size === 0) {
    const untyped = costOfFields(costing, standing, { typeName, fields: wanted.fields })
    if (untyped < missingCost) return untyped
  }
  const hops = [...hopsFrom(costing, standing, typeName).values()]
  const ways = hops.filter(({ subgraph }) => !graph.isInterfaceObject(subgraph, typeName))
  return Math.min(
    missingCost,
    ...ways.map(
      (hop) =>
        hop.hops + costBelow(costing, { subgraph: hop.subgraph, provided: undefined }, { typeName, wanted }),
    ),
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

type Option = { readonly subgraph: string; readonly hops: number; readonly below: number }

function optionsOf(costing: Costing, standing: Standing, at: FieldAt): readonly Option[] {
  count(costing)
  const { graph } = costing
  const { typeName, field } = at
  const local = localMove(graph, standing, { typeName, fieldName: field.name })
  const here = local && optionBy(costing, standing, { ...at, move: local, hops: 0 })
  // What is here with all that is wanted below it costs nothing, so nothing else need be weighed.
  if (here?.below === 0) return [here]
  const reached = hopsFrom(costing, standing, typeName)
  const others = graph.movesTo(typeName, field.name).flatMap((move): readonly Option[] => {
    if (move === local || move.isExternal) return []
    // What a field requires goes back to its own subgraph even by a key that only names the entity.
    const isBack =
      move.subgraph === standing.subgraph &&
      move.requires !== undefined &&
      graph
        .ownKeys(standing.subgraph, typeName)
        .some(({ fields }) =>
          fieldsFor(fields, typeName).every((key) => canSupply(costing, standing, { typeName, field: key })),
        )
    const hops = reached.get(move.subgraph)?.hops ?? (isBack ? 1 : undefined)
    if (hops === undefined) return []
    const entered = { subgraph: move.subgraph, provided: undefined }
    return [optionBy(costing, entered, { ...at, move, hops: hops + (move.requires === undefined ? 0 : 1) })]
  })
  return here === undefined ? others : [here, ...others]
}

function count(costing: Costing): void {
  costing.steps += 1
  if (costing.steps > costing.stepsMax)
    throw new CannotPlan(`To weigh the ways takes more than ${costing.stepsMax} steps.`, 'overLimit')
}

function optionBy(
  costing: Costing,
  standing: Standing,
  { typeName, field, move, hops }: FieldAt & { readonly move: FieldMove; readonly hops: number },
): Option {
  const at = { typeName, fieldName: field.name }
  const below =
    field.below === undefined
      ? 0
      : costBelow(costing, standingBelow(standing, move, at), {
          typeName: move.typeName,
          wanted: field.below,
        })
  return { subgraph: move.subgraph, hops, below }
}

function hopsFrom(costing: Costing, standing: Standing, typeName: string): ReadonlyMap<string, Hop> {
  const spot = { typeName, standings: [standing] }
  if (standing.provided !== undefined) return hopsAt(costing, spot)
  const memory = {
    key: `${standing.subgraph} ${typeName}`,
    known: costing.hops.known,
    open: costing.hops.open,
    whileOpen: noHops,
  }
  return remember(costing, memory, () => hopsAt(costing, spot))
}

const noHops: ReadonlyMap<string, Hop> = new Map()

const hopsAt = (costing: Costing, spot: Spot): ReadonlyMap<string, Hop> =>
  findHops(costing.graph, spot, (standing, typeName, field) =>
    canSupply(costing, standing, { typeName, field }),
  )

function canSupply(costing: Costing, standing: Standing, { typeName, field }: FieldAt): boolean {
  count(costing)
  const at = { typeName, fieldName: field.name }
  const move = localMove(costing.graph, standing, at)
  if (move === undefined) return false
  if (field.below === undefined) return true
  const below = { typeName: move.typeName, wanted: field.below }
  return costBelow(costing, standingBelow(standing, move, at), below) < missingCost
}

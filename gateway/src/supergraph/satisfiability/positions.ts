/** What can be had of an object, by where it came from: which subgraphs can be entered, and who resolves each of its fields. */
import { isObjectType } from 'graphql'
import type { FieldMove, KeyMove, MoveGraph } from '../../planner/move-graph.ts'
import { fieldsFor, type WantedField, type WantedSet } from '../../planner/wanted.ts'

/** A subgraph that has the object already, and what it provides of it beside what it resolves anyway. */
export type Standing = { readonly subgraph: string; readonly provided: readonly WantedSet[] }

/** Objects of one type that came from the same subgraphs are in the same position: what holds for one holds for all. */
export type Position = {
  readonly typeName: string
  readonly standings: readonly Standing[]
  /** Subgraphs that have the object or that a key leads to. */
  readonly entered: ReadonlySet<string>
  /** By field, the subgraphs that can be asked for it. */
  readonly resolvers: ReadonlyMap<string, ReadonlySet<string>>
}

export type Positions = {
  /** Settled: nothing more can be had than what it says. */
  readonly root: (typeName: string) => Position
  /** Below a field, by runtime type. */
  readonly below: (position: Position, fieldName: string) => ReadonlyMap<string, Position>
  /** Whether everything that a key, a requirement or a provision names can be had. */
  readonly has: (position: Position, wanted: WantedSet) => boolean
  readonly hasField: (position: Position, wanted: WantedField) => boolean
}

export function createPositions(graph: MoveGraph): Positions {
  const state: State = {
    graph,
    positions: new Map(),
    waiting: new Set(),
    ids: new Map(),
    keys: new Map(),
    moves: new Map(),
    roots: rootsOf(graph),
  }
  return {
    root(typeName) {
      const standings = graph.subgraphs.map((subgraph) => ({ subgraph, provided: [] }))
      return settled(state, positionAt(state, typeName, standings))
    },
    below(position, fieldName) {
      const found = positionsBelow(state, position, fieldName)
      settle(state)
      return found
    },
    has: (position, wanted) => hasAll(state, position, { wanted, asker: undefined }),
    hasField: (position, field) => hasField(state, position, { field, asker: undefined }),
  }
}

/** What is known grows only, so each position is looked at again when one that it looked at has grown, until none does. */
type Growing = Omit<Position, 'entered' | 'resolvers'> & {
  readonly entered: Set<string>
  readonly resolvers: Map<string, Set<string>>
  /** Those that looked at this one. */
  readonly askers: Set<Growing>
}

type State = {
  readonly graph: MoveGraph
  readonly positions: Map<string, Growing>
  readonly waiting: Set<Growing>
  readonly ids: Map<WantedSet, number>
  readonly keys: Map<string, readonly KeysIn[]>
  readonly moves: Map<string, ReadonlyMap<string, readonly FieldMove[]>>
  /** Their fields need no key: wherever a root type is, every subgraph is one fetch away. */
  readonly roots: ReadonlySet<string | undefined>
}

type KeysIn = {
  readonly subgraph: string
  readonly entering: readonly KeyMove[]
  /** By which a subgraph takes an object back that it gave away. */
  readonly naming: readonly KeyMove[]
}

function settled(state: State, position: Growing): Growing {
  settle(state)
  return position
}

function settle(state: State): void {
  for (const position of state.waiting) {
    state.waiting.delete(position)
    const before = sizeOf(position)
    while (grow(state, position));
    if (sizeOf(position) > before) for (const asker of position.askers) state.waiting.add(asker)
  }
}

const sizeOf = ({ entered, resolvers }: Position): number =>
  [...resolvers.values()].reduce((sum, subgraphs) => sum + subgraphs.size, entered.size)

function grow(state: State, position: Growing): boolean {
  const before = sizeOf(position)
  for (const { subgraph, entering } of keysOf(state, position.typeName))
    if (!position.entered.has(subgraph) && entering.some((key) => hasKey(state, position, key)))
      position.entered.add(subgraph)
  for (const [fieldName, moves] of movesOf(state, position.typeName))
    for (const move of moves)
      if (
        !position.resolvers.get(fieldName)?.has(move.subgraph) &&
        canAsk(state, position, { move, fieldName })
      )
        addResolver(position, fieldName, move.subgraph)
  return sizeOf(position) > before
}

function addResolver({ resolvers }: Growing, fieldName: string, subgraph: string): void {
  const known = resolvers.get(fieldName)
  if (known === undefined) resolvers.set(fieldName, new Set([subgraph]))
  else known.add(subgraph)
}

const hasKey = (state: State, position: Growing, { fields }: KeyMove): boolean =>
  hasAll(state, position, { wanted: fields, asker: position })

type Asked = { readonly move: FieldMove; readonly fieldName: string }

function canAsk(state: State, position: Growing, { move, fieldName }: Asked): boolean {
  const { subgraph, isExternal, requires } = move
  if (!position.entered.has(subgraph)) return false
  if (isExternal && providedBelow(position, { subgraph, fieldName }) === undefined) return false
  if (requires === undefined) return true
  // Told what it needs by a representation, which names the object by a key.
  const keys = keysOf(state, position.typeName).find((one) => one.subgraph === subgraph)
  const canName = [...(keys?.entering ?? []), ...(keys?.naming ?? [])].some((key) =>
    hasKey(state, position, key),
  )
  return canName && hasAll(state, position, { wanted: requires, asker: position })
}

/** The provisions that name a field; undefined if none does. */
function providedBelow(
  { standings, typeName }: Position,
  { subgraph, fieldName }: { readonly subgraph: string; readonly fieldName: string },
): readonly WantedSet[] | undefined {
  const named = standings
    .filter((standing) => standing.subgraph === subgraph)
    .flatMap(({ provided }) => provided.flatMap((set) => fieldsFor(set, typeName)))
    .filter(({ name }) => name === fieldName)
  return named.length === 0 ? undefined : named.flatMap(({ below }) => below ?? [])
}

type Wanting<What> = What & { readonly asker: Growing | undefined }

const hasAll = (
  state: State,
  position: Position,
  { wanted, asker }: Wanting<{ readonly wanted: WantedSet }>,
): boolean =>
  fieldsFor(wanted, position.typeName).every((field) => hasField(state, position, { field, asker }))

function hasField(
  state: State,
  position: Position,
  { field, asker }: Wanting<{ readonly field: WantedField }>,
): boolean {
  const { name, below } = field
  if (!position.resolvers.has(name)) return false
  if (below === undefined) return true
  return [...positionsBelow(state, position, name).values()].every((child) => {
    if (asker !== undefined && asker !== child) child.askers.add(asker)
    return hasAll(state, child, { wanted: below, asker })
  })
}

function positionsBelow(state: State, position: Position, fieldName: string): ReadonlyMap<string, Growing> {
  const { graph } = state
  const subgraphs = position.resolvers.get(fieldName)
  const reached = (movesOf(state, position.typeName).get(fieldName) ?? [])
    .filter(({ subgraph }) => subgraphs?.has(subgraph))
    .map(({ subgraph, typeName, provides }) => {
      const above = providedBelow(position, { subgraph, fieldName }) ?? []
      const standing = { subgraph, provided: provides === undefined ? above : [...above, provides] }
      // To a subgraph that holds an interface as an object, an entity may be any of its types.
      const types = graph.isInterfaceObject(subgraph, typeName)
        ? graph.possibleTypes(typeName)
        : graph.runtimeTypes(subgraph, typeName)
      return { standing, types }
    })
  const shared = sharedTypes(reached.map(({ types }) => types))
  const standings = new Map<string, Standing[]>()
  for (const { standing, types } of reached)
    for (const type of types)
      if (shared.has(type)) standings.set(type, [...(standings.get(type) ?? []), standing])
  return new Map(
    [...standings]
      .filter(([type]) => isObjectType(graph.schema.getType(type)))
      .map(([type, own]) => [type, positionAt(state, type, own)]),
  )
}

/** Whoever shares a field resolves it to the same object, so it is of a type that all of them know, if there is one. */
function sharedTypes(known: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...others] = known
  const shared = first.filter((type) => others.every((types) => types.includes(type)))
  return new Set(shared.length > 0 ? shared : known.flat())
}

function positionAt(state: State, typeName: string, standings: readonly Standing[]): Growing {
  const key = `${typeName} ${standings
    .map((standing) => keyOf(state, standing))
    .toSorted()
    .join(' ')}`
  const known = state.positions.get(key)
  if (known !== undefined) return known
  const subgraphs = state.roots.has(typeName)
    ? state.graph.subgraphs
    : standings.map(({ subgraph }) => subgraph)
  const position: Growing = {
    typeName,
    standings,
    entered: new Set(subgraphs),
    resolvers: new Map(),
    askers: new Set(),
  }
  state.positions.set(key, position)
  state.waiting.add(position)
  return position
}

const rootsOf = ({ schema }: MoveGraph): State['roots'] =>
  new Set([schema.getQueryType()?.name, schema.getMutationType()?.name, schema.getSubscriptionType()?.name])

function keyOf({ ids }: State, { subgraph, provided }: Standing): string {
  const numbers = provided.map((set) => {
    const id = ids.get(set) ?? ids.size
    ids.set(set, id)
    return id
  })
  return `${subgraph}#${[...new Set(numbers)].toSorted((one, other) => one - other).join('+')}`
}

function keysOf(state: State, typeName: string): readonly KeysIn[] {
  const known = state.keys.get(typeName)
  if (known !== undefined) return known
  const { graph } = state
  const having = new Set([...movesOf(state, typeName).values()].flat().map(({ subgraph }) => subgraph))
  const found = [...having].flatMap((subgraph) => {
    const [entering, naming] = [graph.keys(subgraph, typeName), graph.ownKeys(subgraph, typeName)]
    return entering.length + naming.length === 0 ? [] : [{ subgraph, entering, naming }]
  })
  state.keys.set(typeName, found)
  return found
}

function movesOf(state: State, typeName: string): ReadonlyMap<string, readonly FieldMove[]> {
  const known = state.moves.get(typeName)
  if (known !== undefined) return known
  const type = state.graph.schema.getType(typeName)
  const names = isObjectType(type) ? Object.keys(type.getFields()) : []
  const found = new Map(names.map((name) => [name, state.graph.movesTo(typeName, name)]))
  state.moves.set(typeName, found)
  return found
}

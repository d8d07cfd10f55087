/**
 * The data of a random graph, made up on the spot: each value follows from the object, the field, its arguments and what the
 * field requires, and from nothing else. One server and the subgraphs both ask here, so there is one truth.
 */
import { GraphQLError, Kind, type TypeNode, valueFromASTUntyped } from 'graphql'
import { type GraphFacts, namedType, type Owner, type Selections, type SubgraphFacts } from './read-graph.ts'
import { hash } from '../seeded.ts'

/** An object of the graph. Its id tells its type: `E0-2` is the second of the entities E0. */
export type Thing = { readonly id: string; readonly __typename: string }

export type Given = { readonly [name: string]: unknown }
export type Asked = { readonly thing: Thing; readonly name: string; readonly given: Given }

export type World = {
  readonly facts: GraphFacts
  /** What one server says. */
  readonly value: (asked: Asked) => unknown
  /** What a subgraph says that was told what the field requires. */
  readonly valueFrom: (asked: Asked, required: unknown) => unknown
  /** What a field set reads from an object, as a subgraph knows its types. */
  readonly select: (thing: Thing, selections: Selections, subgraph: SubgraphFacts) => unknown
  /** Finds an entity among all of a type by what is known of it. */
  readonly find: (typeName: string, isIt: (thing: Thing) => boolean) => Thing | undefined
  /** Mutations change all that is read after them. */
  readonly mutate: () => void
  /** Before each request. */
  readonly reset: () => void
}

export type WorldOptions = {
  readonly seed: number
  /** Fields that are neither key nor required fail now and then. */
  readonly hasErrors: boolean
  /** Sees each value that is made up, or the error instead. */
  readonly onValue?: (asked: Asked, value: unknown) => void
}

export function createWorld(facts: GraphFacts, { seed, hasErrors, onValue }: WorldOptions): World {
  let turn = 0
  const known = new Map<string, Field>()
  const world: World = {
    facts,
    value(asked) {
      const { requires } = fieldOf(asked)
      return world.valueFrom(
        asked,
        requires && world.select(asked.thing, requires.selections, requires.subgraph),
      )
    },
    valueFrom(asked, required) {
      const { thing, name, given } = asked
      if (name === 'id' && !isRoot(thing)) return thing.id
      const field = fieldOf(asked)
      const place = `${seed} ${field.coordinate} ${thing.id} ${textOf(given)} ${textOf(required)}`
      const at = field.isInput ? place : `${place} ${turn}`
      const failure = hasErrors && !field.isSteady ? failureSometimes(field.coordinate, at) : undefined
      const value = failure ?? makeValue(field, { level: 0, at })
      onValue?.(asked, value)
      if (failure !== undefined) throw failure
      return value
    },
    select: (thing, selections, subgraph) => selectFrom(world, { thing, selections, subgraph }),
    find: (typeName, isIt) =>
      Array.from({ length: entitiesOfType }, (_, index) => entity(typeName, index)).find(isIt),
    mutate: () => void (turn += 1),
    reset: () => void (turn = 0),
  }
  return world

  function fieldOf({ thing: { __typename }, name }: Asked): Field {
    const coordinate = `${__typename}.${name}`
    const field = known.get(coordinate) ?? fieldFacts(facts, __typename, name)
    known.set(coordinate, field)
    return field
  }
}

/** A field as all subgraphs that resolve it have it together. */
type Field = {
  readonly coordinate: string
  readonly isInput: boolean
  readonly isSteady: boolean
  readonly requires: { readonly selections: Selections; readonly subgraph: SubgraphFacts } | undefined
  /** From the outermost list to the item: null only where each of them allows it. */
  readonly isNullable: readonly boolean[]
  readonly leaf: (number: number) => unknown
}

export function fieldFacts(facts: GraphFacts, typeName: string, name: string): Field {
  const coordinate = `${typeName}.${name}`
  const owners = facts.owners(typeName, name)
  if (owners.length === 0) throw new Error(`Nobody resolves ${coordinate}.`)
  const requiring = owners.find(({ field }) => field.requires !== undefined)
  const levels = owners.map(({ field }) => nullableLevels(field.type))
  return {
    coordinate,
    isInput: facts.inputs.has(coordinate),
    isSteady: facts.steady.has(coordinate),
    requires: requiring && { selections: requiring.field.requires ?? [], subgraph: requiring.subgraph },
    isNullable: (levels[0] ?? []).map((_, level) => levels.every((one) => one[level])),
    leaf: leafMaker(facts, [...owners, ...providersOf(facts, typeName, name)]),
  }
}

/** Who provides a field has to be able to say its value. */
const providersOf = (facts: GraphFacts, typeName: string, name: string): readonly Owner[] =>
  [...(facts.providers.get(`${typeName}.${name}`) ?? [])].flatMap((subgraph) => {
    const field = subgraph.types.get(typeName)?.fields.get(name)
    return field === undefined ? [] : [{ subgraph, field }]
  })

function nullableLevels(type: TypeNode): readonly boolean[] {
  const isNullable = type.kind !== Kind.NON_NULL_TYPE
  const inner = type.kind === Kind.NON_NULL_TYPE ? type.type : type
  return inner.kind === Kind.LIST_TYPE ? [isNullable, ...nullableLevels(inner.type)] : [isNullable]
}

/** A value that each owner knows: a runtime type or an enum value that one of them lacks is never chosen. */
function leafMaker(facts: GraphFacts, owners: readonly Owner[]): (number: number) => unknown {
  const possible = owners.map(({ subgraph, field }) => facts.possible(subgraph, namedType(field.type)))
  const names = (possible[0] ?? []).filter((name) => possible.every((one) => one.includes(name)))
  const makers = names.map((name) => itemMaker(facts, owners, name))
  return (number) => makers[number % makers.length]?.(Math.floor(number / 16)) ?? null
}

function itemMaker(facts: GraphFacts, owners: readonly Owner[], name: string): (number: number) => unknown {
  const types = facts.subgraphs.flatMap((subgraph) => subgraph.types.get(name) ?? [])
  const kind = types[0]?.kind ?? 'scalar'
  if (kind === 'enum') {
    const [first = [], ...others] = owners.map(({ subgraph }) => subgraph.types.get(name)?.values ?? [])
    const values = first.filter((value) => others.every((one) => one.includes(value)))
    return (number) => values[number % values.length]
  }
  if (kind === 'scalar') return (number) => makeScalar(name, number)
  if (name === 'Query') return () => rootThing('Query')
  return types.some(({ keys }) => keys.length > 0)
    ? (number) => entity(name, number % entitiesOfType)
    : (number) => ({ __typename: name, id: `${name}-${number.toString(36)}` })
}

function makeValue(field: Field, { level, at }: { readonly level: number; readonly at: string }): unknown {
  const number = hash(`${at} ${level}`)
  if (field.isNullable[level] && number % 12 === 0) return null
  if (level === field.isNullable.length - 1) return field.leaf(hash(`${at} leaf`))
  const lengths = level === 0 ? [1, 2, 3, 2, 1, 0, 2, 3] : [1, 2, 1, 0]
  const length = lengths[hash(`${at} length`) % lengths.length] ?? 0
  return Array.from({ length }, (_, index) => makeValue(field, { level: level + 1, at: `${at}.${index}` }))
}

const entitiesOfType = 4

const entity = (typeName: string, index: number): Thing => ({
  __typename: typeName,
  id: `${typeName}-${index + 1}`,
})

export const rootThing = (typeName: string): Thing => ({ __typename: typeName, id: `${typeName}-0` })

const isRoot = ({ __typename }: Thing): boolean => ['Query', 'Mutation'].includes(__typename)

export const isThing = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && '__typename' in value && 'id' in value

// Half of the failures are meant for the client, and half are nobody's business.
function failureSometimes(coordinate: string, at: string): GraphQLError | undefined {
  const number = hash(`${at} fails`)
  if (number % 10 !== 0) return undefined
  const extensions = number % 20 === 0 ? { code: failureCode } : {}
  return new GraphQLError(`${coordinate} failed`, { extensions })
}

export const failureCode = 'OUT_OF_LUCK'

/** The order in which an object's members were written doesn't count. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}

function makeScalar(name: string, number: number): unknown {
  switch (name) {
    case 'Int':
      return number % 1_000_000
    case 'Float':
      return (number % 1_000_000) / 8
    case 'Boolean':
      return number % 2 === 0
    case 'String':
    case 'ID':
      return `${name.toLowerCase()}-${number.toString(36)}`
    default:
      // A scalar of one's own may hold anything: it is never looked into.
      return customValues[number % customValues.length]?.(number % 1000)
  }
}

const customValues: readonly ((number: number) => unknown)[] = [
  (number) => number,
  (number) => ({ z: number, a: [number, null, { __typename: 'E0', id: 'E0-1' }] }),
  (number) => [[number], { b: null }],
  (number) => `2026-01-${number}`,
  () => ({}),
]

type Selecting = {
  readonly thing: Thing
  readonly selections: Selections
  readonly subgraph: SubgraphFacts
}

export function selectFrom(world: World, { thing, selections, subgraph }: Selecting): unknown {
  const selected: Record<string, unknown> = {}
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value
      const applies =
        condition === undefined || world.facts.possible(subgraph, condition).includes(thing.__typename)
      const inner = { thing, selections: selection.selectionSet.selections, subgraph }
      if (applies) Object.assign(selected, selectFrom(world, inner))
    }
    if (selection.kind !== Kind.FIELD) continue
    const name = selection.name.value
    const given: Record<string, unknown> = { ...defaultsOf(world.facts, thing, name) }
    for (const one of selection.arguments ?? []) given[one.name.value] = valueFromASTUntyped(one.value)
    const value = name === '__typename' ? thing.__typename : world.value({ thing, name, given })
    const below = selection.selectionSet?.selections
    selected[name] = below === undefined ? value : selectBelow(world, { selections: below, subgraph }, value)
  }
  return selected
}

const defaultsOf = ({ owners }: GraphFacts, { __typename }: Thing, name: string): Given =>
  owners(__typename, name)[0]?.field.defaults ?? {}

function selectBelow(world: World, at: Omit<Selecting, 'thing'>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => selectBelow(world, at, item))
  return isThing(value) ? selectFrom(world, { ...at, thing: value }) : value
}

/** What is left of a representation is what a field requires; what is missing there is a fault of who made it. */
export function readRequired(
  { facts, subgraph }: { readonly facts: GraphFacts; readonly subgraph: SubgraphFacts },
  selections: Selections,
  represented: unknown,
): unknown {
  if (Array.isArray(represented))
    return represented.map((item) => readRequired({ facts, subgraph }, selections, item))
  if (typeof represented !== 'object' || represented === null) return represented
  const object = represented as Readonly<Record<string, unknown>>
  const read: Record<string, unknown> = {}
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value
      const typeName = object.__typename
      if (condition !== undefined && typeof typeName !== 'string')
        throw new Error('An object that may have several types came without its type.')
      if (condition === undefined || facts.possible(subgraph, condition).includes(String(typeName)))
        Object.assign(read, readRequired({ facts, subgraph }, selection.selectionSet.selections, object))
    }
    if (selection.kind !== Kind.FIELD) continue
    const name = selection.name.value
    if (!Object.hasOwn(object, name)) throw new Error(`A representation came without ${name}.`)
    read[name] = selection.selectionSet
      ? readRequired({ facts, subgraph }, selection.selectionSet.selections, object[name])
      : object[name]
  }
  return read
}

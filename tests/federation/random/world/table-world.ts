/** The data of a named case, written out as tables: the same for one server and for every subgraph. */
import { fieldFacts, type Given, isThing, selectFrom, type Thing, type World } from './graph-world.ts'
import type { GraphFacts } from './read-graph.ts'

/**
 * A cell is a value, an error to fail with, or a function that makes either. An entity elsewhere is `{ __typename, id }`; an object of
 * a type without a key stands where it is used, with its `__typename` and all of its fields.
 */
export type Row = { readonly [field: string]: unknown }
export type MakeCell = (from: {
  readonly given: Given
  /** What the field requires, as it was told. */
  readonly required: Given
  /** How many root fields of the mutation ran before. */
  readonly mutations: number
}) => unknown

/** By type, one object or more; there is one `Query` and one `Mutation`. */
export type Tables = { readonly [typeName: string]: Row | readonly Row[] }

export function createTableWorld(facts: GraphFacts, tables: Tables): World {
  const values = new Map<string, Row>()
  const rowsOf = (typeName: string): readonly Row[] => [tables[typeName] ?? []].flat()
  let mutations = 0
  const world: World = {
    facts,
    value(asked) {
      const { requires } = fieldFacts(facts, asked.thing.__typename, asked.name)
      return world.valueFrom(
        asked,
        requires && world.select(asked.thing, requires.selections, requires.subgraph),
      )
    },
    valueFrom({ thing, name, given }, required) {
      const row = values.get(thing.id) ?? findRow(thing)
      const cell = row?.[name]
      const value =
        typeof cell === 'function'
          ? (cell as MakeCell)({ given, required: (required ?? {}) as Given, mutations })
          : cell
      if (value instanceof Error) throw value
      return withIds(value ?? null)
    },
    select: (thing, selections, subgraph) => selectFrom(world, { thing, selections, subgraph }),
    find: (typeName, isIt) =>
      rowsOf(typeName)
        .map(({ id }): Thing => ({ __typename: typeName, id: String(id) }))
        .find(isIt),
    mutate: () => void (mutations += 1),
    reset: () => void (mutations = 0),
  }
  return world

  function findRow({ __typename, id }: Thing): Row | undefined {
    const rows = rowsOf(__typename)
    return rows.find((row) => String(row.id) === id) ?? (id === `${__typename}-0` ? rows[0] : undefined)
  }

  /** Objects without an id get one, to be found again. */
  function withIds(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withIds)
    if (typeof value !== 'object' || value === null || !('__typename' in value) || isThing(value))
      return value
    const thing: Thing = { __typename: String(value.__typename), id: `value-${values.size}` }
    values.set(thing.id, value as unknown as Row)
    return thing
  }
}

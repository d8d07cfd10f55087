/** A random graph: entities, value types, an interface and a union, and which subgraph owns which field. */
import type { Chance } from './seeded.ts'

export type FieldModel = {
  readonly name: string
  /** A scalar, an entity, a value type, or the interface or union. */
  readonly type: string
  readonly listDepth: 0 | 1 | 2
  readonly isNonNull: boolean
  readonly hasArgument: boolean
  /** More than one: shareable. */
  readonly owners: readonly string[]
  /** What the owner needs from others to answer, as a field set; `from` are the fields at its top. */
  readonly requires?: { readonly text: string; readonly from: readonly string[] }
  /** Scalars that the owner gives along with the entity, though others own them. */
  readonly provides?: readonly string[]
}

export type TypeModel = {
  readonly name: string
  readonly kind: 'entity' | 'value'
  readonly fields: readonly FieldModel[]
  /** By subgraph: the keys that it declares, and whether it can be entered by them. */
  readonly keys: ReadonlyMap<string, readonly KeyModel[]>
}

export type KeyModel = { readonly text: string; readonly isResolvable: boolean }

export type GraphModel = {
  readonly seed: number
  readonly subgraphs: readonly string[]
  readonly types: ReadonlyMap<string, TypeModel>
  /** The runtime types of an abstract type, by subgraph. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
  readonly roots: readonly FieldModel[]
  readonly mutations: readonly FieldModel[]
}

export const keyTexts = ['id', 'code', 'id region', 'place { code }'] as const
const keyFields = new Set(['id', 'code', 'region', 'place'])
export const isKeyField = (name: string): boolean => keyFields.has(name)

export function randomGraph(seed: number, chance: Chance): GraphModel {
  const subgraphs = ['a', 'b', 'c', 'd'].slice(0, 2 + chance.below(3))
  const entities = ['E0', 'E1', 'E2', 'E3'].slice(0, 2 + chance.below(3))
  const values = ['V0', 'V1'].slice(0, chance.below(3))
  const presence = new Map(entities.map((name) => [name, atLeastOne(chance, subgraphs)]))
  const members = abstractMembers(chance, subgraphs, presence)
  const world: World = { chance, subgraphs, entities, values, presence, members }
  const types = new Map<string, TypeModel>()
  for (const name of values) types.set(name, valueType(world, name))
  for (const name of entities) types.set(name, entityType(world, name))
  return {
    seed,
    subgraphs,
    types,
    members,
    roots: rootFields(world, types),
    mutations: subgraphs.flatMap((subgraph) =>
      entitiesIn(world, subgraph)
        .slice(0, 1)
        .map((type) => plain(`change${subgraph}`, type, [subgraph])),
    ),
  }
}

type World = {
  readonly chance: Chance
  readonly subgraphs: readonly string[]
  readonly entities: readonly string[]
  readonly values: readonly string[]
  /** The subgraphs that know an entity. */
  readonly presence: ReadonlyMap<string, readonly string[]>
  readonly members: GraphModel['members']
}

const plain = (name: string, type: string, owners: readonly string[]): FieldModel => ({
  name,
  type,
  owners,
  listDepth: 0,
  isNonNull: false,
  hasArgument: false,
})

function atLeastOne(chance: Chance, among: readonly string[]): readonly string[] {
  const some = chance.some(among, 0.7)
  return some.length > 0 ? some : [chance.pick(among)]
}

function abstractMembers(
  chance: Chance,
  subgraphs: readonly string[],
  presence: World['presence'],
): GraphModel['members'] {
  const implementing = [...presence.keys()].filter(() => chance.often(0.6))
  const united = [...presence.keys()].filter(() => chance.often(0.6))
  const by = (names: readonly string[], share: number) =>
    new Map(
      subgraphs.map((subgraph) => [
        subgraph,
        names.filter((name) => presence.get(name)?.includes(subgraph) && chance.often(share)),
      ]),
    )
  return new Map([
    ['I', by(implementing, 1)],
    ['U', by(united, 0.8)],
  ])
}

const entitiesIn = ({ presence }: World, subgraph: string): readonly string[] =>
  [...presence].flatMap(([name, known]) => (known.includes(subgraph) ? [name] : []))

const scalarFields = (world: World, prefix: string, owners: readonly (readonly string[])[]): FieldModel[] =>
  owners.map((own, index) => ({
    ...plain(`${prefix}${index}`, world.chance.pick(['String', 'Int']), own),
    isNonNull: world.chance.often(0.3),
    hasArgument: world.chance.often(0.25),
    listDepth: world.chance.often(0.1) ? 1 : 0,
  }))

function valueType(world: World, name: string): TypeModel {
  const { chance, subgraphs } = world
  const owners = Array.from({ length: 2 + chance.below(2) }, () =>
    chance.often(0.85) ? subgraphs : atLeastOne(chance, subgraphs),
  )
  // The first is everywhere, so that no subgraph has an empty type.
  return { name, kind: 'value', fields: scalarFields(world, 'v', [subgraphs, ...owners]), keys: new Map() }
}

function entityType(world: World, name: string): TypeModel {
  const { chance } = world
  const known = world.presence.get(name) ?? []
  const keys = new Map(known.map((subgraph) => [subgraph, keysOf(chance)]))
  const owners = Array.from({ length: 2 + chance.below(4) }, () =>
    chance.often(0.15) ? atLeastOne(chance, known) : [chance.pick(known)],
  )
  const scalars = scalarFields(world, 's', owners)
  const references = Array.from({ length: 1 + chance.below(3) }, (_, index) =>
    reference(world, `r${index}`, chance.pick(known)),
  )
  const required = known.flatMap((subgraph) => requiring(world, { subgraph, scalars, references }))
  return { name, kind: 'entity', fields: [...scalars, ...references, ...required], keys }
}

function keysOf(chance: Chance): readonly KeyModel[] {
  const texts = new Set<string>(chance.often(0.88) ? ['id'] : [chance.pick(keyTexts)])
  if (chance.often(0.35)) texts.add(chance.pick(keyTexts))
  return [...texts].map((text) => ({ text, isResolvable: !chance.often(0.08) }))
}

function reference(world: World, name: string, owner: string): FieldModel {
  const { chance } = world
  const abstract = ['I', 'U'].filter((one) => (world.members.get(one)?.get(owner) ?? []).length > 0)
  const type =
    chance.often(0.35) && abstract.length > 0
      ? chance.pick(abstract)
      : chance.pick([...entitiesIn(world, owner), ...entitiesIn(world, owner), ...world.values, 'String'])
  return {
    ...plain(name, type, [owner]),
    listDepth: chance.pick([0, 0, 0, 1, 1, 2]),
    isNonNull: chance.often(0.3),
    hasArgument: chance.often(0.1),
  }
}

function requiring(
  world: World,
  {
    subgraph,
    scalars,
    references,
  }: { subgraph: string; scalars: readonly FieldModel[]; references: readonly FieldModel[] },
): FieldModel[] {
  const { chance } = world
  const foreign = scalars.filter(({ owners }) => !owners.includes(subgraph))
  const nested = references.filter(
    ({ owners, type, hasArgument }) =>
      !owners.includes(subgraph) && world.values.includes(type) && !hasArgument,
  )
  const used = [...chance.some(foreign, 0.4), ...chance.some(nested, 0.5)]
  if (used.length === 0 || chance.often(0.5)) return []
  const text = used
    .map(({ name, type, hasArgument }) => {
      if (world.values.includes(type)) return `${name} { v0 }`
      return hasArgument && chance.often(0.7) ? `${name}(x: ${1 + chance.below(3)})` : name
    })
    .join(' ')
  const from = used.map(({ name }) => name)
  return [{ ...plain(`q${subgraph}`, 'String', [subgraph]), requires: { text, from } }]
}

function rootFields(world: World, types: ReadonlyMap<string, TypeModel>): FieldModel[] {
  const { chance, subgraphs } = world
  const own = subgraphs.flatMap((subgraph) =>
    Array.from({ length: 1 + chance.below(3) }, (_, index): FieldModel => {
      const field = reference(world, `${subgraph}Root${index}`, subgraph)
      const provides = providable(types.get(field.type), subgraph).filter(() => chance.often(0.3))
      return provides.length > 0 ? { ...field, provides } : field
    }),
  )
  const shared = world.values.map((type) => ({ ...plain(`shared${type}`, type, subgraphs) }))
  const both = world.entities.flatMap((type) => {
    const owners = world.presence.get(type) ?? []
    return owners.length > 1 && chance.often(0.3)
      ? [{ ...plain(`all${type}`, type, owners), listDepth: 1 as const }]
      : []
  })
  return [...own, ...shared, ...both]
}

const providable = (type: TypeModel | undefined, subgraph: string): readonly string[] =>
  type === undefined || type.kind !== 'entity'
    ? []
    : type.fields.flatMap(({ name, owners, requires, type: scalar, hasArgument }) =>
        !hasArgument &&
        !owners.includes(subgraph) &&
        requires === undefined &&
        ['String', 'Int'].includes(scalar)
          ? [name]
          : [],
      )

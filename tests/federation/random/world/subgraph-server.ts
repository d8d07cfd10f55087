/** A subgraph of a random graph as a GraphQL server of its own: strict about what it is asked and told. */
import type { SubgraphRequest, SubgraphResponse } from '@souk/contracts'
import {
  assertValidSchema,
  buildASTSchema,
  type DefinitionNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
  visit,
} from 'graphql'
import {
  type Given,
  isThing,
  readRequired,
  rootThing,
  textOf,
  type Thing,
  type World,
} from './graph-world.ts'
import type { FieldFacts, Selections, SubgraphFacts, SubgraphSource, TypeFacts } from './read-graph.ts'

export type SubgraphServer = {
  readonly schema: GraphQLSchema
  readonly answer: (request: Pick<SubgraphRequest, 'query' | 'variables'>) => SubgraphResponse
}

/** An object in a subgraph: what it was represented by, and what was provided along with it. */
type Source = Thing & { readonly represented?: Given; readonly provided?: Selections }

export function createSubgraphServer(source: SubgraphSource, world: World): SubgraphServer {
  const subgraph = world.facts.subgraphs.find(({ name }) => name === source.name)
  if (subgraph === undefined) throw new Error(`There is no subgraph ${source.name}.`)
  const serving: Serving = { world, subgraph, sdl: source.sdl }
  const schema = buildSchema(source.sdl, subgraph)
  const checked = new Map<string, Checked>()
  return {
    schema,
    answer({ query, variables }) {
      const known = checked.get(query) ?? check(schema, query)
      checked.set(query, known)
      if (known.errors.length > 0) return { errors: known.errors.map((message) => ({ message })) }
      return execute({
        schema,
        document: known.document,
        variableValues: variables,
        fieldResolver: resolveWith(serving),
        typeResolver: (value: unknown) => nameIn(serving, value as Thing),
      }) as SubgraphResponse
    },
  }
}

type Checked = { readonly document: ReturnType<typeof parse>; readonly errors: readonly string[] }

function check(schema: GraphQLSchema, query: string): Checked {
  const document = parse(query)
  return { document, errors: validate(schema, document).map(({ message }) => `${message} (${query})`) }
}

type Serving = { readonly world: World; readonly subgraph: SubgraphFacts; readonly sdl: string }

/** The SDL without its federation, and with what a gateway asks of every subgraph. */
function buildSchema(sdl: string, { rootNames, types }: SubgraphFacts): GraphQLSchema {
  const plain = visit(parse(sdl), { Directive: () => null, DirectiveDefinition: () => null })
  const definitions = plain.definitions.flatMap((one): readonly DefinitionNode[] => {
    if (one.kind === Kind.SCHEMA_EXTENSION || one.kind === Kind.SCHEMA_DEFINITION) return []
    return [one.kind === Kind.OBJECT_TYPE_EXTENSION ? { ...one, kind: Kind.OBJECT_TYPE_DEFINITION } : one]
  })
  const rootOf = (name: string): string | undefined =>
    [...rootNames].find(([own, usual]) => usual === name && definitions.some((one) => isNamed(one, own)))?.[0]
  const query = rootOf('Query')
  const mutation = rootOf('Mutation')
  const entities = [...types.values()].filter(({ kind, keys }) => kind === 'object' && keys.length > 0)
  const union = entities.length > 0 ? `union _Entity = ${entities.map(({ name }) => name).join(' | ')}` : ''
  const extra = parse(
    `schema { query: ${query ?? 'Query'} ${mutation === undefined ? '' : `mutation: ${mutation}`} }
     type _Service { sdl: String } scalar _Any ${union}
     type ${query ?? 'Query'} { _service: _Service! ${union === '' ? '' : '_entities(representations: [_Any!]!): [_Entity]!'} }`,
  ).definitions
  const [own] = extra.filter((one) => isNamed(one, query ?? 'Query'))
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [
      ...definitions.map((one) => (isNamed(one, query ?? 'Query') && own ? withFields(one, own) : one)),
      ...extra.filter((one) => query === undefined || one !== own),
    ],
  } as const
  const schema = buildASTSchema(document, { assumeValidSDL: true })
  assertValidSchema(schema)
  return schema
}

const isNamed = (definition: DefinitionNode, name: string): boolean =>
  'name' in definition && definition.name?.value === name

const withFields = (one: DefinitionNode, other: DefinitionNode): DefinitionNode =>
  one.kind === Kind.OBJECT_TYPE_DEFINITION && other.kind === Kind.OBJECT_TYPE_DEFINITION
    ? { ...one, fields: [...(one.fields ?? []), ...(other.fields ?? [])] }
    : one

const resolveWith =
  (serving: Serving): GraphQLFieldResolver<unknown, unknown, Given> =>
  (...[source, given, , info]: Parameters<GraphQLFieldResolver<unknown, unknown, Given>>) => {
    const usualName = serving.subgraph.rootNames.get(info.parentType.name)
    if (info.fieldName === '_service') return { sdl: serving.sdl }
    if (info.fieldName === 'sdl' && info.parentType.name === '_Service') return serving.sdl
    if (info.fieldName === '_entities')
      return (given.representations as readonly Given[]).map((one) => attempt(() => readEntity(serving, one)))
    const thing = isThing(source) ? (source as Source) : rootThing(usualName ?? info.parentType.name)
    const type = serving.subgraph.types.get(usualName ?? info.parentType.name)
    const field = type?.fields.get(info.fieldName)
    if (type === undefined || field === undefined) throw new Error(`${info.fieldName} is not a field here.`)
    if (usualName === 'Mutation') serving.world.mutate()
    return resolve(serving, { thing, type, field, given })
  }

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}

type Resolving = {
  readonly thing: Source
  readonly type: TypeFacts
  readonly field: FieldFacts
  readonly given: Given
}

function resolve(serving: Serving, { thing, type, field, given }: Resolving): unknown {
  const { world, subgraph } = serving
  const coordinate = `${type.name}.${field.name}`
  const provided = flatten(serving, thing.provided ?? [], thing).find(
    (one) => one.kind === Kind.FIELD && one.name.value === field.name,
  )
  const isKey = type.keys.some(({ fields }) => fields.some((one) => isField(one, field.name)))
  if (field.isExternal && provided === undefined && !isKey) throw new Error(`${coordinate} is external here.`)
  const isMoved = world.facts.subgraphs.some(
    ({ types }) => types.get(type.name)?.fields.get(field.name)?.overrides === subgraph.name,
  )
  if (isMoved) throw new Error(`${coordinate} is resolved elsewhere now.`)
  const asked = { thing: { id: thing.id, __typename: thing.__typename }, name: field.name, given }
  const value =
    field.requires === undefined || field.isExternal
      ? world.value(asked)
      : world.valueFrom(
          asked,
          readRequired({ facts: world.facts, subgraph }, field.requires, thing.represented ?? {}),
        )
  const below = provided?.kind === Kind.FIELD ? (provided.selectionSet?.selections ?? []) : []
  return withProvided(value, [...below, ...(field.provides ?? [])])
}

const isField = (selection: Selections[number], name: string): boolean =>
  selection.kind === Kind.FIELD && selection.name.value === name

function flatten(serving: Serving, selections: Selections, thing: Thing): Selections {
  return selections.flatMap((one) => {
    if (one.kind !== Kind.INLINE_FRAGMENT) return [one]
    const condition = one.typeCondition?.name.value
    const applies =
      condition === undefined ||
      serving.world.facts.possible(serving.subgraph, condition).includes(thing.__typename)
    return applies ? flatten(serving, one.selectionSet.selections, thing) : []
  })
}

function withProvided(value: unknown, provided: Selections): unknown {
  if (provided.length === 0) return value
  if (Array.isArray(value)) return value.map((item) => withProvided(item, provided))
  return isThing(value) ? { ...value, provided } : value
}

/** Finds an entity by its keys, which have to be whole, agree, and come with nothing that nobody here asked for. */
function readEntity(serving: Serving, represented: Given): Source | undefined {
  const { world, subgraph } = serving
  const typeName = String(represented.__typename)
  const type = subgraph.types.get(typeName)
  const keys = (type?.keys ?? []).filter(({ isResolvable }) => isResolvable)
  if (type === undefined || keys.length === 0) throw new Error(`${typeName} can't be entered here.`)
  refuseUnknown(type, represented)
  const whole = keys.filter(({ fields }) => hasAll(represented, fields))
  if (whole.length === 0) throw new Error(`${textOf(represented)} has no whole key.`)
  const isIt = (thing: Thing): boolean =>
    whole.every(({ fields }) => {
      const read = readRequired({ facts: world.facts, subgraph }, fields, represented)
      return textOf(read) === textOf(world.select(thing, fields, subgraph))
    })
  for (const name of world.facts.possible(subgraph, typeName)) {
    const thing = world.find(name, isIt)
    if (thing !== undefined) return { ...thing, represented }
  }
  throw new Error(`${textOf(represented)} is nobody.`)
}

function refuseUnknown(type: TypeFacts, represented: Given): void {
  const names = new Set(['__typename'])
  const sets = [
    ...type.keys.map(({ fields }) => fields),
    ...[...type.fields.values()].map(({ requires }) => requires ?? []),
  ]
  for (const selection of sets.flat()) if (selection.kind === Kind.FIELD) names.add(selection.name.value)
  const unknown = Object.keys(represented).filter((name) => !names.has(name))
  if (unknown.length > 0)
    throw new Error(`${unknown.join(', ')} of a representation is neither key nor required.`)
}

const hasAll = (object: unknown, fields: Selections): boolean =>
  typeof object === 'object' &&
  object !== null &&
  fields.every((one) => {
    if (one.kind !== Kind.FIELD) return true
    const value = (object as Given)[one.name.value]
    if (value === undefined) return false
    return one.selectionSet === undefined || hasAll(value, one.selectionSet.selections)
  })

/** Where an interface is held as an object, what one has is that interface. */
function nameIn({ world, subgraph }: Serving, { __typename }: Thing): string {
  if (subgraph.types.get(__typename)?.kind === 'object') return __typename
  const asObject = [...subgraph.types.values()].find(
    ({ name, isInterfaceObject }) =>
      isInterfaceObject && world.facts.possible(subgraph, name).includes(__typename),
  )
  return asObject?.name ?? __typename
}

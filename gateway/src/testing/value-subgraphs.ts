/** One set of values behind three servers: one graphql-js server, subgraphs that check what they send, and subgraphs that don't. */
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { SubgraphError, SubgraphRequest, SubgraphResponse } from '@souk/contracts'
import {
  type ExecutionResult,
  execute,
  type FieldNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { federation, testSubgraph, type TestSubgraph } from './test-gateway.ts'

/** What each root field and each entity has. An `Error` stands for a resolver that throws it. */
export type GraphValues = {
  readonly query: Readonly<Record<string, unknown>>
  readonly mutation?: Readonly<Record<string, unknown>>
  /** By type and id. */
  readonly entities?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The values are read when a request comes, so that a test can have its own. */
export type ReadValues = () => GraphValues

/** The one server that a federated answer is compared with. */
export async function askOneServer(
  schema: GraphQLSchema,
  { query, mutation }: GraphValues,
  request: { readonly source: string; readonly variables?: Readonly<Record<string, unknown>> },
): Promise<ExecutionResult> {
  const document = parse(request.source)
  const isMutation = document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'mutation',
  )
  return await execute({
    schema,
    document,
    rootValue: isMutation ? mutation : query,
    variableValues: request.variables,
  })
}

/** A subgraph on graphql-js: it checks and bubbles by its own schema before the gateway sees anything. */
export function checkingSubgraph(name: string, sdl: string, values: ReadValues): TestSubgraph {
  const schema = buildSubgraphSchema([{ typeDefs: parse(federation + sdl) }])
  const rootOf = (type: string, of: 'query' | 'mutation') => {
    const fields = schema.getType(type)
    if (!isObjectType(fields)) return {}
    const names = Object.keys(fields.getFields()).filter((field) => !field.startsWith('_'))
    return { [type]: Object.fromEntries(names.map((field) => [field, () => values()[of]?.[field]])) }
  }
  const entities = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && type.astNode?.directives?.some((one) => one.name.value === 'key'),
  )
  const references = Object.fromEntries(
    entities.map((type) => [
      type.name,
      { __resolveReference: ({ id }: { id: string }) => values().entities?.[type.name]?.[id] },
    ]),
  )
  return testSubgraph(name, sdl, {
    ...rootOf('Query', 'query'),
    ...rootOf('Mutation', 'mutation'),
    ...references,
  })
}

export type CarelessOptions = {
  /** Writes a list index in an error's path as a string of digits, as some just-in-time compilers do. */
  readonly indexesAsText?: boolean
}

/** A subgraph that sends values as they are: nothing is checked, and a null stays where it is. */
export function carelessSubgraph(
  name: string,
  sdl: string,
  { values, indexesAsText = false }: CarelessOptions & { readonly values: ReadValues },
): TestSubgraph {
  const schema = buildSubgraphSchema([{ typeDefs: parse(federation + sdl) }])
  const subgraph = testSubgraph(name, sdl, {})
  subgraph.answerWith = (request) =>
    Promise.resolve(pickAnswer(request, { schema, values: values(), indexesAsText }))
  return subgraph
}

type Picking = {
  readonly schema: GraphQLSchema
  readonly values: GraphValues
  readonly variables: Readonly<Record<string, unknown>>
  readonly errors: SubgraphError[]
  readonly indexesAsText: boolean
}

function pickAnswer(
  { query, variables = {} }: SubgraphRequest,
  given: Pick<Picking, 'schema' | 'values' | 'indexesAsText'>,
): SubgraphResponse {
  const picking: Picking = { ...given, variables, errors: [] }
  const operation = parse(query).definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  )
  if (operation === undefined) throw new Error('A fetch has no operation.')
  const root = operation.operation === 'mutation' ? given.values.mutation : given.values.query
  const data = pickObject(picking, root ?? {}, { selectionSet: operation.selectionSet, path: [] })
  return { data, ...(picking.errors.length > 0 && { errors: picking.errors }) }
}

type Place = {
  readonly selectionSet: SelectionSetNode | undefined
  readonly path: readonly (string | number)[]
}

function pickValue(picking: Picking, value: unknown, place: Place): unknown {
  if (value instanceof Error) {
    const { extensions } = value as { extensions?: Record<string, unknown> }
    const path = picking.indexesAsText ? place.path.map(String) : place.path
    picking.errors.push({ message: value.message, path, ...(extensions && { extensions }) })
    return null
  }
  if (Array.isArray(value))
    return value.map((item, index) => pickValue(picking, item, { ...place, path: [...place.path, index] }))
  if (place.selectionSet === undefined || typeof value !== 'object' || value === null) return value
  return pickObject(picking, value as Record<string, unknown>, { ...place, selectionSet: place.selectionSet })
}

function pickObject(
  picking: Picking,
  object: Readonly<Record<string, unknown>>,
  { selectionSet, path }: Place & { readonly selectionSet: SelectionSetNode },
): Record<string, unknown> {
  const asked = new Map<string, FieldNode[]>()
  for (const field of fieldsFor(picking, object.__typename, selectionSet)) {
    const key = field.alias?.value ?? field.name.value
    asked.set(key, [...(asked.get(key) ?? []), field])
  }
  const picked: Record<string, unknown> = {}
  for (const [key, fields] of asked) {
    const [field] = fields
    // What a value does not have is left out, as a server in another language might.
    if (field === undefined || (field.name.value !== '_entities' && !(field.name.value in object))) continue
    const value = field.name.value === '_entities' ? entitiesFor(picking, field) : object[field.name.value]
    const selections = fields.flatMap((one) => one.selectionSet?.selections ?? [])
    const below = selections.length === 0 ? undefined : ({ kind: Kind.SELECTION_SET, selections } as const)
    picked[key] = pickValue(picking, value, { selectionSet: below, path: [...path, key] })
  }
  return picked
}

function entitiesFor(
  { variables, values }: Picking,
  { arguments: given = [] }: FieldNode,
): readonly unknown[] {
  const [argument] = given
  const variable = argument?.value.kind === Kind.VARIABLE ? argument.value.name.value : ''
  const representations = variables[variable] as readonly {
    readonly __typename: string
    readonly id: string
  }[]
  return representations.map(({ __typename, id }) => values.entities?.[__typename]?.[id] ?? null)
}

function fieldsFor(
  picking: Picking,
  typeName: unknown,
  selectionSet: SelectionSetNode,
): readonly FieldNode[] {
  return selectionSet.selections.flatMap((selection): readonly FieldNode[] => {
    if (!isIncluded(picking, selection)) return []
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('A fetch names a fragment.')
    const condition = selection.typeCondition?.name.value
    const isMet =
      condition === undefined || typeof typeName !== 'string' || isWithin(picking.schema, condition, typeName)
    return isMet ? fieldsFor(picking, typeName, selection.selectionSet) : []
  })
}

function isWithin(schema: GraphQLSchema, condition: string, typeName: string): boolean {
  if (condition === typeName) return true
  const [wide, narrow] = [schema.getType(condition), schema.getType(typeName)]
  return isAbstractType(wide) && isObjectType(narrow) && schema.isSubType(wide, narrow)
}

function isIncluded({ variables }: Picking, { directives = [] }: SelectionNode): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    const value = given[0]?.value
    const isTrue = value?.kind === Kind.VARIABLE ? variables[value.name.value] === true : true
    return isTrue === (name.value === 'include')
  })
}

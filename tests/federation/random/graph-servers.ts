/** Runs a random graph twice: as subgraphs behind the gateway, and as one server over the same data. */
import { testSubgraph, type TestSubgraph } from '@souk/gateway/testing'
import { execute, type ExecutionResult, type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql'
import type { FieldModel, GraphModel } from './graph-model.ts'
import { membersOf, writeSdl } from './graph-sdl.ts'
import { idFrom, keyValue, type Thing, valueInOneServer, valueOf } from './graph-values.ts'

export const subgraphsOf = (model: GraphModel): readonly TestSubgraph[] =>
  model.subgraphs.map((subgraph) =>
    testSubgraph(subgraph, writeSdl(model, subgraph), resolversOf(model, subgraph)),
  )

type Resolve = (source: Source | undefined, given: Readonly<Record<string, unknown>>) => unknown

/** An object in a subgraph: what it was represented by, and what came along with it. */
type Source = Thing & {
  readonly represented?: Readonly<Record<string, unknown>>
  readonly provided?: readonly string[]
}

function resolversOf(model: GraphModel, subgraph: string): object {
  const resolvers: Record<string, Record<string, unknown>> = { Query: {}, Mutation: {}, Place: {} }
  for (const [typeName, fields] of [
    ['Query', model.roots],
    ['Mutation', model.mutations],
  ] as const)
    for (const field of fields)
      if (field.owners.includes(subgraph))
        resolvers[typeName] = { ...resolvers[typeName], [field.name]: resolveOwn(model, typeName, field) }
  for (const type of model.types.values()) {
    if (type.kind === 'entity' && !type.keys.has(subgraph)) continue
    const own: Record<string, unknown> = {}
    for (const field of type.fields)
      own[field.name] = field.owners.includes(subgraph)
        ? resolveOwn(model, type.name, field)
        : resolveExternal(model, type.name, field.name)
    if (type.kind === 'entity') {
      for (const name of ['id', 'code', 'region', 'place'])
        own[name] = (source: Source) => keyValue(type.name, source.id, name)
      own.__resolveReference = (represented: Readonly<Record<string, unknown>>) => {
        const id = idFrom(type.name, represented)
        return id === undefined ? null : { __typename: type.name, id, represented }
      }
    }
    resolvers[type.name] = own
  }
  for (const name of ['I', 'U'])
    if (membersOf(model, name, subgraph).length > 0)
      resolvers[name] = { __resolveType: (source: Source) => source.__typename }
  return resolvers
}

function resolveOwn(model: GraphModel, typeName: string, field: FieldModel): Resolve {
  return (source, given) => {
    const required = (name: string): unknown => {
      const { represented } = source ?? {}
      if (represented === undefined || !(name in represented))
        throw new Error(`${typeName}.${field.name} was asked without ${name}.`)
      return onlyFirst(represented[name])
    }
    const value = valueOf(model, { typeName, id: source?.id ?? '0', field, arguments: given }, required)
    return field.provides === undefined ? value : withProvided(value, field.provides)
  }
}

function onlyFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onlyFirst)
  if (typeof value !== 'object' || value === null) return value
  return { v0: (value as { readonly v0?: unknown }).v0 }
}

function withProvided(value: unknown, provided: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withProvided(item, provided))
  return typeof value === 'object' && value !== null ? { ...value, provided } : value
}

const resolveExternal =
  (model: GraphModel, typeName: string, name: string): Resolve =>
  (source, given) => {
    if (!source?.provided?.includes(name)) throw new Error(`${typeName}.${name} is external here.`)
    return valueInOneServer(model, source, { typeName, name, arguments: given })
  }

/** The public schema over all of the data: what the gateway has to agree with, to the letter. */
export function askOneServer(
  model: GraphModel,
  schema: GraphQLSchema,
  { query, variables }: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
): ExecutionResult {
  return execute({
    schema,
    document: parse(query),
    variableValues: variables,
    fieldResolver: (
      ...[source, given, , info]: Parameters<GraphQLFieldResolver<Thing | undefined, unknown>>
    ) =>
      valueInOneServer(model, source, {
        typeName: info.parentType.name,
        name: info.fieldName,
        arguments: given as Readonly<Record<string, unknown>>,
      }),
    typeResolver: (source) => (source as Thing).__typename,
  }) as ExecutionResult
}

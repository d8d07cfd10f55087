/** One graphql-js server over all of the data: the federated answer has to be its answer. */
import { execute, type ExecutionResult, type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql'
import { type Given, isThing, rootThing, type Thing, type World } from './graph-world.ts'

export type Operation = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

/** The schema is the public one: what clients of the gateway are told. */
export function askOneServer(
  world: World,
  schema: GraphQLSchema,
  { query, variables, operationName }: Operation,
): ExecutionResult {
  world.reset()
  return execute({
    schema,
    document: parse(query),
    variableValues: variables,
    ...(operationName !== undefined && { operationName }),
    fieldResolver(...[source, given, , info]: Parameters<GraphQLFieldResolver<unknown, unknown, Given>>) {
      const { fieldName, parentType } = info
      if (parentType === schema.getMutationType()) world.mutate()
      const thing = isThing(source) ? source : rootThing(parentType.name)
      return world.value({ thing, name: fieldName, given })
    },
    typeResolver: (value: unknown) => (value as Thing).__typename,
  }) as ExecutionResult
}

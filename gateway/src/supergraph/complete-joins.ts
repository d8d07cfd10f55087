/** Writes out what older join specifications leave to be inferred, so that every supergraph says it the same way. */
import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type UnionTypeDefinitionNode,
} from 'graphql'
import { joinOwners } from './join-owners.ts'
import { directivesOf, joinedGraphs, writeJoin } from './joins.ts'

/** From join/v0.3 on, a supergraph says which subgraph knows which member of a union and which value of an enum. */
export function completeJoins(document: DocumentNode): DocumentNode {
  const owned = joinOwners(document)
  const graphsOf = new Map(
    owned.definitions.filter(isTypeDefinitionNode).map((type) => [type.name.value, joinedGraphs(type)]),
  )
  return {
    ...owned,
    definitions: owned.definitions.map((definition) => {
      if (definition.kind === Kind.UNION_TYPE_DEFINITION) return completeMembers(definition, graphsOf)
      return definition.kind === Kind.ENUM_TYPE_DEFINITION ? completeValues(definition) : definition
    }),
  }
}

function completeMembers(
  union: UnionTypeDefinitionNode,
  graphsOf: ReadonlyMap<string, readonly string[]>,
): UnionTypeDefinitionNode {
  if (directivesOf(union, 'join__unionMember').length > 0) return union
  const joins = joinedGraphs(union).flatMap((graph) =>
    (union.types ?? [])
      .filter(({ name }) => graphsOf.get(name.value)?.includes(graph))
      .map(({ name }) => writeJoin('join__unionMember', graph, { member: name.value })),
  )
  return { ...union, directives: [...(union.directives ?? []), ...joins] }
}

function completeValues(type: EnumTypeDefinitionNode): EnumTypeDefinitionNode {
  const values = type.values ?? []
  if (values.some((value) => directivesOf(value, 'join__enumValue').length > 0)) return type
  const joins = joinedGraphs(type).map((graph) => writeJoin('join__enumValue', graph))
  return {
    ...type,
    values: values.map((value) => ({ ...value, directives: [...(value.directives ?? []), ...joins] })),
  }
}

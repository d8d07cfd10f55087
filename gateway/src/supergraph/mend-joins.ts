/** Mends supergraphs that were composed elsewhere, where @theguild/federation-composition (0.27) leaves out what it knew. */
import {
  type ConstArgumentNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseType,
  print,
  type TypeNode,
} from 'graphql'
import { argumentOf, directivesOf, joinedGraphs, topLevelNames, writeJoin } from './joins.ts'
import { readMembers } from './merge-types.ts'
import { type Contains, isWithin, namedTypeOf, widestType } from './type-nodes.ts'

export function mendJoins(document: DocumentNode): DocumentNode {
  const contains = readMembers(document)
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) return widenFields(definition, contains)
      return definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? markExternal(widenFields(definition, contains))
        : definition
    }),
  }
}

/** The type of a field has to be as wide as the widest that a subgraph gives it; the composer takes the first. */
function widenFields<Type extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(
  definition: Type,
  contains: Contains,
): Type {
  const fields = (definition.fields ?? []).map((field) => widenField(field, contains))
  return { ...definition, fields }
}

function widenField(field: FieldDefinitionNode, contains: Contains): FieldDefinitionNode {
  const written = directivesOf(field, 'join__field').flatMap((join) => argumentOf(join, 'type') ?? [])
  const types = written.map((text) => parseType(text))
  if (types.every((type) => isWithin(type, nullableOf(field.type), contains))) return field
  const widest = widestType([...types, field.type], contains)
  if (widest === undefined || namedTypeOf(widest) === namedTypeOf(field.type)) return field
  // Whoever said nothing of the type meant the one that was taken.
  const meant = writeArgument('type', print(field.type))
  const directives = (field.directives ?? []).map((join) =>
    join.name.value === 'join__field' && argumentOf(join, 'type') === undefined
      ? { ...join, arguments: [...(join.arguments ?? []), meant] }
      : join,
  )
  return { ...field, type: widest, directives }
}

const writeArgument = (name: string, value: string): ConstArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: name },
  value: { kind: Kind.STRING, value },
})

// Only what the type is called is in question here: what may be null is merged rightly.
const nullableOf = (type: TypeNode): TypeNode => (type.kind === Kind.NON_NULL_TYPE ? type.type : type)

/**
 * What a subgraph requires is @external there. The composer forgets to say so of an interface that it holds as an object,
 * and the subgraph would be asked for what it has to be told.
 */
function markExternal(definition: InterfaceTypeDefinitionNode): InterfaceTypeDefinitionNode {
  const required = (definition.fields ?? []).flatMap((field) =>
    directivesOf(field, 'join__field').flatMap((join) => {
      const [graph, text] = [argumentOf(join, 'graph'), argumentOf(join, 'requires')]
      return graph === undefined || text === undefined
        ? []
        : topLevelNames(text).map((name) => ({ graph, name }))
    }),
  )
  if (required.length === 0) return definition
  const graphs = joinedGraphs(definition)
  const fields = definition.fields?.map((field): FieldDefinitionNode => {
    const external = required.filter(({ name }) => name === field.name.value).map(({ graph }) => graph)
    if (external.length === 0 || directivesOf(field, 'join__field').length > 0) return field
    const joins = graphs.map((graph) =>
      writeJoin('join__field', graph, { external: external.includes(graph) ? true : undefined }),
    )
    return { ...field, directives: [...(field.directives ?? []), ...joins] }
  })
  return { ...definition, ...(fields && { fields }) }
}

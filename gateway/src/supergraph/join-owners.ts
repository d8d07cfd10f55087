/** Rewrites a supergraph of Federation 1 (join/v0.1), where a type has an owner, into joins of Federation 2. */
import { extractLinkImplementations } from '@theguild/federation-composition'
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql'
import { argumentOf, directivesOf, joinedGraphs, joinedSubgraphs, topLevelNames, writeJoin } from './joins.ts'
import { namedTypeOf } from './type-nodes.ts'

/**
 * What the owner of an entity has is its own unless a field says otherwise; the others have the fields of their keys. A
 * type without an owner is a value type, which every subgraph that returns it has alike: as a place in a plan is only
 * ever reached through such a subgraph, it is written as joined by all.
 */
export function joinOwners(document: DocumentNode): DocumentNode {
  const { links } = extractLinkImplementations(document)
  const isOwned = links.some((link) => link.identity.endsWith('/join') && link.supports('v0.1'))
  if (!isOwned) return document
  const types = document.definitions.filter(isTypeDefinitionNode)
  const graphs = joinedSubgraphs(document).map(({ name }) => name.value)
  const provided = providedFields(types)
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      isTypeDefinitionNode(definition) && !/^(join|core)__/.test(definition.name.value)
        ? joinType(definition, { graphs, provided })
        : definition,
    ),
  }
}

type Joining = {
  readonly graphs: readonly string[]
  /** By `Type.field`, the graphs that provide it somewhere. */
  readonly provided: ReadonlyMap<string, ReadonlySet<string>>
}

function joinType(type: TypeDefinitionNode, joining: Joining): TypeDefinitionNode {
  const owner = directivesOf(type, 'join__owner').map((join) => argumentOf(join, 'graph'))[0]
  const known = joinedGraphs(type)
  const graphs = known.length > 0 ? known : joining.graphs
  const directives = [
    ...(type.directives ?? []).filter(({ name }) => name.value !== 'join__owner'),
    ...(known.length > 0 ? [] : graphs.map((graph) => writeJoin('join__type', graph))),
    ...implemented(type, graphs),
  ]
  if (owner === undefined || type.kind !== Kind.OBJECT_TYPE_DEFINITION)
    return { ...type, directives } as TypeDefinitionNode
  const fields = (type.fields ?? []).map((field) => joinField(field, { type, owner, joining }))
  return { ...type, directives, fields }
}

const implemented = (type: TypeDefinitionNode, graphs: readonly string[]): readonly ConstDirectiveNode[] =>
  type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION
    ? (type.interfaces ?? []).flatMap(({ name }) =>
        graphs.map((graph) => writeJoin('join__implements', graph, { interface: name.value })),
      )
    : []

type Owned = {
  readonly type: ObjectTypeDefinitionNode
  readonly owner: string
  readonly joining: Joining
}

function joinField(field: FieldDefinitionNode, { type, owner, joining }: Owned): FieldDefinitionNode {
  const name = field.name.value
  const own = directivesOf(field, 'join__field')
  const directives =
    own.length > 0
      ? [...(field.directives ?? [])]
      : [...(field.directives ?? []), writeJoin('join__field', owner)]
  const has = (graph: string): boolean =>
    directives.some((join) => join.name.value === 'join__field' && argumentOf(join, 'graph') === graph)
  for (const join of directivesOf(type, 'join__type')) {
    const graph = argumentOf(join, 'graph') ?? ''
    if (!has(graph) && topLevelNames(argumentOf(join, 'key') ?? '').includes(name))
      directives.push(writeJoin('join__field', graph))
  }
  for (const graph of joining.provided.get(`${type.name.value}.${name}`) ?? [])
    if (!has(graph)) directives.push(writeJoin('join__field', graph, { external: true }))
  return { ...field, directives }
}

function providedFields(types: readonly TypeDefinitionNode[]): Joining['provided'] {
  const provided = new Map<string, Set<string>>()
  const fields = types.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : [],
  )
  for (const field of fields)
    for (const { graph, name } of providedBy(field)) {
      const coordinate = `${namedTypeOf(field.type)}.${name}`
      provided.set(coordinate, (provided.get(coordinate) ?? new Set()).add(graph))
    }
  return provided
}

const providedBy = (
  field: FieldDefinitionNode,
): readonly { readonly graph: string; readonly name: string }[] =>
  directivesOf(field, 'join__field').flatMap((join) => {
    const graph = argumentOf(join, 'graph') ?? ''
    return topLevelNames(argumentOf(join, 'provides') ?? '').map((name) => ({ graph, name }))
  })

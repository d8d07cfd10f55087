/** Writes into a supergraph what its subgraphs say of themselves: who has which type and field, by which keys, and how. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
} from 'graphql'
import { graphsByName, writeJoin } from './joins.ts'
import type { ReadField, ReadType, SubgraphReading } from './read-subgraph.ts'

/**
 * The composition library loses what a subgraph says of a field in an interface, in an object that stands for one, at the
 * root, or where all subgraphs have the field; so its joins are left out and written anew. A field without any is in every
 * subgraph that has the type.
 */
export function writeJoins(document: DocumentNode, subgraphs: readonly SubgraphReading[]): DocumentNode {
  const graphs = graphsByName(document)
  const joined = subgraphs
    .map((subgraph) => ({ ...subgraph, graph: graphs.get(subgraph.name) ?? subgraph.name }))
    .toSorted((one, other) => (one.graph < other.graph ? -1 : 1))
  return { ...document, definitions: document.definitions.map((definition) => joinType(definition, joined)) }
}

type Joined = SubgraphReading & { readonly graph: string }

function joinType(definition: DefinitionNode, joined: readonly Joined[]): DefinitionNode {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return joinComposite(definition, joined)
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const owners = ownersOf(definition.name.value, joined)
      return { ...definition, fields: (definition.fields ?? []).map((field) => joinField(field, owners)) }
    }
    default:
      return definition
  }
}

function joinComposite<Type extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(
  definition: Type,
  joined: readonly Joined[],
): Type {
  const owners = ownersOf(definition.name.value, joined)
  return {
    ...definition,
    directives: [
      ...owners.flatMap(({ subgraph, type }) => joinKeys(subgraph.graph, type)),
      ...owners.flatMap(({ subgraph, type }) =>
        type.interfaces.map((name) => writeJoin('join__implements', subgraph.graph, { interface: name })),
      ),
      ...without(definition.directives, ['join__type', 'join__implements']),
    ],
    fields: (definition.fields ?? []).map((field) => joinField(field, owners)),
  }
}

/** A subgraph and what it says of a type. */
type Owner = { readonly subgraph: Joined; readonly type: ReadType }

// Whatever has a gateway in front of it can be asked for its query type: federation adds fields to it.
function ownersOf(typeName: string, joined: readonly Joined[]): readonly Owner[] {
  return joined.flatMap((subgraph) => {
    const type = subgraph.types.get(typeName) ?? (typeName === 'Query' ? noType : undefined)
    return type === undefined ? [] : [{ subgraph, type }]
  })
}

const noType: ReadType = {
  name: 'Query',
  kind: 'object',
  isInterfaceObject: false,
  isExtension: false,
  keys: [],
  interfaces: [],
  fields: new Map(),
}

function joinKeys(graph: string, type: ReadType): readonly ConstDirectiveNode[] {
  const more = {
    extension: type.isExtension && type.keys.length > 0 ? true : undefined,
    isInterfaceObject: type.isInterfaceObject ? true : undefined,
  }
  if (type.keys.length === 0) return [writeJoin('join__type', graph, more)]
  return type.keys.map(({ fields, isResolvable }) =>
    writeJoin('join__type', graph, { key: fields, resolvable: isResolvable ? undefined : false, ...more }),
  )
}

const without = (
  directives: readonly ConstDirectiveNode[] | undefined,
  names: readonly string[],
): readonly ConstDirectiveNode[] => (directives ?? []).filter(({ name }) => !names.includes(name.value))

function joinField<Field extends FieldDefinitionNode | InputValueDefinitionNode>(
  definition: Field,
  owners: readonly Owner[],
): Field {
  const declared = owners.flatMap(({ subgraph, type }): readonly Declared[] => {
    const field = type.fields.get(definition.name.value)
    return field === undefined ? [] : [{ subgraph, field }]
  })
  const rest = without(definition.directives, ['join__field'])
  // Only an interface that is held as an object has the field, and not this object.
  if (declared.length === 0)
    return owners.length === 0 ? definition : { ...definition, directives: [nowhere, ...rest] }
  const hasOneType = declared.every(({ field }) => print(field.type) === print(definition.type))
  const joins = declared.flatMap((one) => joinOwner(one, { declared, hasOneType }))
  const areAllPlain = joins.every((join) => (join.arguments ?? []).length === 1)
  if (areAllPlain && joins.length === owners.length) return { ...definition, directives: rest }
  return { ...definition, directives: [...(joins.length > 0 ? joins : [nowhere]), ...rest] }
}

const nowhere: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'join__field' },
}

type Declared = { readonly subgraph: Joined; readonly field: ReadField }

function joinOwner(
  { subgraph, field }: Declared,
  { declared, hasOneType }: { readonly declared: readonly Declared[]; readonly hasOneType: boolean },
): readonly ConstDirectiveNode[] {
  const taker = declared.find((one) => one.field.override?.from === subgraph.name)
  const taken = taker?.field.override
  const isTaken = taken !== undefined && taken.label === undefined
  // What was taken over is still declared where a key or an interface needs it; nothing asks for an external field otherwise.
  if (!field.isUsed && (isTaken || field.isExternal)) return []
  const { override } = field
  const isGiven = declared.some((one) => one.subgraph.name === override?.from)
  return [
    writeJoin('join__field', subgraph.graph, {
      requires: field.requires,
      provides: field.provides,
      type: hasOneType ? undefined : print(field.type),
      external: field.isExternal ? true : undefined,
      override: override?.from,
      usedOverridden: isTaken && !field.isExternal ? true : undefined,
      overrideLabel: (isGiven ? override?.label : undefined) ?? taken?.label,
    }),
  ]
}

/** Reads a subgraph's own document: what it says of each type and field, by which the joins of the supergraph are written. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type SelectionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql'
import type { SubgraphDocument } from './check-ownership.ts'
import { parseFieldSet, walkFieldSet } from './field-sets.ts'
import { namedTypeOf } from './type-nodes.ts'

export type SubgraphReading = {
  readonly name: string
  readonly typeDefs: DocumentNode
  readonly isFederationOne: boolean
  readonly types: ReadonlyMap<string, ReadType>
}

/** An interface that is held as an object is an interface. */
export type ReadType = {
  readonly name: string
  readonly kind: 'object' | 'interface' | 'union' | 'other'
  readonly isInterfaceObject: boolean
  /** It is only extended here. */
  readonly isExtension: boolean
  readonly keys: readonly ReadKey[]
  readonly interfaces: readonly string[]
  /** Those of an input as well. */
  readonly fields: ReadonlyMap<string, ReadField>
}

export type ReadKey = {
  readonly fields: string
  readonly selections: readonly SelectionNode[]
  readonly isResolvable: boolean
  /** It is written on an extension: whoever extended a type of old had to mark the fields of its key external. */
  readonly isOfExtension: boolean
}

export type ReadField = {
  readonly name: string
  readonly type: TypeNode
  readonly arguments: readonly InputValueDefinitionNode[]
  /** Declared, and resolved here only where it is provided. */
  readonly isExternal: boolean
  /** A key, requirement or provision names it, or an interface asks for it. */
  readonly isUsed: boolean
  readonly isShareable: boolean
  readonly requires: string | undefined
  readonly provides: string | undefined
  readonly override: { readonly from: string; readonly label: string | undefined } | undefined
}

export function readSubgraphs(documents: readonly SubgraphDocument[]): readonly SubgraphReading[] {
  const subgraphs = documents.map(readSubgraph)
  return subgraphs.map((subgraph) => (subgraph.isFederationOne ? inheritKeys(subgraph, subgraphs) : subgraph))
}

function readSubgraph({ name, typeDefs }: SubgraphDocument): SubgraphReading {
  const isFederationOne = !isLinked(typeDefs)
  const written = new Map([...nodesByType(typeDefs)].map(([type, nodes]) => [type, readType(type, nodes)]))
  const types = new Map([...written].map(([type, one]) => [type, isFederationOne ? asOfOld(one) : one]))
  const named = namedFields(types)
  return {
    name,
    typeDefs,
    isFederationOne,
    types: new Map([...types].map(([type, one]) => [type, settleFields(one, named)])),
  }
}

const isLinked = (document: DocumentNode): boolean =>
  document.definitions.some(
    (definition) =>
      (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) &&
      (definition.directives ?? []).some((one) => /\/federation\/v/.test(textOf(one, 'url') ?? '')),
  )

type TypePart = TypeDefinitionNode | TypeExtensionNode

function nodesByType(document: DocumentNode): ReadonlyMap<string, readonly TypePart[]> {
  const parts = new Map<string, TypePart[]>()
  for (const definition of document.definitions) {
    if (!isTypeDefinitionNode(definition) && !isTypeExtensionNode(definition)) continue
    const known = parts.get(definition.name.value)
    if (known === undefined) parts.set(definition.name.value, [definition])
    else known.push(definition)
  }
  return parts
}

function readType(name: string, parts: readonly TypePart[]): ReadType {
  const directives = parts.flatMap((part) => part.directives ?? [])
  const isInterfaceObject = directives.some((one) => isNamed(one, 'interfaceObject'))
  const isExtended = directives.some((one) => isNamed(one, 'extends'))
  const fields = parts.flatMap((part) => {
    return fieldsOf(part).map((node) => readField(node, part.directives ?? []))
  })
  return {
    name,
    kind: isInterfaceObject ? 'interface' : kindOf(parts),
    isInterfaceObject,
    isExtension: isExtended || parts.every(isTypeExtensionNode),
    keys: parts.flatMap((part) => readKeys(part, isExtended || isTypeExtensionNode(part))),
    interfaces: parts.flatMap((part) =>
      'interfaces' in part ? (part.interfaces ?? []).map((one) => one.name.value) : [],
    ),
    fields: new Map(fields.map((field) => [field.name, field])),
  }
}

function kindOf(parts: readonly TypePart[]): ReadType['kind'] {
  const kind = parts[0]?.kind
  if (kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.OBJECT_TYPE_EXTENSION) return 'object'
  if (kind === Kind.INTERFACE_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_EXTENSION) return 'interface'
  return kind === Kind.UNION_TYPE_DEFINITION || kind === Kind.UNION_TYPE_EXTENSION ? 'union' : 'other'
}

const fieldsOf = (part: TypePart): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] =>
  'fields' in part ? (part.fields ?? []) : []

/** What holds for a type holds for each of its fields that is written with it. */
function readField(
  node: FieldDefinitionNode | InputValueDefinitionNode,
  ofType: readonly ConstDirectiveNode[],
): ReadField {
  const directives = node.directives ?? []
  const has = (own: string): boolean => [...directives, ...ofType].some((one) => isNamed(one, own))
  const argument = (directive: string, name: string): string | undefined =>
    directives.flatMap((one) => (isNamed(one, directive) ? [textOf(one, name)] : []))[0]
  const from = argument('override', 'from')
  return {
    name: node.name.value,
    type: node.type,
    arguments: node.kind === Kind.FIELD_DEFINITION ? (node.arguments ?? []) : [],
    isExternal: has('external'),
    isUsed: false,
    isShareable: has('shareable'),
    requires: argument('requires', 'fields'),
    provides: argument('provides', 'fields'),
    override: from === undefined ? undefined : { from, label: argument('override', 'label') },
  }
}

function readKeys(part: TypePart, isOfExtension: boolean): readonly ReadKey[] {
  return (part.directives ?? []).flatMap((directive) => {
    const fields = isNamed(directive, 'key') ? textOf(directive, 'fields') : undefined
    const selections = fields === undefined ? undefined : parseFieldSet(fields)
    if (fields === undefined || selections === undefined) return []
    const resolvable = directive.arguments?.find(({ name }) => name.value === 'resolvable')?.value
    const isResolvable = resolvable?.kind !== Kind.BOOLEAN || resolvable.value
    return [{ fields, selections, isResolvable, isOfExtension }]
  })
}

/** Federation 1 has no keys of interfaces, and nothing external in them. */
function asOfOld(type: ReadType): ReadType {
  if (type.kind !== 'interface') return type
  const fields = [...type.fields].map(([name, field]) => [name, { ...field, isExternal: false }] as const)
  return { ...type, keys: [], fields: new Map(fields) }
}

type Named = {
  /** By `Type.field`: what field sets and interfaces name. */
  readonly used: ReadonlySet<string>
  /** Those that the key of an extension names. */
  readonly ownKeys: ReadonlySet<string>
}

function namedFields(types: ReadonlyMap<string, ReadType>): Named {
  const used = new Set<string>()
  const ownKeys = new Set<string>()
  const walk = (typeName: string, selections: readonly SelectionNode[], names: Set<string>): void =>
    walkFieldSet(types, typeName, { selections, visit: (type, field) => void names.add(`${type}.${field}`) })
  const walkText = (typeName: string, text: string | undefined): void =>
    walk(typeName, (text === undefined ? undefined : parseFieldSet(text)) ?? [], used)
  for (const type of types.values()) {
    for (const { selections, isOfExtension } of type.keys) {
      walk(type.name, selections, used)
      if (isOfExtension) walk(type.name, selections, ownKeys)
    }
    for (const { type: node, requires, provides } of type.fields.values()) {
      walkText(type.name, requires)
      walkText(namedTypeOf(node), provides)
    }
    for (const name of type.kind === 'object' ? type.interfaces : [])
      for (const field of types.get(name)?.fields.keys() ?? []) used.add(`${type.name}.${field}`)
  }
  return { used, ownKeys }
}

function settleFields(type: ReadType, { used, ownKeys }: Named): ReadType {
  const fields = [...type.fields].map(([name, field]) => {
    const coordinate = `${type.name}.${name}`
    const isExternal = field.isExternal && !ownKeys.has(coordinate)
    return [name, { ...field, isExternal, isUsed: used.has(coordinate) }] as const
  })
  return { ...type, fields: new Map(fields) }
}

/** Of old, whoever extended a type without a key meant those of its owner, and gave their fields with it. */
function inheritKeys(subgraph: SubgraphReading, subgraphs: readonly SubgraphReading[]): SubgraphReading {
  const keyFields = new Set<string>()
  for (const { types } of subgraphs)
    for (const { name, keys } of types.values())
      for (const { selections } of keys)
        walkFieldSet(types, name, {
          selections,
          visit: (typeName, fieldName) => void keyFields.add(`${typeName}.${fieldName}`),
        })
  const types = [...subgraph.types].map(([typeName, type]) => {
    if (!type.isExtension || type.keys.length > 0) return [typeName, type] as const
    const fields = [...type.fields].map(([name, field]) => {
      const isExternal = field.isExternal && !keyFields.has(`${typeName}.${name}`)
      return [name, { ...field, isExternal }] as const
    })
    return [typeName, { ...type, fields: new Map(fields) }] as const
  })
  return { ...subgraph, types: new Map(types) }
}

const isNamed = ({ name }: ConstDirectiveNode, own: string): boolean =>
  name.value === own || name.value === `federation__${own}`

/** Federation 1 allowed a list of texts. */
function textOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  if (value?.kind === Kind.STRING) return value.value
  if (value?.kind !== Kind.LIST) return undefined
  return value.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : [])).join(' ')
}

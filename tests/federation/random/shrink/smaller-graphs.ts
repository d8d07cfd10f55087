/** What could be left out of a graph, one thing at a time: a subgraph, a type, a field, a directive, a member. */
import {
  type ASTNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
  visit,
} from 'graphql'
import { namedType, type SubgraphSource } from '../world/read-graph.ts'

type Part = { readonly name: string; readonly document: DocumentNode }

/** The graph without its `index`-th part; undefined if it has no so many. */
export function smallerGraphs(
  sources: readonly SubgraphSource[],
  index: number,
): readonly SubgraphSource[] | undefined {
  const parts = sources.map(({ name, sdl }) => ({ name, document: parse(sdl, { noLocation: true }) }))
  let left = index
  for (const edit of editsOf(parts)) {
    if (left === 0)
      return edit().map(({ name, document }) => ({
        name,
        sdl: print(withoutUnused(withoutLonely(document))),
      }))
    left -= 1
  }
  return undefined
}

type Edit = () => readonly Part[]

/** An external field that nothing requires, provides or asks for any more goes too: composers refuse it. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const sets = nodesOf(document).flatMap((node) =>
    node.kind === Kind.ARGUMENT && node.name.value === 'fields' && node.value.kind === Kind.STRING
      ? [node.value.value]
      : [],
  )
  const named = new Set(sets.flatMap((text) => text.match(/\w+/g) ?? []))
  for (const node of document.definitions)
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const { name } of node.fields ?? []) named.add(name.value)
  return visit(document, {
    FieldDefinition: ({ name, directives = [] }) =>
      directives.some((one) => one.name.value === 'external') && !named.has(name.value) ? null : undefined,
  })
}

/** An interface that no object has any more goes too: no server could say anything of it. */
function withoutLonely(document: DocumentNode): DocumentNode {
  const implemented = new Set(
    document.definitions.flatMap((one) =>
      one.kind === Kind.OBJECT_TYPE_DEFINITION || one.kind === Kind.OBJECT_TYPE_EXTENSION
        ? (one.interfaces ?? []).map(({ name }) => name.value)
        : [],
    ),
  )
  return document.definitions.reduce(
    (left, one) =>
      one.kind === Kind.INTERFACE_TYPE_DEFINITION && !implemented.has(one.name.value)
        ? withoutType({ name: '', document: left }, one.name.value).document
        : left,
    document,
  )
}

function* editsOf(parts: readonly Part[]): Generator<Edit> {
  if (parts.length > 1) for (const part of parts) yield () => parts.filter((one) => one !== part)
  const typeNames = new Set(parts.flatMap(({ document }) => document.definitions.flatMap(nameOf)))
  for (const name of typeNames) if (name !== 'Query') yield () => parts.map((part) => withoutType(part, name))
  // A field everywhere at once, with what says that it is a key, required or provided; then in one subgraph alone.
  for (const name of typeNames) {
    for (const field of fieldsOf(parts, name))
      yield () => parts.map((part) => withoutField(part, name, field))
  }
  // A type everywhere at once as well: an error bubbles by each subgraph's own, so where one alone says that a field is never
  // null, it takes what others would have kept, and no gateway could answer as one server does.
  for (const name of typeNames)
    for (const field of fieldsOf(parts, name))
      for (let at = 0; at < wrappersMax; at += 1)
        yield () => parts.map((part) => withFields(part, name, (one) => unwrapped(one, field, at)))
  for (const part of parts)
    for (const node of nodesOf(part.document))
      for (const by of replacementsOf(node))
        yield () => parts.map((one) => (one === part ? replace(part, node, by) : one))
}

const nameOf = (definition: DocumentNode['definitions'][number]): readonly string[] =>
  'name' in definition && definition.name && definition.kind !== Kind.DIRECTIVE_DEFINITION
    ? [definition.name.value]
    : []

function withoutType({ name, document }: Part, typeName: string): Part {
  const isIt = (type: NamedTypeNode): boolean => type.name.value === typeName
  const without = visit(document, {
    enter(node) {
      if ('name' in node && node.kind.includes('Type') && node.name?.value === typeName) {
        if (node.kind !== Kind.NAMED_TYPE) return null
      }
      if (node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.INPUT_VALUE_DEFINITION)
        return namedType(node.type) === typeName ? null : undefined
      if (node.kind === Kind.UNION_TYPE_DEFINITION)
        return { ...node, types: node.types?.filter((one) => !isIt(one)) }
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
        return { ...node, interfaces: node.interfaces?.filter((one) => !isIt(one)) }
      return undefined
    },
  })
  return { name, document: dropEmpty(without) }
}

const dropEmpty = (document: DocumentNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.filter(
    (one) =>
      !(one.kind === Kind.UNION_TYPE_DEFINITION && one.types?.length === 0) &&
      !(
        (one.kind === Kind.OBJECT_TYPE_DEFINITION || one.kind === Kind.INTERFACE_TYPE_DEFINITION) &&
        one.fields?.length === 0
      ),
  ),
})

const fieldsOf = (parts: readonly Part[], typeName: string): ReadonlySet<string> =>
  new Set(
    parts
      .flatMap(({ document }) => document.definitions)
      .filter((definition) => nameOf(definition)[0] === typeName && 'fields' in definition)
      .flatMap(
        (definition) => (definition as { readonly fields?: readonly FieldDefinitionNode[] }).fields ?? [],
      )
      .map((field) => field.name.value),
  )

const withoutField = (part: Part, typeName: string, fieldName: string): Part =>
  withFields(part, typeName, (one) => (one.name.value === fieldName ? undefined : one))

function unwrapped(field: FieldDefinitionNode, name: string, at: number): FieldDefinitionNode {
  return field.name.value === name ? { ...field, type: withoutWrapper(field.type, at) } : field
}

/** A list or a non-null less, counted from outside. */
function withoutWrapper(type: TypeNode, at: number): TypeNode {
  if (type.kind === Kind.NAMED_TYPE) return type
  if (at === 0) return type.type
  if (type.kind === Kind.LIST_TYPE) return { ...type, type: withoutWrapper(type.type, at - 1) }
  const inner = withoutWrapper(type.type, at - 1)
  return inner.kind === Kind.NON_NULL_TYPE ? inner : { ...type, type: inner }
}

/** Three lists, each of which is never null, of what is never null. */
const wrappersMax = 7

function withFields(
  { name, document }: Part,
  typeName: string,
  change: (field: FieldDefinitionNode) => FieldDefinitionNode | undefined,
): Part {
  const definitions = document.definitions.map((definition) => {
    if (nameOf(definition)[0] !== typeName || !('fields' in definition)) return definition
    const fields = definition.fields as readonly FieldDefinitionNode[]
    return { ...definition, fields: fields.flatMap((one) => change(one) ?? []) }
  }) as readonly DocumentNode['definitions'][number][]
  return { name, document: dropEmpty({ ...document, definitions }) }
}

function nodesOf(document: DocumentNode): readonly ASTNode[] {
  const nodes: ASTNode[] = []
  visit(document, { enter: (node) => void nodes.push(node) })
  return nodes
}

function replacementsOf(node: ASTNode): readonly (ASTNode | null)[] {
  switch (node.kind) {
    case Kind.FIELD_DEFINITION:
    case Kind.INPUT_VALUE_DEFINITION:
      return [
        null,
        ...(node.kind === Kind.FIELD_DEFINITION && node.arguments?.length
          ? [{ ...node, arguments: [] }]
          : []),
        ...(node.kind === Kind.INPUT_VALUE_DEFINITION && node.type.kind !== Kind.NAMED_TYPE
          ? [{ ...node, type: node.type.type }]
          : []),
      ]
    case Kind.DIRECTIVE:
      return kept.has(node.name.value) ? smallerSets(node) : [null, ...smallerSets(node)]
    case Kind.ENUM_VALUE_DEFINITION:
    case Kind.DIRECTIVE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
      return [null]
    case Kind.UNION_TYPE_DEFINITION:
      return (node.types ?? []).map((type) => ({ ...node, types: node.types?.filter((one) => one !== type) }))
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return [
        null,
        ...keysLess(node),
        ...(node.interfaces ?? []).map((type) => ({
          ...node,
          interfaces: node.interfaces?.filter((one) => one !== type),
        })),
      ]
    default:
      return []
  }
}

// Without them it is another graph, or none, and not every composer says so.
const kept = new Set(['link', 'key', 'external', 'shareable', 'interfaceObject'])

function keysLess(node: TypeDefinitionNode | TypeExtensionNode): readonly ASTNode[] {
  const keys = (node.directives ?? []).filter(({ name }) => name.value === 'key')
  if (keys.length < 2) return []
  return keys.map((key) => ({ ...node, directives: (node.directives ?? []).filter((one) => one !== key) }))
}

/** The same directive with a part less in its field set. */
function smallerSets(node: Extract<ASTNode, { kind: Kind.DIRECTIVE }>): readonly ASTNode[] {
  const given = node.arguments?.find(({ name }) => name.value === 'fields')
  if (given?.value.kind !== Kind.STRING) return []
  const document = parse(`{ ${given.value.value} }`, { noLocation: true })
  const selections = nodesOf(document).filter(
    ({ kind }) => kind === Kind.FIELD || kind === Kind.INLINE_FRAGMENT || kind === Kind.ARGUMENT,
  )
  return selections.flatMap((selection) => {
    const smaller = visit(document, { enter: (one) => (one === selection ? null : undefined) })
    const text = print(smaller)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/^\{ | \}$/g, '')
    const value = { kind: Kind.STRING, value: text } as const
    // An object of which nothing is named is no field set, even where the composer lets it pass.
    const isEmpty = nodesOf(smaller).some(
      (one) => one.kind === Kind.SELECTION_SET && one.selections.length === 0,
    )
    return isEmpty
      ? []
      : [{ ...node, arguments: node.arguments?.map((one) => (one === given ? { ...one, value } : one)) }]
  })
}

const replace = ({ name, document }: Part, wanted: ASTNode, by: ASTNode | null): Part => ({
  name,
  document: dropEmpty(visit(document, { enter: (node) => (node === wanted ? by : undefined) })),
})

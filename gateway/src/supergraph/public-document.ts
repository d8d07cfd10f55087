/** Leaves of a supergraph what its clients may know: no machinery of composition, nothing inaccessible, nothing that became empty. */
import {
  type ASTNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  type SchemaDefinitionNode,
  specifiedDirectives,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql'
import { machineryOf } from './specification-names.ts'

export function publicDocument(supergraph: DocumentNode): DocumentNode {
  const isMachinery = machineryOf(supergraph)
  const types = supergraph.definitions.filter(
    (definition): definition is TypeDefinitionNode =>
      isTypeDefinitionNode(definition) && !isMachinery(definition.name.value),
  )
  const reachable = dropHidden(types)
  const directives = [
    ...publicDirectives(supergraph, { isMachinery, types: reachable }).filter(
      ({ name }) => name.value !== 'defer',
    ),
    deferDirective,
  ]
  const known = new Set([...specifiedDirectiveNames, ...directives.map(({ name }) => name.value)])
  return {
    kind: Kind.DOCUMENT,
    definitions: [...schemaDefinition(supergraph, reachable), ...directives, ...reachable].map((definition) =>
      keepDirectives(definition, known),
    ),
  }
}

/** The gateway's own: what a fragment has may come after the first answer. */
const deferDirective = parse(
  'directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT',
  { noLocation: true },
).definitions[0] as DirectiveDefinitionNode

/** Removes inaccessible elements and then, again and again, what refers to one or was left without members. */
function dropHidden(types: readonly TypeDefinitionNode[]): readonly TypeDefinitionNode[] {
  let kept = types.flatMap((type) => withoutInaccessible(type) ?? [])
  for (let before = -1; before !== sizeOf(kept);) {
    before = sizeOf(kept)
    const visible = new Set(kept.map(({ name }) => name.value))
    const hidden = new Set(types.flatMap(({ name }) => (visible.has(name.value) ? [] : [name.value])))
    kept = kept.flatMap((type) => withoutHidden(type, hidden) ?? [])
  }
  return kept
}

const sizeOf = (types: readonly TypeDefinitionNode[]): number =>
  types.reduce((sum, type) => sum + 1 + membersOf(type).length, 0)

function membersOf(type: TypeDefinitionNode): readonly ASTNode[] {
  switch (type.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return []
    case Kind.UNION_TYPE_DEFINITION:
      return type.types ?? []
    case Kind.ENUM_TYPE_DEFINITION:
      return type.values ?? []
    default:
      return [...(type.fields ?? []), ...('interfaces' in type ? (type.interfaces ?? []) : [])]
  }
}

function withoutInaccessible(type: TypeDefinitionNode): TypeDefinitionNode | undefined {
  if (isInaccessible(type)) return undefined
  return visit(type, {
    FieldDefinition: (node) => (isInaccessible(node) ? null : undefined),
    InputValueDefinition: (node) => (isInaccessible(node) ? null : undefined),
    EnumValueDefinition: (node) => (isInaccessible(node) ? null : undefined),
  })
}

function withoutHidden(type: TypeDefinitionNode, names: ReadonlySet<string>): TypeDefinitionNode | undefined {
  const isHidden = (node: TypeNode): boolean => names.has(namedTypeOf(node))
  const kept = visit(type, {
    // Interfaces of a type and members of a union stand in lists; a field's type is judged with its field.
    NamedType: (node, _key, parent) => (Array.isArray(parent) && isHidden(node) ? null : undefined),
    FieldDefinition: (node) => (isHidden(node.type) ? null : undefined),
    InputValueDefinition: (node) => (isHidden(node.type) ? null : undefined),
  })
  const isEmpty = kept.kind !== Kind.SCALAR_TYPE_DEFINITION && fieldsOf(kept).length === 0
  return isEmpty ? undefined : kept
}

const fieldsOf = (type: TypeDefinitionNode): readonly ASTNode[] =>
  'fields' in type ? (type.fields ?? []) : membersOf(type)

function namedTypeOf(node: TypeNode): string {
  return node.kind === Kind.NAMED_TYPE ? node.name.value : namedTypeOf(node.type)
}

type Public = {
  readonly isMachinery: (name: string) => boolean
  readonly types: readonly TypeDefinitionNode[]
}

/** Directives that clients may use, and those of somebody's own that were composed. */
function publicDirectives(
  supergraph: DocumentNode,
  { isMachinery, types }: Public,
): readonly DirectiveDefinitionNode[] {
  const names = new Set([...specifiedScalarNames, ...types.map(({ name }) => name.value)])
  return supergraph.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) return []
    const name = definition.name.value
    if (isMachinery(`@${name}`) || specifiedDirectiveNames.has(name)) return []
    return (definition.arguments ?? []).every(({ type }) => names.has(namedTypeOf(type))) ? [definition] : []
  })
}

// Roots with the names that everybody expects need no definition, unless it says something.
function schemaDefinition(
  supergraph: DocumentNode,
  types: readonly TypeDefinitionNode[],
): readonly SchemaDefinitionNode[] {
  const names = new Set(types.map(({ name }) => name.value))
  return supergraph.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) return []
    const operationTypes = definition.operationTypes.filter(({ type }) => names.has(type.name.value))
    const isPlain = operationTypes.every(
      ({ operation, type }) => type.name.value.toLowerCase() === operation && /^[QMS]/.test(type.name.value),
    )
    return isPlain && definition.description === undefined ? [] : [{ ...definition, operationTypes }]
  })
}

function keepDirectives<Definition extends DefinitionNode>(
  definition: Definition,
  known: ReadonlySet<string>,
): Definition {
  return visit(definition as DefinitionNode, {
    Directive: (node) => (known.has(node.name.value) ? undefined : null),
  }) as Definition
}

const isInaccessible = ({ directives }: { readonly directives?: readonly ConstDirectiveNode[] }): boolean =>
  (directives ?? []).some(({ name }) => name.value === 'inaccessible')

const specifiedScalarNames: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name))
const specifiedDirectiveNames: ReadonlySet<string> = new Set(specifiedDirectives.map(({ name }) => name))

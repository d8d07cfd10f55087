/** Reads `@authenticated`, `@requiresScopes` and `@policy` from the supergraph: what a viewer needs for each type and field. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql'
import type { CompositionProblem } from './check-ownership.ts'

/**
 * Every requirement has to hold. `scopes` is any-of lists of all-of; absent means that signing in is enough. There is
 * nobody to ask about a policy, so what needs one is denied.
 */
export type AccessRequirement = {
  readonly scopes?: readonly (readonly string[])[]
  readonly policies?: readonly (readonly string[])[]
}

export type AccessRules = {
  /** Requirements by type name. */
  readonly types: ReadonlyMap<string, readonly AccessRequirement[]>
  /** Requirements by `Type.field`. */
  readonly fields: ReadonlyMap<string, readonly AccessRequirement[]>
}

export function readAccessRules(supergraph: DocumentNode): AccessRules {
  const types = new Map<string, readonly AccessRequirement[]>()
  const fields = new Map<string, readonly AccessRequirement[]>()
  for (const definition of supergraph.definitions) {
    if (!isTypeDefinitionNode(definition) || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) continue
    const typeName = definition.name.value
    addRequirements(types, typeName, definition.directives)
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
    for (const field of definition.fields ?? [])
      addRequirements(fields, `${typeName}.${field.name.value}`, field.directives)
  }
  const ofObjects: AccessRules = { types: new Map(types), fields: new Map(fields) }
  for (const definition of supergraph.definitions)
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
      addFromInterface({ types, fields, ofObjects }, definition, objectsOf(supergraph, definition.name.value))
  return { types, fields }
}

type CollectedRules = {
  readonly types: Map<string, readonly AccessRequirement[]>
  readonly fields: Map<string, readonly AccessRequirement[]>
  readonly ofObjects: AccessRules
}

// Composers differ: for some a rule on an interface is derived from its objects, and then these decide each for itself;
// with others it stands there alone, and holds for all of them.
function addFromInterface(
  { types, fields, ofObjects }: CollectedRules,
  definition: InterfaceTypeDefinitionNode,
  objects: readonly string[],
): void {
  const isTypeDerived = objects.some((name) => ofObjects.types.has(name))
  if (!isTypeDerived) for (const name of objects) addRequirements(types, name, definition.directives)
  for (const field of definition.fields ?? []) {
    const coordinates = objects.map((name) => `${name}.${field.name.value}`)
    if (isTypeDerived || coordinates.some((coordinate) => ofObjects.fields.has(coordinate))) continue
    for (const coordinate of coordinates) addRequirements(fields, coordinate, field.directives)
  }
}

const objectsOf = (supergraph: DocumentNode, interfaceName: string): readonly string[] =>
  supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    definition.interfaces?.some(({ name }) => name.value === interfaceName)
      ? [definition.name.value]
      : [],
  )

/** Rules that nobody here can decide: Souk's own graph is not composed with one. */
export function findUnenforced(supergraph: DocumentNode): readonly CompositionProblem[] {
  const problems: CompositionProblem[] = []
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || definition.name === undefined) continue
    const typeName = definition.name.value
    note(typeName, definition.directives)
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue
    for (const field of definition.fields ?? []) note(`${typeName}.${field.name.value}`, field.directives)
  }
  return problems

  function note(coordinate: string, directives: Directives): void {
    if (!(directives ?? []).some(({ name }) => name.value === 'policy')) return
    const message = `${coordinate} has @policy, which nobody here decides. Use @authenticated or @requiresScopes.`
    problems.push({ code: 'GW_COMPOSITION_FAILED', message })
  }
}

type Directives = readonly { readonly name: { readonly value: string } }[] | undefined

function addRequirements(
  to: Map<string, readonly AccessRequirement[]>,
  key: string,
  directives: Directives,
): void {
  const requirements = (directives ?? []).flatMap((directive) =>
    requirementOf(directive as ConstDirectiveNode),
  )
  if (requirements.length > 0) to.set(key, [...(to.get(key) ?? []), ...requirements])
}

function requirementOf(directive: ConstDirectiveNode): AccessRequirement[] {
  switch (directive.name.value) {
    case 'authenticated':
      return [{}]
    case 'requiresScopes':
      return [{ scopes: namesIn(directive, 'scopes') }]
    case 'policy':
      return [{ policies: namesIn(directive, 'policies') }]
    default:
      return []
  }
}

function namesIn(directive: ConstDirectiveNode, name: string): readonly (readonly string[])[] {
  const argument = directive.arguments?.find((one) => one.name.value === name)
  const value: unknown = argument === undefined ? [] : valueFromASTUntyped(argument.value)
  // GraphQL reads a single value as a list of one, at each level.
  return listOf(value).map((all) => listOf(all).map(String))
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

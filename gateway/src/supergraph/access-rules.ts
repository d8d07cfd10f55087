/** Reads `@authenticated`, `@requiresScopes` and `@policy` from the supergraph: what a viewer needs for each type and field. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql'
import type { AccessRequirement } from './access-requirement.ts'
import { inheritRules } from './access-rules-inherited.ts'
import type { CompositionProblem } from './check-ownership.ts'

export type AccessRules = {
  /** Requirements by type name. */
  readonly types: ReadonlyMap<string, readonly AccessRequirement[]>
  /** Requirements by `Type.field`, with those of the fields that it requires of other subgraphs. */
  readonly fields: ReadonlyMap<string, readonly AccessRequirement[]>
  /** All scopes that a requirement names: no others make a difference. */
  readonly scopes: ReadonlySet<string>
  readonly policies: ReadonlySet<string>
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
  const ofObjects = { types: new Map(types), fields: new Map(fields) }
  for (const definition of supergraph.definitions)
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
      addFromInterface({ types, fields, ofObjects }, definition, objectsOf(supergraph, definition.name.value))
  const inherited = inheritRules(supergraph, { types, fields })
  const all = [...types.values(), ...inherited.values()].flat()
  return {
    types,
    fields: inherited,
    scopes: new Set(all.flatMap(({ scopes = [] }) => scopes.flat())),
    policies: new Set(all.flatMap(({ policies = [] }) => policies.flat())),
  }
}

type Rules = ReadonlyMap<string, readonly AccessRequirement[]>

type CollectedRules = {
  readonly types: Map<string, readonly AccessRequirement[]>
  readonly fields: Map<string, readonly AccessRequirement[]>
  readonly ofObjects: { readonly types: Rules; readonly fields: Rules }
}

// For some composers a rule on an interface is what all its objects together need, and then these decide each for itself. With
// others it stands there alone, or says more than they do, and then it holds for all of them.
function addFromInterface(
  { types, fields, ofObjects }: CollectedRules,
  definition: InterfaceTypeDefinitionNode,
  objects: readonly string[],
): void {
  addUnlessDerived(types, { known: ofObjects.types, keys: objects, directives: definition.directives })
  for (const { name, directives } of definition.fields ?? []) {
    const keys = objects.map((object) => `${object}.${name.value}`)
    addUnlessDerived(fields, { known: ofObjects.fields, keys, directives })
  }
}

type Interface = {
  readonly known: Rules
  readonly keys: readonly string[]
  readonly directives: Directives
}

function addUnlessDerived(
  to: Map<string, readonly AccessRequirement[]>,
  { known, keys, directives }: Interface,
): void {
  const together = keys.flatMap((key) => known.get(key) ?? [])
  for (const requirement of requirementsOf(directives)) {
    if (isImplied(requirement, together)) continue
    for (const key of keys) to.set(key, [...(to.get(key) ?? []), requirement])
  }
}

/** Whether everybody who meets all that is `given` also meets the requirement. */
function isImplied(requirement: AccessRequirement, given: readonly AccessRequirement[]): boolean {
  const { scopes, policies } = requirement
  if (scopes === undefined && policies === undefined)
    return given.some((one) => one.scopes === undefined && one.policies === undefined)
  const wanted = scopes ?? policies ?? []
  const lists = given.flatMap((one) => {
    const own = scopes === undefined ? one.policies : one.scopes
    return own === undefined ? [] : [own]
  })
  return lists.length > 0 && holdsFor(lists, wanted)
}

// Composers multiply the lists of two rules with each other; so many that this would not end are taken for a rule of its own.
function holdsFor(
  lists: readonly (readonly (readonly string[])[])[],
  wanted: readonly (readonly string[])[],
) {
  let ways: readonly (readonly string[])[] = [[]]
  for (const list of new Map(lists.map((one) => [JSON.stringify(one), one])).values()) {
    ways = ways.flatMap((way) => list.map((names) => [...new Set([...way, ...names])]))
    if (ways.length > waysMax) return false
  }
  return ways.every((way) => wanted.some((names) => names.every((name) => way.includes(name))))
}

const waysMax = 1_000

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
  const requirements = requirementsOf(directives)
  if (requirements.length > 0) to.set(key, [...(to.get(key) ?? []), ...requirements])
}

const requirementsOf = (directives: Directives): readonly AccessRequirement[] =>
  (directives ?? []).flatMap((directive) => requirementOf(directive as ConstDirectiveNode))

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

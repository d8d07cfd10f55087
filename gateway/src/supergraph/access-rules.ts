/** Reads `@authenticated` and `@requiresScopes` from the supergraph: what a viewer needs for each type and field. */
import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql'
import type { CompositionProblem } from './check-ownership.ts'

/** Every requirement has to hold. `scopes` is any-of lists of all-of; absent means that signing in is enough. */
export type AccessRequirement = { readonly scopes?: readonly (readonly string[])[] }

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
    // What stands on an interface is derived from its objects: composition refuses it anywhere else. The objects decide.
    if (
      !('name' in definition) ||
      definition.name === undefined ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    )
      continue
    const typeName = definition.name.value
    addRequirements(types, typeName, definition.directives)
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
    for (const field of definition.fields ?? []) {
      addRequirements(
        fields,
        `${typeName}.${field.name.value}`,
        field.directives as readonly ConstDirectiveNode[],
      )
    }
  }
  return { types, fields }
}

/** Rules that a subgraph relies on and nobody here enforces: a graph with one of them must not be served. */
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
    const message = `${coordinate} has @policy, which is not enforced here. Use @authenticated or @requiresScopes.`
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
  if (requirements.length > 0) to.set(key, requirements)
}

function requirementOf(directive: ConstDirectiveNode): AccessRequirement[] {
  if (directive.name.value === 'authenticated') return [{}]
  if (directive.name.value !== 'requiresScopes') return []
  const argument = directive.arguments?.find(({ name }) => name.value === 'scopes')
  const scopes = argument === undefined ? [] : (valueFromASTUntyped(argument.value) as string[][])
  return [{ scopes }]
}

/** Decides which fields a viewer may not read, by `@authenticated`, `@requiresScopes` and `@policy` on fields and types. */
import { getNamedType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import type { Viewer } from '@souk/contracts'
import type { AccessRequirement } from '../supergraph/access-requirement.ts'
import type { AccessRules } from '../supergraph/access-rules.ts'

export type Denial = { readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN'; readonly message: string }

export type Authorization = {
  /** `__typename` stands for any object of the type. */
  readonly deniedBecause: (typeName: string, fieldName: string) => Denial | undefined
}

/** A viewer, with the policies that let it pass. */
export type Reader = { readonly viewer: Viewer; readonly policies: ReadonlySet<string> }

/** What one kind of viewer may read. Viewers with equal `accessKey` share it, and the plans made for it. */
export function authorizeOperation(reader: Reader, rules: AccessRules, schema: GraphQLSchema): Authorization {
  const decided = new Map<string, Denial | undefined>()
  return {
    deniedBecause(typeName, fieldName) {
      const coordinate = fieldName === '__typename' ? typeName : `${typeName}.${fieldName}`
      if (decided.has(coordinate)) return decided.get(coordinate)
      const denial = firstDenial(reader, coordinate, requirementsOf({ rules, schema }, typeName, fieldName))
      decided.set(coordinate, denial)
      return denial
    },
  }
}

/** Everything about a viewer that decides what it may read of this graph: the scopes that no rule names are not among it. */
export const accessKey = ({ viewer, policies }: Reader, rules: AccessRules): string =>
  JSON.stringify([
    viewer.kind === 'anonymous',
    viewer.kind === 'anonymous' ? [] : namesKnown(viewer.scopes, rules.scopes),
    namesKnown([...policies], rules.policies),
  ])

const namesKnown = (names: readonly string[], known: ReadonlySet<string>): readonly string[] =>
  [...new Set(names)].filter((name) => known.has(name)).toSorted()

export type GuardedGraph = { readonly rules: AccessRules; readonly schema: GraphQLSchema }

/** All that has to hold: for the object, for its field, and for what the field returns. */
export function requirementsOf(
  { rules, schema }: GuardedGraph,
  typeName: string,
  fieldName: string,
): readonly AccessRequirement[] {
  const ownType = rules.types.get(typeName) ?? []
  if (fieldName === '__typename') return ownType
  const type = schema.getType(typeName)
  const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined
  const returned = definition === undefined ? [] : (rules.types.get(getNamedType(definition.type).name) ?? [])
  return [...ownType, ...(rules.fields.get(`${typeName}.${fieldName}`) ?? []), ...returned]
}

function firstDenial(
  reader: Reader,
  coordinate: string,
  requirements: readonly AccessRequirement[],
): Denial | undefined {
  for (const requirement of requirements) {
    const denial = denialOf(reader, coordinate, requirement)
    if (denial !== undefined) return denial
  }
  return undefined
}

// Which policy it is stays between whoever wrote it and whoever decides it; a scope is named, since a client can ask for it.
function denialOf(
  { viewer, policies: passed }: Reader,
  coordinate: string,
  { scopes, policies }: AccessRequirement,
): Denial | undefined {
  if (policies !== undefined) {
    if (policies.some((all) => all.every((policy) => passed.has(policy)))) return undefined
    return {
      code: 'FORBIDDEN',
      message: `${coordinate} is under a policy that does not let this viewer pass.`,
    }
  }
  if (scopes === undefined) {
    return viewer.kind === 'anonymous'
      ? { code: 'UNAUTHENTICATED', message: `${coordinate} needs a signed-in viewer. Send a valid token.` }
      : undefined
  }
  if (viewer.kind !== 'anonymous' && scopes.some((all) => all.every((one) => viewer.scopes.includes(one))))
    return undefined
  const wanted = scopes.map((all) => all.join(' and ')).join(', or ')
  return viewer.kind === 'anonymous'
    ? { code: 'UNAUTHENTICATED', message: `${coordinate} needs a signed-in viewer with the scope ${wanted}.` }
    : { code: 'FORBIDDEN', message: `${coordinate} needs the scope ${wanted}.` }
}

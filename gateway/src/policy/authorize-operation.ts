/** Decides which fields a viewer may not read, by `@authenticated`, `@requiresScopes` and `@policy` on fields and types. */
import { getNamedType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import type { Viewer } from '@souk/contracts'
import type { AccessRequirement, AccessRules } from '../supergraph/access-rules.ts'

export type Denial = { readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN'; readonly message: string }

export type Authorization = {
  readonly deniedBecause: (typeName: string, fieldName: string) => Denial | undefined
}

/** What one kind of viewer may read. Viewers with equal `accessKey` share it, and the plans made for it. */
export function authorizeOperation(viewer: Viewer, rules: AccessRules, schema: GraphQLSchema): Authorization {
  const decided = new Map<string, Denial | undefined>()
  return {
    deniedBecause(typeName, fieldName) {
      const coordinate = `${typeName}.${fieldName}`
      if (decided.has(coordinate)) return decided.get(coordinate)
      const denial = decide(coordinate, requirementsOf(typeName, fieldName))
      decided.set(coordinate, denial)
      return denial
    },
  }

  function decide(coordinate: string, requirements: readonly AccessRequirement[]): Denial | undefined {
    for (const requirement of requirements) {
      const denial = denialOf(viewer, coordinate, requirement)
      if (denial !== undefined) return denial
    }
    return undefined
  }

  function requirementsOf(typeName: string, fieldName: string): readonly AccessRequirement[] {
    const ownType = rules.types.get(typeName) ?? []
    const field = rules.fields.get(`${typeName}.${fieldName}`) ?? []
    return [...ownType, ...field, ...returnTypeRequirements(typeName, fieldName)]
  }

  function returnTypeRequirements(typeName: string, fieldName: string): readonly AccessRequirement[] {
    const type = schema.getType(typeName)
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined
    return definition === undefined ? [] : (rules.types.get(getNamedType(definition.type).name) ?? [])
  }
}

/** Everything about a viewer that decides what it may read. */
export const accessKey = (viewer: Viewer): string =>
  viewer.kind === 'anonymous' ? 'anonymous' : `signed-in ${viewer.scopes.toSorted().join(' ')}`

function denialOf(viewer: Viewer, coordinate: string, requirement: AccessRequirement): Denial | undefined {
  const { scopes, policies } = requirement
  if (policies !== undefined)
    return { code: 'FORBIDDEN', message: `${coordinate} has a policy, which nobody here decides.` }
  if (scopes === undefined) {
    return viewer.kind === 'anonymous'
      ? { code: 'UNAUTHENTICATED', message: `${coordinate} needs a signed-in viewer. Send a valid token.` }
      : undefined
  }
  if (scopes.some((all) => all.every((scope) => viewer.scopes.includes(scope)))) return undefined
  const wanted = scopes.map((all) => all.join(' and ')).join(', or ')
  return viewer.kind === 'anonymous'
    ? { code: 'UNAUTHENTICATED', message: `${coordinate} needs a signed-in viewer with the scope ${wanted}.` }
    : { code: 'FORBIDDEN', message: `${coordinate} needs the scope ${wanted}.` }
}

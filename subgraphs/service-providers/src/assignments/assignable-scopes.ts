/** The scopes that an assignment may carry: a part of what a merchant has, never more. */
import { ClientError, type Scope } from '@souk/contracts'

/**
 * A merchant can't hand over what they haven't got, and not the say in assignments: staff are recognised by the shops in
 * their own token, so a provider with shop:write can't accept its own proposal.
 */
export const assignableScopes = [
  'order:read',
  'order:write',
  'shop:read',
  'shop:write',
] as const satisfies readonly Scope[]

export type AssignableScope = (typeof assignableScopes)[number]

export const isAssignableScope = (scope: string): scope is AssignableScope =>
  (assignableScopes as readonly string[]).includes(scope)

export function readScopes(scopes: readonly string[]): readonly AssignableScope[] {
  const allowed = `"scopes" takes some of ${assignableScopes.join(', ')}`
  if (scopes.length === 0) throw new ClientError('BAD_INPUT', `${allowed}; none was given.`)
  if (new Set(scopes).size < scopes.length) throw new ClientError('BAD_INPUT', `${allowed}, each once.`)
  return scopes.map((scope) => {
    if (!isAssignableScope(scope))
      throw new ClientError('BAD_INPUT', `${allowed}; "${scope}" is not one of them.`)
    return scope
  })
}

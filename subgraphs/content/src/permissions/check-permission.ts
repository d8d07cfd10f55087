/** Asks creators whether a creator may sell in live rooms or from short videos (C29). */
import { creatorPermissions, notFound } from '@souk/contracts'
import { type CallSubgraph, done, type Outcome, refuse } from '@souk/kit'
import type { PermissionRequired } from '../errors.ts'

const sentences = {
  SHOWCASE: 'The creator may not sell from a showcase yet.',
  LIVE_SELLING: 'The creator may not sell in live rooms yet.',
} as const

export async function checkPermission(
  call: CallSubgraph,
  creatorId: string,
  permission: keyof typeof sentences,
): Promise<Outcome<undefined, PermissionRequired>> {
  const permissions = await call(creatorPermissions, { creatorId })
  if (permissions === null) throw notFound('creator', creatorId)
  const granted = permission === 'SHOWCASE' ? permissions.showcase : permissions.liveSelling
  if (granted) return done(undefined)
  return refuse({
    __typename: 'ContentPermissionRequired',
    code: 'PERMISSION_REQUIRED',
    message: sentences[permission],
    permission,
  })
}

/** Content can only be made for a creator that there is. */
export async function assertCreatorExists(call: CallSubgraph, creatorId: string): Promise<void> {
  if ((await call(creatorPermissions, { creatorId })) === null) throw notFound('creator', creatorId)
}

/** Step 1: the assignment that ends and the proposal that takes its place, if the viewer is on the shop's staff. */
import { ClientError } from '@souk/contracts'
import type { Handover } from '../assignments/assignment-transitions.ts'
import { assertActsForShop, findAssignment } from '../assignments/change-assignment.ts'
import type { ServiceProvidersContext } from '../modules.ts'

/** `userId` is the person who consents for the merchant. */
export async function findBoth(
  context: ServiceProvidersContext,
  ids: { readonly from: string; readonly to: string },
): Promise<Handover & { readonly userId: string }> {
  const active = await findAssignment(context, ids.from)
  const proposal = await findAssignment(context, ids.to)
  const { userId } = assertActsForShop(context.viewer, active)
  if (proposal.shopId !== active.shopId) {
    throw new ClientError('BAD_INPUT', '"toServiceAssignmentId" is a proposal to another shop.')
  }
  if (proposal.providerKind !== active.providerKind) {
    throw new ClientError(
      'BAD_INPUT',
      `"toServiceAssignmentId" is of a provider of another kind: ${proposal.providerKind}, not ${active.providerKind}.`,
    )
  }
  return { active, proposal, userId }
}

/** Step 1: the assignment that ends and the proposal that takes its place, if the viewer is on the shop's staff. */
import { ClientError } from '@souk/contracts'
import type { ServiceAssignment } from '../assignments/assignment.ts'
import { assertActsForShop, findAssignment } from '../assignments/change-assignment.ts'
import type { ServiceProvidersContext } from '../modules.ts'
import type { TransferInput } from './run-transfer-assignment.ts'

export type Both = {
  readonly active: ServiceAssignment
  readonly proposal: ServiceAssignment
  /** The person who consents for the merchant. */
  readonly userId: string
}

export async function findBoth(context: ServiceProvidersContext, input: TransferInput): Promise<Both> {
  const active = await findAssignment(context, input.fromServiceAssignmentId)
  const proposal = await findAssignment(context, input.toServiceAssignmentId)
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

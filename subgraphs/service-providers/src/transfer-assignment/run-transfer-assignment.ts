/** Flow: a shop goes from one provider to another of the same kind, with the merchant's consent. */
import type { Outcome } from '@souk/kit'
import type { Transfer } from '../assignments/assignment-transitions.ts'
import type { ManagedByPlatform, TransitionNotAllowed } from '../errors.ts'
import type { ServiceProvidersContext } from '../modules.ts'
import { findBoth } from './01-find-both.ts'
import { checkTier } from './02-check-tier.ts'
import { switchProvider } from './03-switch-provider.ts'

export type TransferInput = {
  readonly fromServiceAssignmentId: string
  readonly toServiceAssignmentId: string
}

export async function runTransferAssignment(
  context: ServiceProvidersContext,
  { fromServiceAssignmentId: from, toServiceAssignmentId: to }: TransferInput,
): Promise<Outcome<Transfer, TransitionNotAllowed | ManagedByPlatform>> {
  const both = await findBoth(context, { from, to })
  const tier = await checkTier(context, both.active.shopId)
  if (!tier.ok) return tier
  return await switchProvider(context, both, both.userId)
}

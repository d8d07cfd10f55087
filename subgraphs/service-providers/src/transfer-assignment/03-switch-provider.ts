/** Step 3: one ends and the other begins, in one transaction and at one moment. */
import { done, type Outcome } from '@souk/kit'
import { type Handover, type Transfer, transferAssignment } from '../assignments/assignment-transitions.ts'
import { pick } from '../assignments/change-assignment.ts'
import type { TransitionNotAllowed } from '../errors.ts'
import type { ServiceProvidersContext } from '../modules.ts'

export async function switchProvider(
  { modules, clock }: ServiceProvidersContext,
  { active, proposal }: Handover,
  userId: string,
): Promise<Outcome<Transfer, TransitionNotAllowed>> {
  const at = clock.now()
  let transfer: Outcome<Transfer, TransitionNotAllowed> | undefined
  await modules.assignments.change({ shopId: active.shopId, ids: [active.id, proposal.id] }, (current) => {
    transfer = transferAssignment(
      { active: pick(current, active.id), proposal: pick(current, proposal.id) },
      { userId, at },
    )
    return transfer.ok ? done([transfer.value.ended, transfer.value.started]) : transfer
  })
  if (transfer === undefined) throw new Error('The transfer was not decided.')
  return transfer
}

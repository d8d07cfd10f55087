/** An assignment as a row: to and from the union that the code works with. */
import type { ServiceProviderKind } from '../providers/provider.ts'
import { isAssignableScope } from './assignable-scopes.ts'
import type { AssignmentState, ServiceAssignment } from './assignment.ts'

export type AssignmentRow = {
  readonly id: string
  readonly provider_id: string
  readonly provider_kind: ServiceProviderKind
  readonly shop_id: string
  readonly scopes: readonly string[]
  readonly state: AssignmentState
  readonly proposed_by: 'PROVIDER' | 'PLATFORM'
  readonly proposed_by_user_id: string | null
  readonly proposed_at: Date
  readonly consented_by_user_id: string | null
  readonly consented_at: Date | null
  readonly active_from: Date | null
  readonly active_to: Date | null
  readonly closed_at: Date | null
}

export const assignmentColumns = `id, provider_id, provider_kind, shop_id, scopes, state, proposed_by, proposed_by_user_id,
  proposed_at, consented_by_user_id, consented_at, active_from, active_to, closed_at`

export const assignmentRecord = `(id text, provider_id text, provider_kind "ServiceProviderKind", shop_id text, scopes text[],
  state "ServiceAssignmentState", proposed_by "ServiceAssignmentProposer", proposed_by_user_id text,
  proposed_at timestamptz, consented_by_user_id text, consented_at timestamptz, active_from timestamptz,
  active_to timestamptz, closed_at timestamptz)`

export function toAssignment(row: AssignmentRow): ServiceAssignment {
  const facts = {
    id: row.id,
    providerId: row.provider_id,
    providerKind: row.provider_kind,
    shopId: row.shop_id,
    // A scope that was taken off the list since is no longer granted by what is stored.
    scopes: row.scopes.filter(isAssignableScope),
    proposedBy: row.proposed_by,
    proposedByUserId: row.proposed_by_user_id,
    proposedAt: row.proposed_at,
  }
  if (row.state === 'PROPOSED') return { ...facts, state: 'PROPOSED' }
  if (row.state === 'DECLINED') return { ...facts, state: 'DECLINED', closedAt: present(row, 'closed_at') }
  if (row.state === 'ENDED' && row.active_from === null) {
    return { ...facts, state: 'ENDED', wasActive: false, closedAt: present(row, 'closed_at') }
  }
  const consent = {
    consentedAt: present(row, 'consented_at'),
    consentedByUserId: row.consented_by_user_id,
    activeFrom: present(row, 'active_from'),
  }
  if (row.state === 'ACTIVE') return { ...facts, ...consent, state: 'ACTIVE' }
  const end = { activeTo: present(row, 'active_to'), closedAt: present(row, 'closed_at') }
  return { ...facts, ...consent, ...end, state: 'ENDED', wasActive: true }
}

export function toRow(assignment: ServiceAssignment): AssignmentRow {
  const consent =
    assignment.state === 'ACTIVE' || (assignment.state === 'ENDED' && assignment.wasActive)
      ? assignment
      : null
  return {
    id: assignment.id,
    provider_id: assignment.providerId,
    provider_kind: assignment.providerKind,
    shop_id: assignment.shopId,
    scopes: assignment.scopes,
    state: assignment.state,
    proposed_by: assignment.proposedBy,
    proposed_by_user_id: assignment.proposedByUserId,
    proposed_at: assignment.proposedAt,
    consented_by_user_id: consent?.consentedByUserId ?? null,
    consented_at: consent?.consentedAt ?? null,
    active_from: consent?.activeFrom ?? null,
    active_to: consent?.state === 'ENDED' ? consent.activeTo : null,
    closed_at: assignment.state === 'ENDED' || assignment.state === 'DECLINED' ? assignment.closedAt : null,
  }
}

function present(
  row: AssignmentRow,
  column: 'consented_at' | 'active_from' | 'active_to' | 'closed_at',
): Date {
  const at = row[column]
  if (at === null) throw new Error(`The assignment ${row.id} is ${row.state} without ${column}.`)
  return at
}

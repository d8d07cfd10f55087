/** The assignment of a provider to a shop in each of its states, with what it carries there. */
import type { ServiceProviderKind } from '../providers/provider.ts'
import type { AssignableScope } from './assignable-scopes.ts'

export type AssignmentState = 'PROPOSED' | 'ACTIVE' | 'ENDED' | 'DECLINED'

type AssignmentFacts = {
  readonly id: string
  readonly providerId: string
  readonly providerKind: ServiceProviderKind
  readonly shopId: string
  readonly scopes: readonly AssignableScope[]
  readonly proposedBy: 'PROVIDER' | 'PLATFORM'
  /** Who it was, for the audit; null for what was imported. */
  readonly proposedByUserId: string | null
  readonly proposedAt: Date
}

/** That the merchant said yes. There is no way to be active without it. */
type Consent = {
  readonly consentedAt: Date
  readonly consentedByUserId: string | null
  readonly activeFrom: Date
}

export type Proposal = AssignmentFacts & { readonly state: 'PROPOSED' }
export type ActiveAssignment = AssignmentFacts & Consent & { readonly state: 'ACTIVE' }
export type DeclinedAssignment = AssignmentFacts & { readonly state: 'DECLINED'; readonly closedAt: Date }
export type WithdrawnAssignment = AssignmentFacts & {
  readonly state: 'ENDED'
  readonly wasActive: false
  readonly closedAt: Date
}
export type EndedAssignment = AssignmentFacts &
  Consent & {
    readonly state: 'ENDED'
    readonly wasActive: true
    readonly activeTo: Date
    readonly closedAt: Date
  }

export type ServiceAssignment =
  | Proposal
  | ActiveAssignment
  | DeclinedAssignment
  | WithdrawnAssignment
  | EndedAssignment

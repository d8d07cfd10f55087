/** The state machine of an assignment: PROPOSED, then ACTIVE or DECLINED; ENDED after PROPOSED or ACTIVE. */
import { done, type Outcome, refuse } from '@souk/kit'
import type { TransitionNotAllowed } from '../errors.ts'
import type {
  ActiveAssignment,
  AssignmentState,
  DeclinedAssignment,
  EndedAssignment,
  ServiceAssignment,
  WithdrawnAssignment,
} from './assignment.ts'

/** The merchant's consent, given by a person on the shop's staff. */
export function acceptAssignment(
  assignment: ServiceAssignment,
  { userId, at }: { readonly userId: string; readonly at: Date },
): Outcome<ActiveAssignment, TransitionNotAllowed> {
  if (assignment.state !== 'PROPOSED') return notAllowed(assignment, 'ACTIVE')
  return done({ ...assignment, state: 'ACTIVE', consentedAt: at, consentedByUserId: userId, activeFrom: at })
}

export function declineAssignment(
  assignment: ServiceAssignment,
  at: Date,
): Outcome<DeclinedAssignment, TransitionNotAllowed> {
  if (assignment.state !== 'PROPOSED') return notAllowed(assignment, 'DECLINED')
  return done({ ...assignment, state: 'DECLINED', closedAt: at })
}

/** Ends what is active, or withdraws what is only proposed. */
export function endAssignment(
  assignment: ServiceAssignment,
  at: Date,
): Outcome<EndedAssignment | WithdrawnAssignment, TransitionNotAllowed> {
  if (assignment.state === 'PROPOSED')
    return done({ ...assignment, state: 'ENDED', wasActive: false, closedAt: at })
  return assignment.state === 'ACTIVE' ? done(endActive(assignment, at)) : notAllowed(assignment, 'ENDED')
}

/** The assignment that ends, and the proposal that takes its place. */
export type Handover = { readonly active: ServiceAssignment; readonly proposal: ServiceAssignment }
export type Transfer = { readonly ended: EndedAssignment; readonly started: ActiveAssignment }

/** One provider ends in the same moment in which the other begins. */
export function transferAssignment(
  { active, proposal }: Handover,
  { userId, at }: { readonly userId: string; readonly at: Date },
): Outcome<Transfer, TransitionNotAllowed> {
  if (active.state !== 'ACTIVE') return notAllowed(active, 'ENDED')
  const ended = endActive(active, at)
  const started = acceptAssignment(proposal, { userId, at: ended.activeTo })
  return started.ok ? done({ ended, started: started.value }) : started
}

function endActive(assignment: ActiveAssignment, at: Date): EndedAssignment {
  // Clocks of two replicas differ a little; an assignment never ends before it began.
  const activeTo = at < assignment.activeFrom ? assignment.activeFrom : at
  return { ...assignment, state: 'ENDED', wasActive: true, activeTo, closedAt: activeTo }
}

const notAllowed = (assignment: ServiceAssignment, to: AssignmentState) =>
  refuse<TransitionNotAllowed>({
    __typename: 'ServiceAssignmentTransitionNotAllowed',
    code: 'ASSIGNMENT_TRANSITION_NOT_ALLOWED',
    message: `An assignment that is ${assignment.state} can't become ${to}.`,
    serviceAssignmentId: assignment.id,
    from: assignment.state,
    to,
  })

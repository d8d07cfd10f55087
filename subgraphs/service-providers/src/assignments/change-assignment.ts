/** Commands on one assignment: propose, accept, decline, end. */
import { ClientError, isOperator, notFound, type UserViewer, type Viewer } from '@souk/contracts'
import { done, type Outcome, refuse, type Refusal } from '@souk/kit'
import type { AlreadyAssigned, AlreadyOpen, ManagedByPlatform, TransitionNotAllowed } from '../errors.ts'
import type { ServiceProvidersContext } from '../modules.ts'
import type { ServiceProvider } from '../providers/provider.ts'
import { readScopes } from './assignable-scopes.ts'
import type { Proposal, ServiceAssignment } from './assignment.ts'
import { actsForProvider, actsForShop, maySee } from './assignment-access.ts'
import { acceptAssignment, declineAssignment, endAssignment } from './assignment-transitions.ts'

export type ProposalInput = {
  readonly shopId: string
  readonly scopes: readonly string[]
  readonly serviceProviderId?: string | null
}

export async function proposeAssignment(
  context: ServiceProvidersContext,
  input: ProposalInput,
): Promise<Outcome<ServiceAssignment, ManagedByPlatform | AlreadyOpen>> {
  const { viewer, ids, clock, modules } = context
  const provider = await findOwnProvider(context, input.serviceProviderId ?? null)
  const proposal: Proposal = {
    id: ids.next(),
    providerId: provider.id,
    providerKind: provider.kind,
    shopId: input.shopId,
    scopes: readScopes(input.scopes),
    state: 'PROPOSED',
    proposedBy: isOperator(viewer) ? 'PLATFORM' : 'PROVIDER',
    proposedByUserId: viewer.kind === 'user' ? viewer.userId : null,
    proposedAt: clock.now(),
  }
  const allowed = await modules.mayBeHandedOver(proposal.shopId, proposal.proposedAt)
  if (!allowed.ok) return allowed
  const outcome = await modules.assignments.change<AlreadyOpen>(
    { shopId: proposal.shopId, ids: [] },
    (open) => {
      const there = open.find((each) => each.providerId === proposal.providerId)
      return there ? alreadyOpen(there) : done([proposal])
    },
  )
  return outcome.ok ? done(proposal) : outcome
}

export async function acceptProposal(
  context: ServiceProvidersContext,
  assignmentId: string,
): Promise<Outcome<ServiceAssignment, TransitionNotAllowed | ManagedByPlatform | AlreadyAssigned>> {
  const { clock, modules } = context
  const found = await findAssignment(context, assignmentId)
  const consent = { userId: assertActsForShop(context.viewer, found).userId, at: clock.now() }
  const acceptable = acceptAssignment(found, consent)
  if (!acceptable.ok) return acceptable
  const allowed = await modules.mayBeHandedOver(found.shopId, consent.at)
  if (!allowed.ok) return allowed
  return await changeOne<TransitionNotAllowed | AlreadyAssigned>(context, found, (proposal, current) => {
    const active = current.find(
      (each) => each.state === 'ACTIVE' && each.providerKind === proposal.providerKind,
    )
    const accepted = acceptAssignment(proposal, consent)
    return accepted.ok && active ? alreadyAssigned(active) : accepted
  })
}

export async function declineProposal(
  context: ServiceProvidersContext,
  assignmentId: string,
): Promise<Outcome<ServiceAssignment, TransitionNotAllowed>> {
  const found = await findAssignment(context, assignmentId)
  assertActsForShop(context.viewer, found)
  return await changeOne(context, found, (current) => declineAssignment(current, context.clock.now()))
}

export async function closeAssignment(
  context: ServiceProvidersContext,
  assignmentId: string,
): Promise<Outcome<ServiceAssignment, TransitionNotAllowed>> {
  const found = await findAssignment(context, assignmentId)
  if (!actsForProvider(context.viewer, found.providerId)) assertActsForShop(context.viewer, found)
  return await changeOne(context, found, (current) => endAssignment(current, context.clock.now()))
}

/** The assignment, if the viewer may see it. */
export async function findAssignment(
  { viewer, modules }: ServiceProvidersContext,
  id: string,
): Promise<ServiceAssignment> {
  const found = (await modules.assignments.byIds([id])).get(id)
  if (found === undefined || !maySee(viewer, found)) throw notFound('service assignment', id)
  return found
}

export function assertActsForShop(viewer: Viewer, { shopId }: ServiceAssignment): UserViewer {
  if (actsForShop(viewer, shopId)) return viewer
  throw new ClientError('FORBIDDEN', 'Only staff of the shop, with the scope shop:write, may do this.')
}

/** Changes one assignment as it is under the lock, which may be further than it was when it was found. */
async function changeOne<R extends Refusal>(
  { modules }: ServiceProvidersContext,
  { id, shopId }: ServiceAssignment,
  change: (
    assignment: ServiceAssignment,
    current: readonly ServiceAssignment[],
  ) => Outcome<ServiceAssignment, R>,
): Promise<Outcome<ServiceAssignment, R>> {
  const outcome = await modules.assignments.change<R>({ shopId, ids: [id] }, (current) => {
    const changed = change(pick(current, id), current)
    return changed.ok ? done([changed.value]) : changed
  })
  return outcome.ok ? done(pick(outcome.value, id)) : outcome
}

export function pick(assignments: readonly ServiceAssignment[], id: string): ServiceAssignment {
  const found = assignments.find((each) => each.id === id)
  if (found === undefined) throw new Error(`The assignment ${id} is gone; assignments are never deleted.`)
  return found
}

async function findOwnProvider(
  { viewer, modules }: ServiceProvidersContext,
  asked: string | null,
): Promise<ServiceProvider> {
  const id = asked ?? (viewer.kind === 'user' ? viewer.serviceProviderId : undefined)
  if (id === undefined)
    throw new ClientError(
      'BAD_INPUT',
      '"serviceProviderId" is needed: the viewer belongs to no service provider.',
    )
  const provider = (await modules.providers.byIds([id])).get(id)
  if (provider === undefined || !actsForProvider(viewer, id)) throw notFound('service provider', id)
  return provider
}

const alreadyOpen = (serviceAssignment: ServiceAssignment) =>
  refuse<AlreadyOpen>({
    __typename: 'ServiceAssignmentAlreadyOpen',
    code: 'ASSIGNMENT_ALREADY_OPEN',
    message:
      serviceAssignment.state === 'ACTIVE'
        ? 'The service provider works for the shop already.'
        : 'The service provider has a proposal to the shop that is open.',
    serviceAssignment,
  })

const alreadyAssigned = (serviceAssignment: ServiceAssignment) =>
  refuse<AlreadyAssigned>({
    __typename: 'ShopAlreadyAssigned',
    code: 'SHOP_ALREADY_ASSIGNED',
    message: 'Another service provider of this kind works for the shop.',
    serviceAssignment,
  })

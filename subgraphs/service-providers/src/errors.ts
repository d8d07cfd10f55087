/** The refusals of the service-providers subgraph: every code with its meaning and remedy, and the shapes that carry them. */
import type { Refusal } from '@souk/kit'
import type { AssignmentState, ServiceAssignment } from './assignments/assignment.ts'
import type { ServiceProvider } from './providers/provider.ts'

/** In the order in which they are reported when several apply. */
export const serviceProviderRefusals = {
  SERVICE_PROVIDER_NAME_TAKEN: {
    meaning: 'Another provider of the kind has the name.',
    remedy: 'Choose another name, or use the provider that is there.',
  },
  ASSIGNMENT_TRANSITION_NOT_ALLOWED: {
    meaning: 'The assignment is not in a state from which it can go where it was sent.',
    remedy: 'Read the state; somebody may have been quicker.',
  },
  SHOP_MANAGED_BY_PLATFORM: {
    meaning: 'The shop is of a tier that the platform looks after itself.',
    remedy: 'None: such a shop goes to no service provider.',
  },
  ASSIGNMENT_ALREADY_OPEN: {
    meaning: 'The provider works for the shop, or has proposed to.',
    remedy: 'End that assignment before proposing another.',
  },
  SHOP_ALREADY_ASSIGNED: {
    meaning: 'Another provider of the kind works for the shop.',
    remedy: 'Hand the shop over with serviceAssignmentTransfer.',
  },
} as const

export type ServiceProviderRefusalCode = keyof typeof serviceProviderRefusals

type ServiceProviderRefusal<Name extends string, Code extends ServiceProviderRefusalCode> = Refusal<Name> & {
  readonly code: Code
}

export type NameTaken = ServiceProviderRefusal<'ServiceProviderNameTaken', 'SERVICE_PROVIDER_NAME_TAKEN'> & {
  readonly serviceProvider: ServiceProvider
}
export type TransitionNotAllowed = ServiceProviderRefusal<
  'ServiceAssignmentTransitionNotAllowed',
  'ASSIGNMENT_TRANSITION_NOT_ALLOWED'
> & { readonly serviceAssignmentId: string; readonly from: AssignmentState; readonly to: AssignmentState }
export type ManagedByPlatform = ServiceProviderRefusal<
  'ShopManagedByPlatform',
  'SHOP_MANAGED_BY_PLATFORM'
> & {
  readonly shopId: string
}
export type AlreadyOpen = ServiceProviderRefusal<
  'ServiceAssignmentAlreadyOpen',
  'ASSIGNMENT_ALREADY_OPEN'
> & {
  readonly serviceAssignment: ServiceAssignment
}
export type AlreadyAssigned = ServiceProviderRefusal<'ShopAlreadyAssigned', 'SHOP_ALREADY_ASSIGNED'> & {
  readonly serviceAssignment: ServiceAssignment
}

/** The modules that resolvers get: stores, and the policy on which shops may be handed over. */
import type { SubgraphContext, SubgraphServices } from '@souk/kit'
import { openAssignmentStore } from './assignments/assignment-store.ts'
import type { Database } from './db.ts'
import { openProvidersImportStore } from './imports/providers-import-store.ts'
import { openProviderStore } from './providers/provider-store.ts'
import type { HandOverPolicy } from './tiers/may-be-handed-over.ts'

/** Decisions that later issues take elsewhere, and that a test may take otherwise. */
export type ServiceProvidersPolicies = { readonly mayBeHandedOver: HandOverPolicy }

export const openModules = (
  { database }: SubgraphServices<Database>,
  policies: ServiceProvidersPolicies,
) => ({
  providers: openProviderStore(database),
  assignments: openAssignmentStore(database),
  imports: openProvidersImportStore(database),
  ...policies,
})

export type ServiceProvidersModules = ReturnType<typeof openModules>

export type ServiceProvidersContext = SubgraphContext<ServiceProvidersModules>

/** Front door of @souk/service-providers: providers and their assignments to shops, as a subgraph. */
import type { Subgraph } from '@souk/kit'
import { defineServiceProviders } from './define-service-providers.ts'
import { mayBeHandedOver } from './tiers/may-be-handed-over.ts'

export const serviceProvidersSubgraph: Subgraph = defineServiceProviders({ mayBeHandedOver })

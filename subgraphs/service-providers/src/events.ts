/** Events that service-providers consumes: none yet. */
import type { EventHandlers } from '@souk/kit'
import type { ServiceProvidersModules } from './modules.ts'

export const events: EventHandlers<ServiceProvidersModules> = {}

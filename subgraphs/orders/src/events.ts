/** Handlers of events from other subgraphs: orders consumes none; what it publishes is in outbox-rows.ts. */
import type { EventHandlers } from '@souk/kit'
import type { OrdersModules } from './modules.ts'

export const events: EventHandlers<OrdersModules> = {}

/** Events that content consumes: none yet. */
import type { EventHandlers } from '@souk/kit'
import type { ContentModules } from './modules.ts'

export const events: EventHandlers<ContentModules> = {}

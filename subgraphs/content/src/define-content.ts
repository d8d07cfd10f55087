/** The content subgraph over given policies. */
import { defineSubgraph, type Subgraph } from '@souk/kit'
import { openDatabase } from './db.ts'
import { entities } from './entities.ts'
import { events } from './events.ts'
import { liveFields } from './graph/live-fields.ts'
import { type ContentPolicies, openModules } from './modules.ts'
import { resolvers } from './resolvers.ts'

export const defineContent = (policies: ContentPolicies): Subgraph =>
  defineSubgraph({
    name: 'content',
    directory: new URL('..', import.meta.url),
    openDatabase,
    openModules: (services) => openModules(services, policies),
    resolvers,
    entities,
    liveFields,
    events,
  })

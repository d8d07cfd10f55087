/** The service-providers subgraph over given policies. */
import { defineSubgraph, type Subgraph } from '@souk/kit'
import { openDatabase } from './db.ts'
import { entities } from './entities.ts'
import { events } from './events.ts'
import { openModules, type ServiceProvidersPolicies } from './modules.ts'
import { resolvers } from './resolvers.ts'

export const defineServiceProviders = (policies: ServiceProvidersPolicies): Subgraph =>
  defineSubgraph({
    name: 'service-providers',
    directory: new URL('..', import.meta.url),
    openDatabase,
    openModules: (services) => openModules(services, policies),
    resolvers,
    entities,
    events,
  })

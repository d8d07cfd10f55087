/** Front door of the creators subgraph: creators, affiliate plans, the selection pool and commissions. */
import { defineSubgraph } from '@souk/kit'
import { openDatabase } from './db.ts'
import { entities } from './entities.ts'
import { events } from './events.ts'
import { jobs } from './jobs.ts'
import { openModules } from './modules.ts'
import { resolvers } from './resolvers.ts'

export const creatorsSubgraph = defineSubgraph({
  name: 'creators',
  directory: new URL('..', import.meta.url),
  openDatabase,
  openModules,
  resolvers,
  entities,
  events,
  jobs,
})

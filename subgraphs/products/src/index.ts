/** Front door of @souk/products: merchants, shops, brands, categories, products, SKUs, offers and stock, as one subgraph. */
import { defineSubgraph } from '@souk/kit'
import { openDatabase } from './db.ts'
import { entities } from './entities.ts'
import { events } from './events.ts'
import { jobs } from './jobs.ts'
import { openModules } from './modules.ts'
import { liveFields } from './resolvers/live-fields.ts'
import { resolvers } from './resolvers.ts'

export const productsSubgraph = defineSubgraph({
  name: 'products',
  directory: new URL('..', import.meta.url),
  openDatabase,
  openModules,
  resolvers,
  entities,
  liveFields,
  events,
  jobs,
})

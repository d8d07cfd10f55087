/** Runs service-providers as a service of its own. */
import { serveSubgraph } from '@souk/kit'
import { serviceProvidersSubgraph } from './index.ts'

await serveSubgraph(serviceProvidersSubgraph)

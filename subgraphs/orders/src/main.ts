/** Runs the orders subgraph as a service of its own. */
import { serveSubgraph } from '@souk/kit'
import { ordersSubgraph } from './index.ts'

await serveSubgraph(ordersSubgraph)

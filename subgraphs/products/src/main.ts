/** Runs the products subgraph as a service of its own. */
import { serveSubgraph } from '@souk/kit'
import { productsSubgraph } from './index.ts'

await serveSubgraph(productsSubgraph)

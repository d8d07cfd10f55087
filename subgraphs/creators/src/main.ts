/** The creators subgraph as a service of its own. */
import { serveSubgraph } from '@souk/kit'
import { creatorsSubgraph } from './index.ts'

await serveSubgraph(creatorsSubgraph)

/** Runs content as a service of its own. */
import { serveSubgraph } from '@souk/kit'
import { contentSubgraph } from './index.ts'

await serveSubgraph(contentSubgraph)

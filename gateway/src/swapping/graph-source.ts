/** What a graph is made of: subgraphs with their schemas, or a supergraph and where its subgraphs are. */
import type { ConnectedSubgraph } from '../request/served-graph.ts'
import type { SubgraphSdl } from '../supergraph/compose.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'

export type GatewaySubgraph = SubgraphSdl & ConnectedSubgraph

/**
 * A supergraph and where its subgraphs are. Without one the subgraphs of a gateway that is created are composed in this thread, which
 * some SDLs can hold up for long: whoever serves has them composed in another (`composeOffThread`). A swap always does.
 */
export type GraphSource =
  | { readonly subgraphs: readonly GatewaySubgraph[]; readonly supergraph?: undefined }
  | { readonly subgraphs: readonly ConnectedSubgraph[]; readonly supergraph: Supergraph }

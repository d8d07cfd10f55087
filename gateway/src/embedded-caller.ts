/** Calls internal operations of the embedded subgraphs as the gateway itself, for the importer. */
import type { SubgraphName, Transport, ViewerKey } from '@souk/contracts'
import { systemClock } from './clock.ts'
import { type EmbeddedDeployment, openGatewayCaller } from './deployments/embedded.ts'
import type { CallSubgraph } from './import/call-subgraph.ts'

export function openEmbeddedCaller(deployment: EmbeddedDeployment, viewerKey: ViewerKey): CallSubgraph {
  const transports = new Map<SubgraphName, Transport>(
    deployment.subgraphs.map(({ name, transport }) => [name, transport]),
  )
  return openGatewayCaller({
    viewerKey,
    clock: systemClock,
    transportTo: (name) => transports.get(name) as Transport,
  }).call
}

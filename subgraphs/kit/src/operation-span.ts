/** What one operation of a subgraph is in a trace. */
import type { SpanStart, SubgraphName } from '@souk/contracts'

export const operationSpan = (subgraph: SubgraphName): SpanStart => ({
  name: `subgraph ${subgraph}`,
  kind: 'server',
  attributes: { 'souk.subgraph': subgraph },
})

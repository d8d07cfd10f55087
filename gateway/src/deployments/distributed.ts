/** Subgraphs as services: names and URLs in, schemas and transports out. The order in which services start doesn't matter. */
import { signViewer, type SubgraphName, viewerKeyFrom } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import type { GatewaySubgraph } from '../gateway.ts'
import { httpTransport } from '../transports/http.ts'
import { fetchSdl } from './fetch-sdl.ts'

export type SubgraphAddress = { readonly name: string; readonly url: string }

export type ConnectOptions = {
  readonly addresses: readonly SubgraphAddress[]
  readonly config: GatewayConfig
  readonly viewerSecret: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** The transports are the caller's to close. */
export async function connectSubgraphs(options: ConnectOptions): Promise<readonly GatewaySubgraph[]> {
  const { addresses, config, clock, signal } = options
  const subgraphs = addresses.map(({ name, url }) => ({
    name,
    url,
    transport: httpTransport({
      url,
      connectionsMax: config.subgraphConnectionsMax,
      responseBytesMax: config.subgraphResponseBytesMax,
    }),
  }))
  try {
    const key = viewerKeyFrom(options.viewerSecret)
    const asking = {
      clock,
      signal,
      subgraphStartMsMax: config.subgraphStartMsMax,
      viewerToken: () => signViewer({ kind: 'service', service: 'gateway', scopes: [] }, key, clock.now()),
    }
    const sdls = await Promise.all(subgraphs.map((subgraph) => fetchSdl(subgraph, asking)))
    return subgraphs.map(({ name, transport }, index) => ({ name, transport, sdl: sdls[index] ?? '' }))
  } catch (error) {
    await Promise.all(subgraphs.map(({ transport }) => transport.close()))
    throw error
  }
}

export const addressesFrom = (
  config: GatewayConfig,
): readonly (SubgraphAddress & { readonly name: SubgraphName })[] => [
  { name: 'products', url: config.productsUrl },
  { name: 'content', url: config.contentUrl },
  { name: 'creators', url: config.creatorsUrl },
  { name: 'orders', url: config.ordersUrl },
  { name: 'service-providers', url: config.serviceProvidersUrl },
]

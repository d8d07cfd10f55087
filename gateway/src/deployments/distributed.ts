/** Subgraphs as services: names and URLs in, schemas and transports out. The order in which services start doesn't matter. */
import { signViewer, type SubgraphName, viewerKeyFrom } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import type { GatewaySubgraph } from '../swapping/graph-source.ts'
import { remoteTransport } from '../transports/remote.ts'
import { type AskedSubgraph, fetchSdl } from './fetch-sdl.ts'

export type SubgraphAddress = { readonly name: string; readonly url: string }

export type ConnectOptions = {
  readonly addresses: readonly SubgraphAddress[]
  readonly config: GatewayConfig
  readonly viewerSecret: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

export type ServiceSubgraph = GatewaySubgraph & AskedSubgraph

/** The transports are the caller's to close. */
export async function connectSubgraphs(options: ConnectOptions): Promise<readonly ServiceSubgraph[]> {
  const { addresses, config, signal } = options
  const subgraphs = addresses.map(({ name, url }) => ({
    name,
    url,
    transport: {
      ...remoteTransport({
        url,
        connectionsMax: config.subgraphConnectionsMax,
        responseBytesMax: config.subgraphResponseBytesMax,
      }),
      // As the chassis of every subgraph of Souk promises.
      tellsState: true,
    },
  }))
  try {
    return await askSchemas(subgraphs, options, signal)
  } catch (error) {
    await Promise.all(subgraphs.map(({ transport }) => transport.close()))
    throw error
  }
}

/** The subgraphs with the schemas that they have now. */
export async function askSchemas(
  subgraphs: readonly AskedSubgraph[],
  { config, clock, viewerSecret }: ConnectOptions,
  signal: AbortSignal,
): Promise<readonly ServiceSubgraph[]> {
  const key = viewerKeyFrom(viewerSecret)
  const asking = {
    clock,
    signal,
    subgraphStartMsMax: config.subgraphStartMsMax,
    viewerToken: () => signViewer({ kind: 'service', service: 'gateway', scopes: [] }, key, clock.now()),
  }
  return await Promise.all(
    subgraphs.map(async (subgraph) => ({ ...subgraph, sdl: await fetchSdl(subgraph, asking) })),
  )
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

/** Subgraphs as services: names and URLs in, schemas and transports out. The order in which services start doesn't matter. */
import { ClientError, signViewer, type SubgraphName, type Transport, viewerKeyFrom } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import type { GatewaySubgraph } from '../gateway.ts'
import { httpTransport } from '../transports/http.ts'

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
  const { addresses, config } = options
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
    const sdls = await Promise.all(subgraphs.map((subgraph) => fetchSdl(subgraph, options)))
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

type Connecting = SubgraphAddress & { readonly transport: Transport }

async function fetchSdl({ name, url, transport }: Connecting, options: ConnectOptions): Promise<string> {
  const { config, clock, signal } = options
  const endsAtMs = clock.monotonicMs() + config.subgraphStartMsMax
  let reason = 'it gave no schema'
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, waitMsMax)) {
    const msLeft = endsAtMs - clock.monotonicMs()
    if (msLeft <= askMsLeast || signal.aborted) break
    try {
      const sdl = await askSdl(transport, options, Math.min(msLeft, askMsMax))
      if (sdl !== undefined) return sdl
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    await wait(Math.min(waitMs, Math.max(0, endsAtMs - clock.monotonicMs())), signal)
  }
  const message = `The subgraph ${name} at ${url} did not give its schema within ${config.subgraphStartMsMax} ms: ${reason}`
  throw new ClientError('GW_SUBGRAPH_UNREACHABLE', message)
}

const firstWaitMs = 100
const waitMsMax = 2_000
const askMsMax = 5_000
// A last try with less time than this would end in a timeout, and hide the reason that is known.
const askMsLeast = 50

async function askSdl(
  transport: Transport,
  { viewerSecret, clock, signal }: ConnectOptions,
  deadlineMs: number,
): Promise<string | undefined> {
  const viewerToken = await signViewer(
    { kind: 'service', service: 'gateway', scopes: [] },
    viewerKeyFrom(viewerSecret),
    clock.now(),
  )
  const answer = await transport.execute(
    { query: 'query SubgraphSdl { _service { sdl } }', viewerToken, requestId: 'start', deadlineMs },
    AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(deadlineMs))]),
  )
  const [error] = answer.errors ?? []
  if (error !== undefined) throw new Error(error.message)
  const service = answer.data?._service as { readonly sdl?: unknown } | null | undefined
  return typeof service?.sdl === 'string' ? service.sdl : undefined
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
}

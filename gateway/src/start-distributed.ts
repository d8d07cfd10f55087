/** Starts the gateway over subgraphs that run as services. */
import { randomBytes } from 'node:crypto'
import { ClientError, startTracing } from '@souk/contracts'
import { announce } from './announce.ts'
import { systemClock } from './clock.ts'
import { composeOffThread } from './composition/compose-off-thread.ts'
import type { GatewayConfig } from './config.ts'
import { addressesFrom, askSchemas, connectSubgraphs } from './deployments/distributed.ts'
import { createGateway, type GatewayKeys } from './gateway.ts'
import type { GatewaySubgraph } from './swapping/graph-source.ts'
import { type DevelopmentPerson, openDevelopmentKeys } from './keys/development-tokens.ts'
import type { OwnSettings } from './standalone/read-own-settings.ts'
import { watchGraph } from './swapping/watch-graph.ts'
import { createLogger } from './telemetry/logger.ts'
import type { Running } from './until-stopped.ts'

export async function startDistributed(
  settings: OwnSettings,
  signal: AbortSignal,
  people: readonly DevelopmentPerson[],
): Promise<Running> {
  const { config, ...given } = settings
  const viewerSecret = config.viewerSecret
  if (viewerSecret === undefined) {
    throw new ClientError(
      'GW_CONFIG_INVALID',
      'SOUK_VIEWER_SECRET is not set; subgraphs as services have to be given the same one.',
    )
  }
  const startedAtMs = systemClock.monotonicMs()
  const logger = createLogger(config.logLevel)
  const connecting = {
    addresses: addressesFrom(config),
    config,
    viewerSecret,
    clock: systemClock,
    signal,
  }
  const tracing = await startTracing({ service: 'souk-gateway', environment: process.env })
  const subgraphs = await connectSubgraphs(connecting)
  const opened: (() => Promise<void>)[] = [tracing.close, () => closeTransports(subgraphs)]
  const close = async (): Promise<void> => {
    for (const undo of opened.toReversed()) await undo()
  }
  try {
    const keys = await readKeys(config, people)
    const supergraph = await composeOffThread(subgraphs, config)
    const gateway = await createGateway({
      ...given,
      config,
      supergraph,
      subgraphs,
      keys,
      clock: systemClock,
      logger,
    })
    const watch = watchGraph({
      served: { text: textOf(subgraphs), close: nothingToClose },
      async look(until) {
        const source = { subgraphs: await askSchemas(subgraphs, connecting, until) }
        return {
          text: textOf(source.subgraphs),
          open: () => Promise.resolve({ source, close: nothingToClose }),
        }
      },
      gateway,
      everyMs: config.schemaPollMs,
      logger,
    })
    opened.push(gateway.close, watch.stop)
    const { url } = await gateway.listen()
    announce(url, systemClock.monotonicMs() - startedAtMs, keys.development?.tokens ?? [])
    return { close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The keys that the settings name: a JWKS somewhere, or in development our own with ready tokens for these people. */
export async function readKeys(
  config: GatewayConfig,
  people: readonly DevelopmentPerson[],
): Promise<GatewayKeys> {
  // A secret made now is enough where gateway and subgraphs share a process, and gone with it.
  const viewerSecret = config.viewerSecret ?? randomBytes(32).toString('hex')
  if (config.jwksUrl !== undefined) return { jwks: new URL(config.jwksUrl), viewerSecret }
  const { dataDir, jwtIssuer: issuer, jwtAudience: audience } = config
  const keys = await openDevelopmentKeys({ dataDir, issuer, audience })
  const tokens = await keys.issueTokens(people, systemClock.now())
  return { jwks: keys.jwks, viewerSecret, development: { jwks: keys.jwks, tokens } }
}

// The transports stay the same, whatever is behind them.
const nothingToClose = (): Promise<void> => Promise.resolve()

const textOf = (subgraphs: readonly GatewaySubgraph[]): string =>
  JSON.stringify(subgraphs.map(({ name, sdl }) => [name, sdl]))

const closeTransports = async (subgraphs: readonly GatewaySubgraph[]): Promise<void> =>
  void (await Promise.all(subgraphs.map(({ transport }) => transport.close())))

/** Starts the gateway in front of subgraphs that are not Souk's: no database, no keys, no rules but federation's. */
import { randomBytes } from 'node:crypto'
import { startTracing } from '@souk/contracts'
import { systemClock } from './clock.ts'
import { type GraphFile, lookAtGraph, type Opening } from './deployments/foreign.ts'
import { createGateway, type GatewayKeys } from './gateway.ts'
import { findFile } from './standalone/find-file.ts'
import { readSettings, type StandaloneSettings } from './standalone/read-settings.ts'
import { warnOfGaps } from './standalone/warn-of-gaps.ts'
import type { Supergraph } from './supergraph/supergraph.ts'
import { watchGraph } from './swapping/watch-graph.ts'
import { createLogger } from './telemetry/logger.ts'
import type { Running } from './until-stopped.ts'

export type StandaloneOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly graph: GraphFile
  /** The name of a file with settings. */
  readonly config: string | undefined
  readonly port: string | undefined
}

export async function startStandalone(options: StandaloneOptions, signal: AbortSignal): Promise<Running> {
  const startedAtMs = systemClock.monotonicMs()
  const opening = await beginOpening(options)
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const undo of opened.splice(0).toReversed()) await undo()
  }
  try {
    const { settings, clock, logger } = opening
    const tracing = await startTracing({ service: 'souk-gateway', environment: options.environment })
    opened.push(tracing.close)
    const { config, forwarding, returning, traffic } = settings
    const look = (until: AbortSignal) => lookAtGraph(options.graph, opening, until)
    const served = await look(signal)
    const { source, close: closeSource } = await served.open()
    const undoSource = opened.push(closeSource) - 1
    warnOfRules(source.supergraph, opening)
    // What was composed here has none.
    if (source.supergraph && 'supergraph' in options.graph) warnOfGaps(source.supergraph, logger)
    const keys = keysOf(settings)
    const gateway = await createGateway({
      ...source,
      config,
      keys,
      clock,
      logger,
      forwarding,
      returning,
      traffic,
    })
    const watch = watchGraph({
      served: { text: served.text, close: closeSource },
      look,
      gateway,
      everyMs: config.schemaPollMs,
      logger,
    })
    opened[undoSource] = watch.close
    opened.push(gateway.close, watch.stop)
    signal.throwIfAborted()
    const { url } = await gateway.listen()
    const seconds = ((clock.monotonicMs() - startedAtMs) / 1000).toFixed(1)
    const names = source.subgraphs.map(({ name }) => name).join(', ')
    process.stdout.write(`The gateway is ready after ${seconds} s: ${url}/graphql (${names})\n`)
    return { close }
  } catch (error) {
    await close()
    // Whoever asked it to stop while it was starting has what they wanted.
    if (signal.aborted) return { close: () => Promise.resolve() }
    throw error
  }
}

async function beginOpening({ environment, config, port }: StandaloneOptions): Promise<Opening> {
  const find = (name: string) => findFile(name, environment.INIT_CWD)
  const file = config === undefined ? undefined : { name: config, text: (await find(config)).text }
  const settings = readSettings({ environment, file, port })
  const logger = createLogger(settings.config.logLevel)
  return { settings, clock: systemClock, logger, readFile: find }
}

// Where nobody verifies tokens there is nobody who is signed in: what the schema keeps for them stays closed.
function warnOfRules(supergraph: Supergraph | undefined, { settings, logger }: Opening): void {
  if (supergraph === undefined) return
  const { access } = supergraph
  const guarded = access.types.size + access.fields.size
  if (guarded > 0 && settings.config.jwksUrl === undefined)
    logger.warn(
      { guarded },
      'types or fields need a signed-in viewer, and nobody can be one: "jwksUrl" in the --config file is not set',
    )
}

const keysOf = ({ config }: StandaloneSettings): GatewayKeys => ({
  jwks: config.jwksUrl === undefined ? undefined : new URL(config.jwksUrl),
  // Nobody is shown what is signed with it.
  viewerSecret: randomBytes(32).toString('hex'),
})

/** Starts the gateway in front of subgraphs that are not Souk's: no database, no keys, no rules but federation's. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClientError } from '@souk/contracts'
import { systemClock } from './clock.ts'
import { type FoundFile, openList, openSupergraph, type Opening } from './deployments/foreign.ts'
import { createGateway, type GatewayKeys } from './gateway.ts'
import { readSettings, type StandaloneSettings } from './standalone/read-settings.ts'
import type { Supergraph } from './supergraph/supergraph.ts'
import { createLogger } from './telemetry/logger.ts'
import type { Running } from './until-stopped.ts'

export type StandaloneOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A supergraph, or a list of subgraphs to compose: names of files, as are `config`'s settings. */
  readonly graph: { readonly supergraph: string } | { readonly subgraphs: string }
  readonly config: string | undefined
  readonly port: string | undefined
}

export async function startStandalone(options: StandaloneOptions, signal: AbortSignal): Promise<Running> {
  const startedAtMs = systemClock.monotonicMs()
  const opening = await beginOpening(options, signal)
  const close = async (): Promise<void> => {
    for (const undo of opening.opened.splice(0).toReversed()) await undo()
  }
  try {
    const { supergraph, subgraphs } = await openGraph(options, opening)
    warnOfRules(supergraph, opening)
    const { settings, clock, logger } = opening
    const { config, forwarding } = settings
    const keys = keysOf(settings)
    const gateway = await createGateway({ config, supergraph, subgraphs, keys, clock, logger, forwarding })
    opening.opened.push(gateway.close)
    signal.throwIfAborted()
    const { url } = await gateway.listen()
    const seconds = ((clock.monotonicMs() - startedAtMs) / 1000).toFixed(1)
    const names = subgraphs.map(({ name }) => name).join(', ')
    process.stdout.write(`The gateway is ready after ${seconds} s: ${url}/graphql (${names})\n`)
    return { close }
  } catch (error) {
    await close()
    // Whoever asked it to stop while it was starting has what they wanted.
    if (signal.aborted) return { close: () => Promise.resolve() }
    throw error
  }
}

async function beginOpening(
  { environment, config, port }: StandaloneOptions,
  signal: AbortSignal,
): Promise<Opening> {
  const find = (name: string) => findFile(name, environment.INIT_CWD)
  const file = config === undefined ? undefined : { name: config, text: (await find(config)).text }
  const settings = readSettings({ environment, file, port })
  const logger = createLogger(settings.config.logLevel)
  return { settings, clock: systemClock, logger, signal, readFile: find, opened: [] }
}

const openGraph = ({ graph }: StandaloneOptions, opening: Opening) =>
  'supergraph' in graph ? openSupergraph(graph.supergraph, opening) : openList(graph.subgraphs, opening)

// Where nobody verifies tokens there is nobody who is signed in: what the schema keeps for them stays closed.
function warnOfRules({ access }: Supergraph, { settings, logger }: Opening): void {
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

// npm runs a script in the package's folder, and tells in INIT_CWD where it was called.
async function findFile(name: string, calledIn = '.'): Promise<FoundFile> {
  for (const path of [resolve(name), resolve(calledIn, name)]) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) return { path, text }
  }
  throw new ClientError('GW_CONFIG_INVALID', `The file ${name} can't be read.`)
}

/** A whole platform for one test file: gateway, five subgraphs and a database of its own, embedded or as services over HTTP. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomIds, type SubgraphName, type Transport, viewerKeyFrom } from '@souk/contracts'
import {
  connectSubgraphs,
  createGateway,
  type Gateway,
  type GatewayConfig,
  openDevelopmentKeys,
  readConfig,
} from '@souk/gateway'
import { openEmbedded } from '@souk/gateway/embedded'
import { httpTransport, serveHttp } from '@souk/kit'
import { cloneDatabase, dropDatabase, type FakeClock, fakeClock } from '@souk/kit/testing'
import { pino } from 'pino'
import { inject } from 'vitest'
import { openClient, type Client } from './client.ts'
import type { Person } from './people.ts'

export const deployments = ['embedded', 'services'] as const

export type DeploymentName = (typeof deployments)[number]

export type Platform = {
  readonly url: string
  readonly databaseUrl: string
  readonly clock: FakeClock
  /** Everything sent to PostgreSQL by subgraphs since the last call of `takeStatements`. */
  takeStatements(): readonly { readonly sql: string; readonly subgraph: SubgraphName }[]
  /** A client that asks the public graph as this person; without one, as nobody. */
  as(person?: Person): Promise<Client>
  /** Delivers events until none is due: what the relays do in the background, at a moment of the test's choosing. */
  settle(): Promise<void>
  /** How many readers of subscriptions a subgraph has. */
  subscriptionCount(subgraph: SubgraphName): number
  /** Runs a job of a subgraph, as its schedule would. */
  runJob(subgraph: SubgraphName, job: string): Promise<void>
  close(): Promise<void>
}

export type PlatformOptions = {
  /** Opens on this database instead of a clone of the template; it is not dropped at the end. */
  readonly databaseUrl?: string
  readonly clock?: FakeClock
  /** Settings of the gateway's besides those that a test needs anyway. */
  readonly environment?: Readonly<Record<string, string>>
}

const viewerSecret = 'a secret of the tests that is long enough to be one'

export async function openPlatform(
  deployment: DeploymentName,
  options: PlatformOptions = {},
): Promise<Platform> {
  const closers: (() => Promise<unknown>)[] = []
  const databaseUrl =
    options.databaseUrl ??
    (await cloneDatabase(inject('templateUrl'), `test_${randomUUID().replaceAll('-', '')}`))
  if (options.databaseUrl === undefined) closers.push(() => dropDatabase(databaseUrl))
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-platform-'))
  closers.push(() => rm(dataDir, { recursive: true, force: true }))
  const clock = options.clock ?? fakeClock()
  const statements: { sql: string; subgraph: SubgraphName }[] = []
  const config = readConfig({
    SOUK_PORT: '0',
    SOUK_DATA_DIR: dataDir,
    SOUK_VIEWER_SECRET: viewerSecret,
    // A test has asked all that it asks when it closes.
    SOUK_DRAIN_IDLE_MS: '1',
    ...options.environment,
  })
  const onStatement: Opening['onStatement'] = (sql, subgraph) => void statements.push({ sql, subgraph })
  const opened = await openSubgraphs(deployment, { config, databaseUrl, clock, closers, onStatement })
  const keys = await openDevelopmentKeys({ dataDir, issuer: config.jwtIssuer, audience: config.jwtAudience })
  const gateway: Gateway = await createGateway({
    config,
    subgraphs: opened.subgraphs,
    keys: { jwks: keys.jwks, viewerSecret },
    clock: gatewayClock(clock),
    logger: pino({ level: 'silent' }),
  })
  closers.push(() => gateway.close())
  const { url: origin } = await gateway.listen()
  const url = `${origin}/graphql`
  return {
    url,
    databaseUrl,
    clock,
    takeStatements: () => statements.splice(0),
    as: async (person) => {
      const [ready] = person ? await keys.issueTokens([person], clock.now()) : []
      return openClient(url, ready?.token)
    },
    settle: opened.settle,
    runJob: opened.runJob,
    subscriptionCount: opened.subscriptionCount,
    close: async () => {
      for (const close of closers.reverse()) await close()
    },
  }
}

/** The test's time of day; what is left of a deadline is counted in real time. */
const gatewayClock = (clock: FakeClock) => ({ now: clock.now, monotonicMs: () => performance.now() })

type Opening = {
  readonly config: GatewayConfig
  readonly databaseUrl: string
  readonly clock: FakeClock
  readonly closers: (() => Promise<unknown>)[]
  readonly onStatement: (sql: string, subgraph: SubgraphName) => void
}

async function openSubgraphs(
  deployment: DeploymentName,
  { config, databaseUrl, clock, closers, onStatement }: Opening,
) {
  const services = new Map<SubgraphName, Transport>()
  const viewerKey = viewerKeyFrom(viewerSecret)
  const embedded = await openEmbedded({
    databaseUrl,
    viewerKey,
    clock,
    ids: randomIds(),
    logger: pino({ level: 'silent' }),
    onStatement,
    ...(deployment === 'services' && {
      transportTo: (name: SubgraphName) => services.get(name) as Transport,
    }),
  })
  closers.push(() => embedded.close())
  const rest = {
    settle: embedded.settle,
    subscriptionCount: (name: SubgraphName) =>
      embedded.subgraphs.find((each) => each.name === name)?.subscriptionCount() ?? 0,
    runJob: async (name: SubgraphName, job: string) =>
      void (await embedded.subgraphs.find((each) => each.name === name)?.runJob(job)),
  }
  if (deployment === 'embedded') return { ...rest, subgraphs: embedded.subgraphs }
  const urls: { name: SubgraphName; url: string }[] = []
  for (const running of embedded.subgraphs) {
    const served = await serveHttp(running, { host: '127.0.0.1', port: 0 })
    urls.push({ name: running.name, url: served.url })
    closers.push(() => served.close())
  }
  for (const { name, url } of urls) {
    const transport = httpTransport(url)
    services.set(name, transport)
    closers.push(() => transport.close())
  }
  const connected = await connectSubgraphs({
    addresses: urls,
    config,
    viewerSecret,
    clock: gatewayClock(clock),
    signal: AbortSignal.timeout(startMsMax),
  })
  for (const { transport } of connected) closers.push(() => transport.close())
  return { ...rest, subgraphs: connected }
}

const startMsMax = 20_000

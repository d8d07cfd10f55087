/** The embedded deployment: five subgraphs in this process. The one file of the gateway that imports them. */
import { contentSubgraph } from '@souk/content'
import type { Ids, SubgraphName, Transport, ViewerKey } from '@souk/contracts'
import { creatorsSubgraph } from '@souk/creators'
import { type Clock, openCaller, type RunningSubgraph, type Subgraph } from '@souk/kit'
import { ordersSubgraph } from '@souk/orders'
import { productsSubgraph } from '@souk/products'
import { serviceProvidersSubgraph } from '@souk/service-providers'
import type { Logger } from 'pino'

export { DatabaseFault, DataFolderInUseError, findRunningPostgres, startEmbeddedPostgres } from '@souk/kit'

/** The subgraphs as values, before anything is opened: enough to compose and to explain a query. */
export const subgraphs: readonly Subgraph[] = [
  productsSubgraph,
  contentSubgraph,
  creatorsSubgraph,
  ordersSubgraph,
  serviceProvidersSubgraph,
]

export type EmbeddedOptions = {
  readonly databaseUrl: string
  readonly viewerKey: ViewerKey
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  /** Called with every SQL statement of every subgraph. */
  readonly onStatement?: (sql: string, subgraph: SubgraphName) => void
  /** How subgraphs reach each other. In process, unless a test puts the network between them. */
  readonly transportTo?: (name: SubgraphName) => Transport
}

export type EmbeddedDeployment = {
  readonly subgraphs: readonly RunningSubgraph[]
  /** Starts relays and jobs. */
  start(): Promise<void>
  /** Delivers events until none is due anywhere. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Migrates and opens all five at once; they share the process and nothing else. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDeployment> {
  const opened = new Map<SubgraphName, RunningSubgraph>()
  const transportTo = options.transportTo ?? ((name: SubgraphName) => transportOf(opened, name))
  const results = await Promise.allSettled(
    subgraphs.map(async (subgraph) => {
      const onStatement = options.onStatement
      const running = await subgraph.open({
        databaseUrl: options.databaseUrl,
        viewerKey: options.viewerKey,
        transportTo,
        clock: options.clock,
        ids: options.ids,
        logger: options.logger,
        ...(onStatement && { onStatement: (sql: string) => onStatement(sql, subgraph.name) }),
      })
      opened.set(subgraph.name, running)
    }),
  )
  const close = async (): Promise<void> =>
    void (await Promise.all([...opened.values()].map((each) => each.close())))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  const running = subgraphs.map(({ name }) => opened.get(name) as RunningSubgraph)
  return {
    subgraphs: running,
    start: async () => void (await Promise.all(running.map((each) => each.start()))),
    settle: () => settle(running),
    close,
  }
}

// An event may cause another one in a subgraph that was drained already. A chain longer than this is a loop.
const roundsMax = 10

async function settle(running: readonly RunningSubgraph[]): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    for (const each of running) await each.drainOutbox()
  }
}

function transportOf(opened: ReadonlyMap<SubgraphName, RunningSubgraph>, name: SubgraphName): Transport {
  const running = opened.get(name)
  if (running === undefined) throw new Error(`The subgraph ${name} is not open yet.`)
  return running.transport
}

/** Runs internal operations on the subgraphs as the gateway itself, for the importer. */
export const openGatewayCaller = (options: {
  readonly viewerKey: ViewerKey
  readonly clock: Clock
  readonly transportTo: (name: SubgraphName) => Transport
}) => openCaller({ from: 'gateway', ...options })

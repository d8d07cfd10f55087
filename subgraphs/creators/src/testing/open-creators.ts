/** The subgraph on a database of its own, with a products subgraph that knows what a test tells it. */
import {
  type EventPayload,
  type EventType,
  type ProductSnapshot,
  randomIds,
  signViewer,
  type SubgraphResponse,
  type Transport,
  type Viewer,
  viewerKeyFrom,
} from '@souk/contracts'
import { createPrismaAdapter, type RunningSubgraph, type SubgraphDefinition } from '@souk/kit'
import { createTemplateDatabase, dropDatabase, type FakeClock, fakeClock } from '@souk/kit/testing'
import { type Database, openDatabase } from '../db.ts'
import { creatorsSubgraph } from '../index.ts'

export type TestCreators = {
  readonly running: RunningSubgraph
  readonly database: Database
  readonly clock: FakeClock
  /** What products answers about a product. */
  readonly products: Map<string, ProductSnapshot>
  /** Statements sent since the last look. */
  takeStatements(): readonly string[]
  ask<Data>(
    viewer: Viewer,
    query: string,
    variables?: object,
  ): Promise<SubgraphResponse & { readonly data: Data }>
  /** Delivers events as the relay of their publisher would; resolves to the ids handled. */
  deliver(...events: readonly TestEvent[]): Promise<readonly string[]>
  /** The next failure inside is what the test is about: it is not printed. */
  expectFailure(): void
  close(): Promise<void>
}

export type TestEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly id?: string
    readonly type: K
    readonly entityId: string
    readonly payload: EventPayload<K>
    readonly occurredAt?: Date
  }
}[T]

export const service: Viewer = { kind: 'service', service: 'gateway', scopes: [] }

const viewerKey = viewerKeyFrom('a secret that is long enough to be one')
const requestMsMax = 10_000

type Logger = Parameters<SubgraphDefinition<Database, unknown>['openModules']>[0]['logger']

/** Prints what went wrong, unless a test has announced it. */
function testLogger() {
  let failuresExpected = 0
  const logger = {
    child: () => logger,
    info: () => undefined,
    warn: () => undefined,
    error: (details: unknown, message: string) => {
      if (failuresExpected > 0) failuresExpected -= 1
      else console.error(message, details)
    },
  }
  return { logger: logger as unknown as Logger, expectFailure: () => void (failuresExpected += 1) }
}

export async function openCreators(adminUrl: string, name: string): Promise<TestCreators> {
  const databaseUrl = await createTemplateDatabase(adminUrl, `${name}_${process.pid}`, async () => undefined)
  const clock = fakeClock()
  const ids = randomIds()
  const products = new Map<string, ProductSnapshot>()
  const statements: string[] = []
  const { logger, expectFailure } = testLogger()
  const running = await creatorsSubgraph.open({
    databaseUrl,
    viewerKey,
    transportTo: () => productsTransport(products),
    clock,
    ids,
    logger,
    onStatement: (sql) => void statements.push(sql),
  })
  const database = openDatabase(createPrismaAdapter({ databaseUrl, schema: 'creators', poolSizeMax: 2 }))
  const ask: TestCreators['ask'] = async (viewer, query, variables = {}) => {
    const viewerToken = await signViewer(viewer, viewerKey, clock.now())
    const request = {
      query,
      variables: { ...variables },
      viewerToken,
      requestId: 'test',
      deadlineMs: requestMsMax,
    }
    return (await running.execute(request, AbortSignal.timeout(requestMsMax))) as never
  }
  return {
    running,
    database,
    clock,
    products,
    takeStatements: () => statements.splice(0),
    expectFailure,
    ask,
    deliver: async (...events) => {
      const wire = events.map(({ id = ids.next(), type, entityId, payload, occurredAt = clock.now() }) => ({
        id,
        type,
        entityId,
        occurredAt: occurredAt.toISOString(),
        payload: JSON.stringify(payload),
      }))
      const { data } = await ask<{ handled: readonly string[] }>(service, deliverDocument, { events: wire })
      return data.handled
    },
    close: async () => {
      await database.$disconnect()
      await running.close()
      await dropDatabase(databaseUrl)
    },
  }
}

const deliverDocument =
  'mutation D($events: [InternalEventInput!]!) { handled: _internalDeliverEventsToCreators(events: $events) }'

function productsTransport(products: ReadonlyMap<string, ProductSnapshot>): Transport {
  return {
    execute: async ({ variables }) => {
      const productIds = variables?.productIds as readonly string[]
      return { data: { _internalProducts: productIds.map((id) => products.get(id) ?? null) } }
    },
    ready: async () => true,
    close: async () => undefined,
  }
}

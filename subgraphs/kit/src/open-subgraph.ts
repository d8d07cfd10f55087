/** Opens a subgraph: migrates its schema, connects its modules, and returns it answering. */
import {
  eventMap,
  type EventType,
  inSpan,
  type SubgraphName,
  type SubgraphRequest,
  type SubgraphResponse,
  type Viewer,
  verifyViewer,
} from '@souk/contracts'
import type { GraphQLSchema } from 'graphql'
import { type Caller, openCaller } from './call-subgraph.ts'
import { deliverEventsDocument, deliverEventsField } from './chassis-schema.ts'
import { type CompiledOperation, operationCompiler } from './compile-operation.ts'
import { migrate } from './database/migrate.ts'
import { createPrismaAdapter } from './database/prisma-adapter.ts'
import type {
  Present,
  RunningSubgraph,
  SignedRequest,
  SubgraphConfig,
  SubgraphDefinition,
} from './subgraph.ts'
import { handleEvents, toWireEvent } from './inbox.ts'
import { inProcessTransport } from './in-process-transport.ts'
import { type JobRunner, startJobs } from './jobs.ts'
import { openOutbox } from './outbox.ts'
import { operationSpan } from './operation-span.ts'
import { presentResult } from './present-error.ts'
import type { SubgraphDatabase } from './sql.ts'
import { RequestLoaders, type SubgraphContext } from './subgraph-context.ts'
import { subscriptionLimits } from './subscriptions/config.ts'
import { openChanges } from './subscriptions/open-changes.ts'
import { openSubscriptions } from './subscriptions/run-subscriptions.ts'

export type OpenableSubgraph<Database extends SubgraphDatabase, Modules> = {
  readonly name: SubgraphName
  readonly databaseSchema: string
  readonly prismaDirectory: string
  readonly sdl: string
  readonly schema: GraphQLSchema
  readonly definition: SubgraphDefinition<Database, Modules>
}

const databasePoolMaxDefault = 10

export async function openSubgraph<Database extends SubgraphDatabase, Modules>(
  subgraph: OpenableSubgraph<Database, Modules>,
  config: SubgraphConfig,
): Promise<RunningSubgraph> {
  const { name, schema, definition } = subgraph
  assertHandlesItsEvents(name, definition.events ?? {})
  await migrate({
    databaseUrl: config.databaseUrl,
    schema: subgraph.databaseSchema,
    prismaDirectory: subgraph.prismaDirectory,
  })
  const parts = openParts(subgraph, config)
  const compile = operationCompiler(schema)
  const contextOf = async (request: SignedRequest, signal: AbortSignal): Promise<SubgraphContext<Modules>> =>
    parts.contextFor(
      await verifyViewer(request.viewerToken, config.viewerKey, config.clock.now()),
      request.requestId,
      signal,
    )
  const present: Present = (result, requestId) => presentResult(result, { logger: config.logger, requestId })
  const execute = (request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse> =>
    inSpan(operationSpan(name), () => executeRequest({ request, signal, compile, contextOf, present }))
  const subscriptions = openSubscriptions({
    schema,
    streamsMax: config.subscriptionsMax ?? subscriptionLimits.streamsMax,
    contextOf,
    present,
  })
  const subscribe = schema.getSubscriptionType() ? subscriptions.subscribe : undefined
  let jobs: JobRunner | undefined
  return {
    name,
    sdl: subgraph.sdl,
    schema,
    execute,
    contextOf,
    present,
    subscribe,
    transport: inProcessTransport(execute, subscribe),
    subscriptionCount: () => parts.changes.count(),
    start: async () => {
      parts.outbox.start()
      jobs = await startJobs({
        databaseUrl: config.databaseUrl,
        schema: subgraph.databaseSchema,
        logger: config.logger,
        jobs: Object.fromEntries(
          Object.entries(definition.jobs ?? {}).map(([jobName, job]) => [
            jobName,
            { cron: job.cron, run: () => job.run(parts.ownContext()) },
          ]),
        ),
      })
    },
    drainOutbox: () => parts.outbox.drain(),
    runJob: async (jobName) => {
      const job = definition.jobs?.[jobName]
      if (job === undefined) throw new Error(`${name} has no job "${jobName}".`)
      await job.run(parts.ownContext())
    },
    close: async () => {
      subscriptions.close()
      await parts.changes.close()
      await jobs?.stop()
      await parts.outbox.stop()
      await parts.database.$disconnect()
    },
  }
}

function openParts<Database extends SubgraphDatabase, Modules>(
  { name, databaseSchema, definition }: OpenableSubgraph<Database, Modules>,
  config: SubgraphConfig,
) {
  const { clock, ids } = config
  const logger = config.logger.child({ subgraph: name })
  const adapter = createPrismaAdapter({
    databaseUrl: config.databaseUrl,
    schema: databaseSchema,
    poolSizeMax: config.databasePoolMax ?? databasePoolMaxDefault,
    onStatement: config.onStatement,
  })
  const database = definition.openDatabase(adapter)
  const caller = openCaller({
    from: name,
    viewerKey: config.viewerKey,
    clock,
    transportTo: config.transportTo,
  })
  const outbox = openOutbox({
    database,
    clock,
    ids,
    logger,
    deliver: (consumer, events) => caller.call(deliverTo(consumer), { events: events.map(toWireEvent) }),
  })
  const changes = openChanges({
    databaseUrl: config.databaseUrl,
    schema: databaseSchema,
    subgraph: name,
    logger,
  })
  const modules = definition.openModules({
    database,
    outbox,
    call: (operation, variables) => caller.call(operation, variables),
    clock,
    ids,
    logger,
  })

  const contextFor = (viewer: Viewer, requestId: string, signal: AbortSignal): SubgraphContext<Modules> => {
    const context = {
      viewer,
      modules,
      clock,
      ids,
      logger,
      requestId,
      signal,
      call: callWithin(caller, requestId, signal),
      loaders: new RequestLoaders(),
      changes,
      handleEvents: (events: readonly unknown[]) =>
        handleEvents(definition.events ?? {}, { database, context }, events),
    }
    return context
  }
  const ownContext = (): SubgraphContext<Modules> =>
    contextFor(
      { kind: 'service', service: name, scopes: [] },
      `${name}-${ids.next()}`,
      AbortSignal.timeout(jobMsMax),
    )
  return { database, outbox, changes, contextFor, ownContext }
}

// A job that runs longer than this is stuck; the next run takes up what it left.
const jobMsMax = 5 * 60_000

const deliverTo = (consumer: SubgraphName) => ({
  subgraph: consumer,
  field: deliverEventsField(consumer),
  document: deliverEventsDocument(consumer),
  types: undefined as unknown as (variables: { events: readonly unknown[] }) => readonly string[],
})

const callWithin =
  (caller: Caller, requestId: string, signal: AbortSignal): SubgraphContext<unknown>['call'] =>
  (operation, variables) =>
    caller.call(operation, variables, { requestId, signal })

type Execution = {
  readonly request: SubgraphRequest
  readonly signal: AbortSignal
  readonly compile: (query: string, operationName?: string) => CompiledOperation
  readonly contextOf: (request: SignedRequest, signal: AbortSignal) => Promise<unknown>
  readonly present: Present
}

async function executeRequest({
  request,
  signal,
  compile,
  contextOf,
  present,
}: Execution): Promise<SubgraphResponse> {
  try {
    const context = await contextOf(request, signal)
    const result = await compile(request.query, request.operationName)(context, request.variables ?? {})
    if (result.errors === undefined || result.errors.length === 0) return { data: result.data }
    return present({ data: result.data, errors: result.errors }, request.requestId)
  } catch (error) {
    return present({ errors: [error] }, request.requestId)
  }
}

function assertHandlesItsEvents(name: SubgraphName, handlers: Readonly<Record<string, unknown>>): void {
  for (const [type, { consumers }] of Object.entries(eventMap) as [
    EventType,
    { consumers: readonly SubgraphName[] },
  ][]) {
    if (consumers.includes(name) && handlers[type] === undefined) {
      throw new Error(`The event map says that ${name} consumes "${type}", but it has no handler for it.`)
    }
  }
}

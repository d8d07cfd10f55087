/** What a subgraph is made of, what it is given to open, and what it is when it runs. */
import type {
  Ids,
  SubgraphName,
  SubgraphRequest,
  SubgraphResponse,
  Transport,
  ViewerKey,
} from '@souk/contracts'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { createPrismaAdapter } from './database/prisma-adapter.ts'
import type { EntityDefinitions } from './entities.ts'
import type { EventHandlers } from './inbox.ts'
import type { Jobs } from './jobs.ts'
import type { Outbox } from './outbox.ts'
import type { SubgraphDatabase } from './sql.ts'
import type { CallSubgraph, SubgraphContext } from './subgraph-context.ts'
import type { LiveFields } from './subscriptions/live-fields.ts'

/** A field resolver with its arguments left to its author: `(parent: Order, args: { first?: number }, context) => …`. */
export type Resolver<Modules> = {
  // Method syntax on purpose: parameters of methods are compared both ways, so each resolver may name its own shapes.
  resolve(parent: never, args: never, context: SubgraphContext<Modules>, info: never): unknown
}['resolve']

export type Resolvers<Modules> = Readonly<Record<string, Readonly<Record<string, Resolver<Modules>>>>>

export type PrismaAdapter = ReturnType<typeof createPrismaAdapter>

/** What a subgraph's modules are built from. */
export type SubgraphServices<Database> = {
  readonly database: Database
  readonly outbox: Outbox
  readonly call: CallSubgraph
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

export type SubgraphDefinition<Database extends SubgraphDatabase, Modules> = {
  readonly name: SubgraphName
  /** The package's folder: `schema.graphql` and `prisma/` are there. `new URL('..', import.meta.url)` from `src/`. */
  readonly directory: URL
  readonly openDatabase: (adapter: PrismaAdapter) => Database
  readonly openModules: (services: SubgraphServices<Database>) => Modules
  readonly resolvers: Resolvers<Modules>
  readonly entities: EntityDefinitions<Modules>
  /** The fields of the type Subscription. */
  readonly liveFields?: LiveFields<Modules>
  readonly events?: EventHandlers<Modules>
  readonly jobs?: Jobs<Modules>
}

export type SubgraphConfig = {
  /** Without `schema`: the chassis adds the subgraph's own. */
  readonly databaseUrl: string
  readonly databasePoolMax?: number
  /** Subscriptions that may be open at once. */
  readonly subscriptionsMax?: number
  readonly viewerKey: ViewerKey
  /** How other subgraphs are reached. Asked at the first call, so that all may open at the same time. */
  readonly transportTo: (name: SubgraphName) => Transport
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  /** Called with every SQL statement that the subgraph's own client sends. */
  readonly onStatement?: (sql: string) => void
}

export type SignedRequest = Pick<SubgraphRequest, 'viewerToken' | 'requestId'>

export type Present = (
  result: { readonly data?: Record<string, unknown> | null | undefined; readonly errors: readonly unknown[] },
  requestId: string,
) => SubgraphResponse

export type RunningSubgraph = {
  readonly name: SubgraphName
  readonly sdl: string
  readonly schema: GraphQLSchema
  /** The in-process adapter: the same viewer check, deadline and errors as over HTTP; no sockets, no JSON. */
  readonly transport: Transport
  execute(request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse>
  /** As the transport's; left out by a subgraph without subscriptions. */
  readonly subscribe?:
    | ((request: SubgraphRequest, signal: AbortSignal) => AsyncIterableIterator<SubgraphResponse>)
    | undefined
  /** The context of a request whose viewer is verified; for adapters that execute by themselves. */
  contextOf(request: SignedRequest, signal: AbortSignal): Promise<object>
  /** A result with errors, as the wire shows it. */
  readonly present: Present
  /** Starts the relay and the jobs. Before this the subgraph answers but delivers nothing. */
  start(): Promise<void>
  /** How many readers of subscriptions wait for changes. */
  subscriptionCount(): number
  /** Delivers what is due in the outbox now. */
  drainOutbox(): Promise<void>
  /** Runs one job by hand. */
  runJob(name: string): Promise<void>
  close(): Promise<void>
}

export type Subgraph = {
  readonly name: SubgraphName
  /** PostgreSQL schema that the subgraph owns. */
  readonly databaseSchema: string
  readonly prismaDirectory: string
  /** The whole contract: schema.graphql and the chassis' internal fields. */
  readonly sdl: string
  readonly schema: GraphQLSchema
  open(config: SubgraphConfig): Promise<RunningSubgraph>
}

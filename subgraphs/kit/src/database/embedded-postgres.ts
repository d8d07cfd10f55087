/** A real PostgreSQL for one machine: from npm, on a data folder, owned by this process. */
import { resolve } from 'node:path'
import { databaseLimits } from './config.ts'
import { DatabaseFault, describeFolderFault } from './errors.ts'
import { makeFolder } from './make-folder.ts'
import { lockDataFolder } from './lock-data-folder.ts'
import { prepareCluster } from './postgres-cluster.ts'
import { findPostgresProgram } from './postgres-program.ts'
import { startServer, type PostgresServer } from './postgres-server.ts'
import { stopOrphan } from './stop-orphan.ts'

export interface EmbeddedPostgresOptions {
  /** Made if it doesn't exist. Belongs to this server alone. */
  readonly dataDir: string
  /** A free one if not given. */
  readonly port?: number
  /** False trades safety against power loss for speed; for tests. */
  readonly durable?: boolean
  readonly connectionsMax?: number
  readonly logger?: { info(message: string): void; warn(message: string): void }
  readonly signal?: AbortSignal
}

export interface EmbeddedPostgres {
  /** Superuser, database `postgres`, 127.0.0.1 only. */
  readonly url: string
  readonly pid: number
  readonly port: number
  /** Ends the server and gives the data folder back. May be called more than once. */
  stop(): Promise<void>
}

/**
 * Starts the server, after making its cluster or recovering it from a killed predecessor.
 *
 * @example
 * const postgres = await startEmbeddedPostgres({ dataDir: '.souk/postgres' })
 * await migrate({ databaseUrl: postgres.url, schema: 'products', prismaDirectory })
 * await postgres.stop()
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  options.signal?.throwIfAborted()
  const unlock = await openDataFolder(dataDir)
  try {
    const server = await startOn(dataDir, options)
    server.onUnexpectedEnd((logTail) => options.logger?.warn(`PostgreSQL ended unexpectedly: ${logTail}`))
    return own(server, unlock)
  } catch (error) {
    unlock()
    throw describeFolderFault(error, dataDir) ?? error
  }
}

async function openDataFolder(dataDir: string): Promise<() => void> {
  try {
    await makeFolder(dataDir)
    return lockDataFolder(dataDir)
  } catch (error) {
    if (error instanceof DatabaseFault) throw error
    const cantOpen = new DatabaseFault(
      'DATA_FOLDER_NOT_WRITABLE',
      `The data folder ${dataDir} can't be written.`,
      { cause: error },
    )
    throw describeFolderFault(error, dataDir) ?? cantOpen
  }
}

async function startOn(dataDir: string, options: EmbeddedPostgresOptions): Promise<PostgresServer> {
  const durable = options.durable ?? true
  const { signal, logger } = options
  const program = await findPostgresProgram()
  const cluster = await prepareCluster(dataDir, program, { durable, signal })
  if (await stopOrphan(cluster.folder)) {
    logger?.info(
      'Stopped the PostgreSQL that a killed process had left on the data folder, and starts it anew.',
    )
  }
  const connectionsMax = options.connectionsMax ?? databaseLimits.connectionsMax
  return startServer({ program, cluster, port: options.port, connectionsMax, durable, signal })
}

function own(server: PostgresServer, unlock: () => void): EmbeddedPostgres {
  let stopped: Promise<void> | undefined
  const { pid, port } = server
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    pid,
    port,
    stop: () => (stopped ??= server.stop().finally(unlock)),
  }
}

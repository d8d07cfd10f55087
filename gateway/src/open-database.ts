/** The database of the embedded deployment: the one that is configured, or a PostgreSQL of our own on the data folder. */
import { join, resolve } from 'node:path'
import type { GatewayConfig } from './config.ts'
import { DataFolderInUseError, findRunningPostgres, startEmbeddedPostgres } from './deployments/embedded.ts'
import type { Logger } from './telemetry/logger.ts'

export type OpenedDatabase = { readonly url: string; readonly close: () => Promise<void> }

export async function openDatabase(
  config: GatewayConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<OpenedDatabase> {
  if (config.databaseUrl !== undefined) return notOurs(config.databaseUrl)
  const postgres = await startEmbeddedPostgres({
    dataDir: postgresFolder(config),
    signal,
    logger: { info: (message) => logger.info(message), warn: (message) => logger.warn(message) },
  })
  return { url: postgres.url, close: () => postgres.stop() }
}

/** For work beside a running `npm start`: its PostgreSQL if there is one, else our own for as long as the work takes. */
export async function joinDatabase(
  config: GatewayConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<OpenedDatabase> {
  try {
    return await openDatabase(config, logger, signal)
  } catch (error) {
    const url =
      error instanceof DataFolderInUseError ? await findRunningPostgres(postgresFolder(config)) : undefined
    if (url === undefined) throw error
    return notOurs(url)
  }
}

const notOurs = (url: string): OpenedDatabase => ({ url, close: async () => undefined })

const postgresFolder = (config: GatewayConfig): string => join(resolve(config.dataDir), 'postgres')

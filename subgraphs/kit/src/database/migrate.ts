/** Brings one subgraph's schema up to date with its prisma/migrations folder, safely when several processes start at once. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { databaseLimits } from './config.ts'
import { quoteName, readConnectionSettings } from './connection-settings.ts'
import { DatabaseFault } from './errors.ts'
import { readMigrations, type Migration } from './read-migrations.ts'

export interface MigrateOptions {
  readonly databaseUrl: string
  /** Made when missing; its _prisma_migrations table says what has been applied. */
  readonly schema: string
  /** Holds `migrations/<name>/migration.sql`. */
  readonly prismaDirectory: string
  readonly signal?: AbortSignal
}

/**
 * Applies what is pending and returns the names of it.
 *
 * Written against the table of the Prisma CLI (`migrate status` and `migrate deploy` agree with it) and not through
 * Prisma's schema engine: a script and the row that says it was applied are one transaction here, so a process killed at
 * any line leaves either both or neither. The engine writes them apart, and refuses to go on after a kill in between.
 *
 * @example
 * const applied = await migrate({ databaseUrl, schema: 'products', prismaDirectory: 'subgraphs/products/prisma' })
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { signal, schema } = options
  signal?.throwIfAborted()
  const migrations = await readMigrations(options.prismaDirectory)
  const client = new pg.Client(readConnectionSettings(options.databaseUrl, schema))
  // An end that comes while a statement runs fails that statement; without a listener it would also end the process.
  client.on('error', () => {})
  const abort = () => void client.end()
  signal?.addEventListener('abort', abort)
  try {
    await connect(client)
    if ((await findPending(client, schema, migrations)).length === 0) return []
    return await applyPending(client, { schema, migrations, signal })
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  } finally {
    signal?.removeEventListener('abort', abort)
    await client.end()
  }
}

/** The first thing that ever asks the database, so this is where one that can't be used is told, in a sentence. */
async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect()
  } catch (cause) {
    const reason =
      cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : '') : String(cause)
    throw new DatabaseFault(
      'DATABASE_UNREACHABLE',
      `The database ${client.database} at ${client.host}:${client.port} can't be used: ${reason}. Set DATABASE_URL to a PostgreSQL that answers.`,
      { cause },
    )
  }
}

interface AppliedRow {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
}

/** One SELECT, and nothing else when nothing is pending. */
async function findPending(
  client: pg.Client,
  schema: string,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const applied = new Map((await loadApplied(client, schema)).map((row) => [row.migration_name, row]))
  for (const row of applied.values()) {
    if (row.finished_at !== null) continue
    throw new DatabaseFault(
      'MIGRATION_UNFINISHED',
      `The migration ${row.migration_name} of ${schema} was started elsewhere and never finished: see what it did, then run prisma migrate resolve.`,
    )
  }
  for (const { name, checksums } of migrations) {
    const row = applied.get(name)
    if (row === undefined || checksums.includes(row.checksum)) continue
    throw new DatabaseFault(
      'MIGRATION_EDITED',
      `The migration ${name} of ${schema} was edited after it had been applied: restore the file and write a new migration.`,
    )
  }
  // One that the table has and the folder lacks is a newer release's, which ran here before: the code of both must work.
  return migrations.filter(({ name }) => !applied.has(name))
}

async function loadApplied(client: pg.Client, schema: string): Promise<readonly AppliedRow[]> {
  try {
    const { rows } = await client.query<AppliedRow>(
      `SELECT migration_name, checksum, finished_at FROM ${migrationsTable(schema)} WHERE rolled_back_at IS NULL`,
    )
    return rows
  } catch (error) {
    const isMissing = error instanceof pg.DatabaseError && (error.code === '42P01' || error.code === '3F000')
    if (isMissing) return []
    throw error
  }
}

interface ApplyOptions {
  readonly schema: string
  readonly migrations: readonly Migration[]
  readonly signal: AbortSignal | undefined
}

/** Under a lock of the server's, so that the second of two processes finds the work done; a dead holder's lock is gone with it. */
async function applyPending(
  client: pg.Client,
  { schema, migrations, signal }: ApplyOptions,
): Promise<readonly string[]> {
  // The server ends a script whose process is gone, instead of finishing it under the lock. Not every platform can.
  await client
    .query(`SET client_connection_check_interval = ${databaseLimits.connectionCheckMs}`)
    .catch(() => {})
  await client.query(`SET lock_timeout = ${databaseLimits.migrationLockMs}`)
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`souk-migrate-${schema}`])
  await client.query('SET lock_timeout = 0')
  await client.query(createTable(schema))
  const pending = await findPending(client, schema, migrations)
  for (const migration of pending) {
    signal?.throwIfAborted()
    await applyOne(client, schema, migration)
  }
  return pending.map(({ name }) => name)
}

async function applyOne(
  client: pg.Client,
  schema: string,
  { name, sql, checksums }: Migration,
): Promise<void> {
  const startedAt = new Date()
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query(
      `INSERT INTO ${migrationsTable(schema)} (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksums[0], name, startedAt],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseFault(
      'MIGRATION_FAILED',
      `The migration ${name} of ${schema} failed and was rolled back: ${reason}`,
      { cause: error },
    )
  }
}

const migrationsTable = (schema: string): string => `${quoteName(schema)}._prisma_migrations`

/** The table as the Prisma CLI makes it. */
const createTable = (schema: string): string => `
  CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)};
  CREATE TABLE IF NOT EXISTS ${migrationsTable(schema)} (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`

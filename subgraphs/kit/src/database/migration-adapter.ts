/** The driver adapter behind `prisma migrate`: what the schema engine needs beyond what a client does. For authoring only. */
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { quoteName, readConnectionSettings } from './connection-settings.ts'

export interface MigrationAdapter {
  readonly factory: SqlMigrationAwareDriverAdapterFactory
  /** Closes what was opened: the engine's advisory lock lives on the session, and would block the next request. */
  release(): Promise<void>
}

export function createMigrationAdapter(databaseUrl: string): MigrationAdapter {
  const schema = new URL(databaseUrl).searchParams.get('schema') ?? 'public'
  const settings = { ...readConnectionSettings(databaseUrl, schema), max: 1, allowExitOnIdle: true }
  const opened = new Set<SqlDriverAdapter>()
  const open = async (database: string | undefined): Promise<SqlDriverAdapter> => {
    const adapter = mend(await new PrismaPg({ ...settings, database }, { schema }).connect())
    opened.add(adapter)
    return adapter
  }
  return {
    factory: {
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect: () => open(settings.database),
      connectToShadowDb: () => openShadow(open, { database: settings.database, schema }),
    },
    async release() {
      for (const adapter of opened) await adapter.dispose().catch(() => {})
      opened.clear()
    },
  }
}

type Open = (database: string | undefined) => Promise<SqlDriverAdapter>

/** adapter-pg drops the shadow database while its own session is still in it, which PostgreSQL refuses. */
async function openShadow(
  open: Open,
  { database, schema }: { database: string | undefined; schema: string },
): Promise<SqlDriverAdapter> {
  const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
  const admin = await open(database)
  await admin.executeScript(`CREATE DATABASE ${quoteName(name)}`)
  const shadow = await open(name)
  await shadow.executeScript(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`)
  const close = shadow.dispose.bind(shadow)
  shadow.dispose = async () => {
    await close()
    await admin.executeScript(`DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`)
  }
  return shadow
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>

// PostgreSQL's one-byte "char", which its catalogs are full of and the adapter refuses, and a type that it takes instead.
const charOid = 18
const bpcharOid = 1042

function mend(adapter: Adapter): SqlDriverAdapter {
  const pool: pg.Pool = adapter.underlyingDriver()
  const query = pool.query.bind(pool) as (...args: readonly unknown[]) => Promise<pg.QueryResult>
  // By the array of rows, which is the one thing that the adapter hands on as it is.
  const charColumns = new WeakMap<object, readonly number[]>()
  const queryMended = async (...args: readonly unknown[]): Promise<pg.QueryResult> => {
    const result = await query(...args)
    const found = (result.fields ?? []).flatMap((field, index) =>
      field.dataTypeID === charOid ? [index] : [],
    )
    for (const index of found) Object.assign(result.fields[index] ?? {}, { dataTypeID: bpcharOid })
    if (found.length > 0) charColumns.set(result.rows, found)
    return result
  }
  Object.assign(pool, { query: queryMended })
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (statement) => {
    const result = await queryRaw(statement)
    for (const index of charColumns.get(result.rows) ?? [])
      result.columnTypes[index] = ColumnTypeEnum.Character
    return result
  }
  // The adapter's own cuts the script at every semicolon, also inside a function body or a string.
  adapter.executeScript = async (script: string) => {
    await query(script)
  }
  return adapter
}

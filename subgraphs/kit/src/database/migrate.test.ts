/** Migrations: applied once, by one of many, all of a script or nothing. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { migrate } from './migrate.ts'
import { cloneDatabase, dropDatabase } from './testing-database.ts'

let folder: string
let url: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'souk-migrate-'))
  url = await cloneDatabase(new URL('/template1', inject('databaseAdminUrl')).href, `migrate_${randomUUID()}`)
  write('20260101000000_init', 'CREATE TABLE level (sku TEXT PRIMARY KEY);')
})

afterEach(async () => {
  await dropDatabase(url)
  rmSync(folder, { recursive: true })
})

const run = (signal?: AbortSignal) =>
  migrate({
    databaseUrl: url,
    schema: 'service_providers',
    prismaDirectory: folder,
    ...(signal && { signal }),
  })

function write(name: string, sql: string): void {
  mkdirSync(join(folder, 'migrations', name), { recursive: true })
  writeFileSync(join(folder, 'migrations', name, 'migration.sql'), sql)
}

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}

const tables = () =>
  query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'service_providers' ORDER BY 1`,
  )

test('pending migrations are applied in order, into the schema, and once', async () => {
  write('20260102000000_more', 'ALTER TABLE level ADD COLUMN on_hand INTEGER NOT NULL DEFAULT 0;')
  expect(await run()).toEqual(['20260101000000_init', '20260102000000_more'])
  expect(await run()).toEqual([])
  expect(await tables()).toEqual([{ name: '_prisma_migrations' }, { name: 'level' }])
})

test('of four processes that start at once, one migrates and all succeed', async () => {
  const applied = await Promise.all([run(), run(), run(), run()])
  expect(applied.flat()).toEqual(['20260101000000_init'])
})

test('a migration that was edited after it had been applied is refused', async () => {
  await run()
  write('20260101000000_init', 'CREATE TABLE level (sku TEXT PRIMARY KEY, note TEXT);')
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_EDITED',
    message: expect.stringContaining('20260101000000_init of service_providers was edited'),
  })
})

test('other line ends are not an edit', async () => {
  write('20260101000000_init', 'CREATE TABLE level (\n  sku TEXT PRIMARY KEY\n);\n')
  await run()
  write('20260101000000_init', 'CREATE TABLE level (\r\n  sku TEXT PRIMARY KEY\r\n);\r\n')
  expect(await run()).toEqual([])
})

test('a migration that fails half way leaves nothing, and runs once it is mended', async () => {
  write('20260102000000_wrong', 'CREATE TABLE half (id INT); CREATE TABLE half (id INT);')
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('already exists'),
  })
  expect(await tables()).toEqual([{ name: '_prisma_migrations' }, { name: 'level' }])
  write('20260102000000_wrong', 'CREATE TABLE half (id INT);')
  expect(await run()).toEqual(['20260102000000_wrong'])
})

test('a function body with semicolons is one statement', async () => {
  write(
    '20260102000000_function',
    `CREATE FUNCTION one() RETURNS INT LANGUAGE plpgsql AS $$ BEGIN PERFORM 2; RETURN 1; END $$;`,
  )
  await run()
  expect(await query('SELECT service_providers.one()')).toEqual([{ one: 1 }])
})

test('what a newer release has applied does not stop this one', async () => {
  write('20260103000000_newer', 'CREATE TABLE newer (id INT);')
  await run()
  rmSync(join(folder, 'migrations/20260103000000_newer'), { recursive: true })
  expect(await run()).toEqual([])
})

test('a migration that the Prisma CLI left unfinished is not run over', async () => {
  await run()
  await query('UPDATE service_providers._prisma_migrations SET finished_at = NULL')
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_UNFINISHED' })
})

test('without a folder of migrations nothing is done', async () => {
  rmSync(join(folder, 'migrations'), { recursive: true })
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_FOLDER_MISSING' })
  expect(await tables()).toEqual([])
})

test('giving up ends a migration that takes too long, and nothing of it stays', async () => {
  write('20260102000000_slow', 'CREATE TABLE slow (id INT); SELECT pg_sleep(60);')
  await expect(run(AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' })
  write('20260102000000_slow', 'CREATE TABLE slow (id INT);')
  expect(await run()).toEqual(['20260102000000_slow'])
})

/** Changes on a real PostgreSQL: none is missed, whoever makes it, whatever becomes of the connection that listens. */
import { randomIds } from '@souk/contracts'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { createTemplateDatabase, dropDatabase } from '../database/testing-database.ts'
import { migrate } from '../database/migrate.ts'
import type { Pause } from './change-listener.ts'
import { type Changes, openChanges } from './open-changes.ts'

const schema = 'products'
const types = { 'note.changed.v1': 0, 'note.read.v1': 1_000 }
const ids = randomIds()

let databaseUrl: string
let sql: pg.Client
let changes: Changes
let leaving: AbortController
/** Pauses that were asked for and go on when the test says so. */
let pauses: { readonly ms: number; over(): void }[]
let paused: PromiseWithResolvers<void>

const pause: Pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    pauses.push({ ms, over: resolve })
    signal.addEventListener('abort', () => reject(new Error('ended')), { once: true })
    paused.resolve()
  })

beforeAll(async () => {
  databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `changes_${process.pid}`,
    async () => undefined,
  )
  const prismaDirectory = new URL('../testing/toy/prisma', import.meta.url).pathname
  await migrate({ databaseUrl, schema, prismaDirectory })
  sql = await connect()
})

afterAll(async () => {
  await sql.end()
  await dropDatabase(databaseUrl)
})

beforeEach(() => {
  pauses = []
  paused = Promise.withResolvers()
  leaving = new AbortController()
  const logger = pino({ level: 'silent' })
  changes = openChanges({ databaseUrl, schema, subgraph: 'products', logger, pause })
})

afterEach(async () => {
  leaving.abort()
  await changes.close()
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return client
}

const change = async (entityId: string, type = 'note.changed.v1', client = sql): Promise<void> =>
  void (await client.query(
    `INSERT INTO products.outbox_event (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at, delivered_at)
     VALUES ($1, 'products', $2, $3, '{}', now(), now(), now())`,
    [ids.next(), type, entityId],
  ))

const watch = (entityId: string) => changes.watch(entityId, types, leaving.signal)

const listeners = async (): Promise<readonly { pid: number }[]> =>
  (
    await sql.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'souk-products-changes' AND datname = current_database()`,
    )
  ).rows

async function loseTheConnection(): Promise<void> {
  for (const { pid } of await listeners()) await sql.query('SELECT pg_terminate_backend($1)', [pid])
  await paused.promise
}

async function allowConnections(isAllowed: boolean): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('databaseAdminUrl') })
  await admin.connect()
  await admin.query(`ALTER DATABASE "changes_${process.pid}" ALLOW_CONNECTIONS ${isAllowed}`)
  await admin.end()
}

test('a change is told at its commit, and not before', async () => {
  const watcher = await watch('a')
  const client = await connect()
  await client.query('BEGIN')
  await change('a', undefined, client)
  const other = await watch('b')
  let isTold = false
  const told = watcher.next().then((answer) => {
    isTold = true
    return answer
  })
  // Made later and heard of: what is told before its commit would have come first.
  await change('b')
  await other.next()
  expect(isTold).toBe(false)
  await client.query('COMMIT')
  expect(await told).toBe(true)
  await client.end()
})

test('only who watches the entity and this type of change is told', async () => {
  const [a, b] = await Promise.all([watch('a'), watch('b')])
  let isTold = false
  void a.next().then(() => (isTold = !leaving.signal.aborted))
  await change('a', 'note.moved.v1')
  await change('b')
  expect(await b.next()).toBe(true)
  expect(isTold).toBe(false)
})

test('changes that were made while the connection was down are told when it is back', async () => {
  const [a, b, untouched] = await Promise.all([watch('a'), watch('b'), watch('untouched')])
  await change('untouched')
  await untouched.next()
  await loseTheConnection()
  await change('a')
  await change('b')
  const late = await watch('late')
  await change('late')
  pauses.at(-1)?.over()
  expect(await Promise.all([a.next(), b.next(), late.next()])).toEqual([true, true, true])
  await change('a')
  expect(await a.next()).toBe(true)
})

test('a change that began before others that were heard of, and was committed while nobody listened, is not missed', async () => {
  const [slow, quick] = await Promise.all([watch('slow'), watch('quick')])
  const client = await connect()
  await client.query('BEGIN')
  await change('slow', undefined, client)
  for (let count = 0; count < 2; count += 1) {
    await change('quick')
    await quick.next()
  }
  await loseTheConnection()
  await client.query('COMMIT')
  await client.end()
  pauses.at(-1)?.over()
  expect(await slow.next()).toBe(true)
})

test('the pauses between attempts to listen grow up to a limit', async () => {
  await watch('a')
  await allowConnections(false)
  onTestFinished(() => allowConnections(true))
  await loseTheConnection()
  for (let attempt = 1; attempt < 8; attempt += 1) {
    paused = Promise.withResolvers()
    pauses.at(-1)?.over()
    await paused.promise
  }
  expect(pauses.map(({ ms }) => ms)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
})

test('changes that are gathered are told once, after a pause', async () => {
  const watcher = await watch('a')
  await change('a', 'note.read.v1')
  await paused.promise
  const other = await watch('b')
  await change('a', 'note.read.v1')
  await change('b')
  await other.next()
  expect(pauses.map(({ ms }) => ms)).toEqual([1_000])
  pauses[0]?.over()
  expect(await watcher.next()).toBe(true)
  paused = Promise.withResolvers()
  await change('a', 'note.read.v1')
  await paused.promise
  expect(pauses).toHaveLength(2)
})

test('a change that is told at once brings along what was being gathered', async () => {
  const watcher = await watch('a')
  await change('a', 'note.read.v1')
  await paused.promise
  await change('a')
  expect(await watcher.next()).toBe(true)
  pauses[0]?.over()
  // Enough time for the pause to be acted on, if anybody did.
  const other = await watch('b')
  await change('b')
  await other.next()
  const told = watcher.next()
  leaving.abort()
  expect(await told).toBe(false)
})

test('many changes while the reader is busy are one', async () => {
  const [watcher, last] = await Promise.all([watch('a'), watch('last')])
  for (let count = 0; count < 50; count += 1) await change('a')
  await change('last')
  await last.next()
  expect(await watcher.next()).toBe(true)
  const told = watcher.next()
  leaving.abort()
  expect(await told).toBe(false)
})

test('one connection listens for all readers, from the first one on until it is closed', async () => {
  expect(await listeners()).toEqual([])
  await Promise.all(['a', 'a', 'b', 'c'].map(watch))
  expect(await listeners()).toHaveLength(1)
  expect(changes.count()).toBe(4)
  leaving.abort()
  expect(changes.count()).toBe(0)
  await changes.close()
  expect(await listeners()).toEqual([])
})

test('a reader hears nothing more once it has left, nor once the changes are closed while they reconnect', async () => {
  const watcher = await watch('a')
  await loseTheConnection()
  await changes.close()
  leaving.abort()
  expect(await watcher.next()).toBe(false)
})

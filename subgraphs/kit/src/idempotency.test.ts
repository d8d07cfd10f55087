/** Idempotency keys on a real PostgreSQL: one effect however many calls, in whatever order. */
import { randomUUID } from 'node:crypto'
import { randomIds } from '@souk/contracts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from './database/migrate.ts'
import { createPrismaAdapter } from './database/prisma-adapter.ts'
import { createTemplateDatabase, dropDatabase } from './database/testing-database.ts'
import { claimIdempotencyKey, type IdempotencyRequest, storeIdempotentResult } from './idempotency.ts'
import { type SubgraphDatabase, transact } from './sql.ts'
import { openSqlDatabase } from './testing/toy/sql-database.ts'

const ids = randomIds()
let databaseUrl: string
let database: SubgraphDatabase

beforeAll(async () => {
  databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `idempotency_${process.pid}`,
    async () => undefined,
  )
  await migrate({
    databaseUrl,
    schema: 'products',
    prismaDirectory: new URL('testing/toy/prisma', import.meta.url).pathname,
  })
  database = openSqlDatabase(createPrismaAdapter({ databaseUrl, schema: 'products', poolSizeMax: 10 }))
})

afterAll(async () => {
  await database.$disconnect()
  await dropDatabase(databaseUrl)
})

const request = (changes: Partial<IdempotencyRequest> = {}): IdempotencyRequest => ({
  viewerId: 'ann',
  operation: 'noteWrite',
  key: randomUUID(),
  input: { text: 'one', amount: 5n },
  newId: ids.next(),
  now: new Date(),
  ...changes,
})

test('a repeated key gives the id of the first call and its result', async () => {
  const first = request()
  const claim = await claimIdempotencyKey(database, first)
  expect(claim).toEqual({ entityId: first.newId, repeated: false, result: null })
  await storeIdempotentResult(database, first, { answer: 42 })
  expect(await claimIdempotencyKey(database, { ...first, newId: ids.next() })).toEqual({
    entityId: first.newId,
    repeated: true,
    result: { answer: 42 },
  })
})

test('the same key with other input is refused, and the order of fields is not other input', async () => {
  const first = request()
  await claimIdempotencyKey(database, first)
  await expect(
    claimIdempotencyKey(database, { ...first, input: { text: 'two', amount: 5n } }),
  ).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  })
  expect(
    (await claimIdempotencyKey(database, { ...first, input: { amount: 5n, text: 'one' } })).repeated,
  ).toBe(true)
})

test('two viewers may use the same key', async () => {
  const first = request()
  await claimIdempotencyKey(database, first)
  expect(
    (await claimIdempotencyKey(database, { ...first, viewerId: 'bob', newId: ids.next() })).repeated,
  ).toBe(false)
})

test('a key that is empty or too long is refused before anything is written', async () => {
  for (const key of ['', 'k'.repeat(201)]) {
    await expect(claimIdempotencyKey(database, request({ key }))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  }
})

test('of fifty calls at once with one key, one makes the effect and all learn its id', async () => {
  const shared = request()
  const noteIds = await Promise.all(
    Array.from({ length: 50 }, () =>
      transact(database, async (transaction) => {
        const claim = await claimIdempotencyKey(transaction, { ...shared, newId: ids.next() })
        if (claim.repeated) return claim.entityId
        await transaction.$executeRawUnsafe(
          'INSERT INTO note (id, text, at) VALUES ($1, $2, now())',
          claim.entityId,
          shared.key,
        )
        return claim.entityId
      }),
    ),
  )
  expect(new Set(noteIds).size).toBe(1)
  const [row] = await database.$queryRawUnsafe<{ count: string }[]>(
    'SELECT count(*) FROM note WHERE text = $1',
    shared.key,
  )
  expect(Number(row?.count)).toBe(1)
})

test('a call that fails after its claim leaves the key free', async () => {
  const failing = request()
  await expect(
    transact(database, async (transaction) => {
      await claimIdempotencyKey(transaction, failing)
      throw new Error('the power went')
    }),
  ).rejects.toThrow('the power went')
  expect((await claimIdempotencyKey(database, failing)).repeated).toBe(false)
})

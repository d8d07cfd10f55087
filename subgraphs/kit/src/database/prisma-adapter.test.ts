/** The adapter of the Prisma clients: schema, limits, and the count of what it sends. */
import { afterEach, expect, inject, test } from 'vitest'
import { databaseLimits } from './config.ts'
import { createPrismaAdapter } from './prisma-adapter.ts'

const statements: string[] = []
const opened: { dispose(): Promise<void> }[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.dispose()
  statements.length = 0
})

async function connect(schema = 'service_providers') {
  const factory = createPrismaAdapter({
    databaseUrl: inject('databaseAdminUrl'),
    schema,
    poolSizeMax: 2,
    onStatement: (sql) => statements.push(sql),
  })
  const adapter = await factory.connect()
  opened.push(adapter)
  return adapter
}

const plain = (sql: string) => ({ sql, args: [], argTypes: [] })

test('unqualified names are looked up in the schema, and nothing runs for ever', async () => {
  const adapter = await connect()
  const { rows } = await adapter.queryRaw(
    plain(`SELECT current_setting('search_path'), current_setting('statement_timeout')`),
  )
  expect(rows).toEqual([['"service_providers"', `${databaseLimits.statementMs / 1000}s`]])
})

test('every statement is told of, those of a transaction too', async () => {
  const adapter = await connect()
  const transaction = await adapter.startTransaction()
  await transaction.queryRaw(plain('SELECT 1'))
  await transaction.executeRaw(plain('COMMIT'))
  await transaction.commit()
  await adapter.queryRaw(plain('SELECT 2'))
  expect(statements).toEqual(['BEGIN', 'SELECT 1', 'COMMIT', 'SELECT 2'])
})

test('a statement is planned once per connection, up to a number of statements', async () => {
  const adapter = await connect()
  for (let index = 0; index < databaseLimits.preparedStatementsMax + 10; index++)
    await adapter.queryRaw(plain(`SELECT ${index}`))
  await adapter.queryRaw(plain('SELECT 1'))
  const { rows } = await adapter.queryRaw(plain('SELECT count(*)::int FROM pg_prepared_statements'))
  expect(rows).toEqual([[databaseLimits.preparedStatementsMax]])
})

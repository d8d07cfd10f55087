/** The chassis' view of a Prisma client over plain SQL, so that its tests need no generated client. */
import type { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { SqlExecutor, SubgraphDatabase } from '../../sql.ts'

/** The pool's settings are what `createPrismaAdapter` made of the URL. */
export function openSqlDatabase(adapter: PrismaPg): SubgraphDatabase {
  const { config } = adapter as unknown as { config: pg.PoolConfig }
  const pool = new pg.Pool(config)
  // A connection that is being closed has nobody else to hear that the server was quicker, as when its database is dropped.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const executor = (client: { query: pg.Pool['query'] }): SqlExecutor => ({
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
      (await client.query(sql, values)).rows as Rows,
    $executeRawUnsafe: async (sql, ...values) => (await client.query(sql, values)).rowCount ?? 0,
  })
  return {
    ...executor(pool),
    $transaction: async <T>(work: (transaction: never) => Promise<T>): Promise<T> => {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        const result = await work(executor(client as never) as never)
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK')
        throw error
      } finally {
        client.release()
      }
    },
    $disconnect: () => pool.end(),
  }
}

/** The databases of tests: a clone has what the template has, and its own life. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { cloneDatabase, createTemplateDatabase, dropDatabase } from './testing-database.ts'

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

test('clones start equal, change apart, and can be made and dropped at the same time', async () => {
  const id = randomUUID()
  const templateUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `template-${id}`,
    async (url) => {
      await query(url, 'CREATE TABLE level AS SELECT 1 AS on_hand')
    },
  )
  const urls = await Promise.all(
    [1, 2, 3, 4].map((number) => cloneDatabase(templateUrl, `clone-${id}-${number}`)),
  )
  const [first = '', second = ''] = urls
  await query(first, 'UPDATE level SET on_hand = 2')
  expect(await query(second, 'SELECT * FROM level')).toEqual([{ on_hand: 1 }])
  await Promise.all([...urls, templateUrl].map(dropDatabase))
  const left = `SELECT datname FROM pg_database WHERE datname LIKE '%${id}%'`
  expect(await query(inject('databaseAdminUrl'), left)).toEqual([])
})

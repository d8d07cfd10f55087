/** Throw-away. */
import pg from '../../kit/node_modules/pg/lib/index.js'
import { createTemplateDatabase } from '@souk/kit/testing'
import { createPrismaAdapter } from '@souk/kit'
import { expect, inject, test } from 'vitest'
import { openDatabase } from './db.ts'
test('tz', async () => {
  const url = await createTemplateDatabase(inject('databaseAdminUrl'), 'tzprobe', async () => undefined)
  const c = new pg.Client({ connectionString: url }); await c.connect()
  await c.query(`ALTER DATABASE tzprobe SET timezone = 'Asia/Shanghai'`); await c.end()
  const db = openDatabase(createPrismaAdapter({ databaseUrl: url, schema: 'public', poolSizeMax: 1 }))
  const at = new Date('2020-01-01T00:00:00Z')
  const rows = await db.$queryRawUnsafe('SELECT $1::timestamptz AS a, $2::timestamptz AS b', at, at.toISOString())
  await db.$disconnect()
  expect(rows).toEqual([{ a: at, b: at }])
})

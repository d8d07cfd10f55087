/** SIGTERM of a subgraph's service under load: real process, real sockets, callers that keep their connections as the gateway does. */
import { createTemplateDatabase, dropDatabase } from '@souk/kit/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { answeredBy, loadUntilRefused } from '../support/load-until-refused.ts'
import { startSouk } from '../support/process.ts'

let databaseUrl: string

beforeAll(async () => {
  databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `service_drain_${process.pid}`,
    async () => undefined,
  )
})

afterAll(async () => await dropDatabase(databaseUrl))

test('SIGTERM of a service under thirty callers that keep their connections resets none of them', async () => {
  const souk = startSouk(['--subgraph', 'products'], {
    DATABASE_URL: databaseUrl,
    SOUK_VIEWER_SECRET: 'a secret of the tests that is long enough to be one',
    SOUK_PORT: '0',
  })
  const [, url = ''] = await souk.says(/"url":"(http:\/\/127\.0\.0\.1:\d+\/graphql)"/)
  const callers = Array.from({ length: 30 }, () => loadUntilRefused(url, '{ __typename }'))
  await expect.poll(() => answeredBy(callers), { timeout: 20_000 }).toBeGreaterThan(500)
  souk.child.kill('SIGTERM')
  await Promise.all(callers.map(({ ended }) => ended))
  expect(callers.map(({ failure }) => failure)).toEqual(callers.map(() => 'ECONNREFUSED'))
  expect(new Set(callers.flatMap(({ statuses }) => [...statuses]))).toEqual(new Set([200]))
  expect(await souk.ended).toBe(0)
}, 60_000)

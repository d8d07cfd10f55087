/** Jobs on a real PostgreSQL: what a killed process was at does not keep its successor waiting. */
import { createTemplateDatabase, dropDatabase } from './database/testing-database.ts'
import pg from 'pg'
import { pino } from 'pino'
import { expect, inject, test } from 'vitest'
import { startJobs } from './jobs.ts'

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50))
}

test('a run whose process was killed gives way to the next one within a minute', async () => {
  const databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    'jobs_killed',
    async () => undefined,
  )
  let runs = 0
  const options = {
    databaseUrl,
    schema: 'toy',
    logger: pino({ level: 'silent' }),
    jobs: { tidy: { cron: '0 0 1 1 *', run: async () => void (runs += 1) } },
  }
  const first = await startJobs(options)
  await until(() => runs === 1)
  await first.stop()
  // The run that a dead process has left: active, and nobody at it.
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    "UPDATE toy_jobs.job SET state = 'active', completed_on = NULL, started_on = now(), heartbeat_on = now() WHERE name = 'tidy'",
  )
  await client.end()
  const second = await startJobs(options)
  await until(() => runs >= 2)
  expect(runs).toBeLessThanOrEqual(3)
  await second.stop()
  await dropDatabase(databaseUrl)
}, 60_000)

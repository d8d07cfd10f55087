/** Starts the one PostgreSQL that all test files share, each with databases of its own, and stops it at the end. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { subgraphs } from '@souk/gateway/embedded'
import { migrate, startEmbeddedPostgres } from '@souk/kit'
import { createTemplateDatabase } from '@souk/kit/testing'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser access to the shared test server; `inject('databaseAdminUrl')` in a test. */
    databaseAdminUrl: string
    /** A database with the tables of all five subgraphs, to clone. */
    templateUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-tests-'))
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false })
  project.provide('databaseAdminUrl', postgres.url)
  const templateUrl = await createTemplateDatabase(postgres.url, 'souk_template', async (databaseUrl) => {
    for (const { databaseSchema: schema, prismaDirectory } of subgraphs)
      await migrate({ databaseUrl, schema, prismaDirectory })
  })
  project.provide('templateUrl', templateUrl)
  return async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

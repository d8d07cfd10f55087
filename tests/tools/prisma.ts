/** Runs the Prisma CLI for one subgraph, on a throw-away PostgreSQL unless DATABASE_URL names one. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../subgraphs/kit/src/database/embedded-postgres.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [subgraph = '', ...prismaArgs] = process.argv.slice(2)

// The terminal sends Ctrl-C to the CLI as well. We wait for its end, so that the throw-away server is stopped and deleted.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

process.exitCode = process.env.DATABASE_URL
  ? await runPrisma(process.env.DATABASE_URL)
  : await withThrowAwayPostgres(runPrisma)

async function withThrowAwayPostgres(run: (url: string) => Promise<number>): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-prisma-'))
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, durable: false })
    try {
      return await run(postgres.url)
    } finally {
      await postgres.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function runPrisma(url: string): Promise<number> {
  const schema = subgraph.replaceAll('-', '_')
  const databaseUrl = new URL(url)
  // Without it Prisma would keep the migrations of all subgraphs in one table, and offer to reset the database.
  databaseUrl.searchParams.set('schema', schema)
  await createSchema(url, schema)
  const child = spawn(
    join(root, 'node_modules/.bin/prisma'),
    [...prismaArgs, '--config', join(root, 'tests/tools/prisma.config.ts')],
    {
      cwd: join(root, 'subgraphs', subgraph),
      env: { ...process.env, DATABASE_URL: databaseUrl.href, SOUK_PRISMA_SUBGRAPH: subgraph },
      stdio: 'inherit',
    },
  )
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

async function createSchema(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
  await client.end()
}

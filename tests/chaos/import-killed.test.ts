/** An import that is killed, again and again: the next run goes on, and the end is that of a run that nobody disturbed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { demoRetailFile } from '@souk/gateway'
import { createTemplateDatabase, dropDatabase } from '@souk/kit/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { describeImported } from '../support/imported-rows.ts'
import { writeTemporaryFile } from '../support/retail-files.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const databases: string[] = []
let file: string

const newDatabase = async (): Promise<string> => {
  const url = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `killed_${randomUUID()}`,
    async () => undefined,
  )
  databases.push(url)
  return url
}

/** Part of the real file: cancellations come late in it, so it is not cut much shorter. */
const linesTaken = 20_000

beforeAll(async () => {
  const lines = gunzipSync(await readFile(demoRetailFile))
    .toString('utf8')
    .split('\n')
  file = writeTemporaryFile(lines.slice(0, linesTaken).join('\n'))
})

afterAll(async () => {
  for (const url of databases) await dropDatabase(url)
})

// The process itself, without the wrapper that finds Node: a signal has to reach the one that writes.
const startImport = (databaseUrl: string): ChildProcess =>
  spawn(process.execPath, ['gateway/src/main.ts', 'import', '--retail', file], {
    cwd: root,
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', (code) => resolve(code)))

async function runImport(
  databaseUrl: string,
): Promise<{ readonly code: number | null; readonly output: string; readonly elapsedMs: number }> {
  const startedAt = performance.now()
  const child = startImport(databaseUrl)
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  const code = await endOf(child)
  return { code, output, elapsedMs: performance.now() - startedAt }
}

async function killAfter(databaseUrl: string, ms: number): Promise<void> {
  const child = startImport(databaseUrl)
  const timer = setTimeout(() => child.kill('SIGKILL'), ms)
  await endOf(child)
  clearTimeout(timer)
}

// Counts of what is new, and times, differ; the table may not.
const tableOf = (output: string): string => /^Reconciliation of[^]*to the penny$/m.exec(output)?.[0] ?? output

test('killed at any moment, it ends like one that was not', async () => {
  const calm = await newDatabase()
  const undisturbed = await runImport(calm)
  expect(undisturbed.code, undisturbed.output).toBe(0)
  const troubled = await newDatabase()
  const kills = [0.35, 0.5, 0.65, 0.8].map((part) =>
    Math.round((part + Math.random() / 8) * undisturbed.elapsedMs),
  )
  for (const ms of kills) await killAfter(troubled, ms)
  const resumed = await runImport(troubled)
  const told = `killed after ${kills.join(', ')} ms`
  expect(resumed.code, `${told}\n${resumed.output}`).toBe(0)
  expect(tableOf(resumed.output), told).toBe(tableOf(undisturbed.output))
  expect(await describeImported(troubled), told).toEqual(await describeImported(calm))
}, 180_000)

/** The embedded PostgreSQL: starts, restarts, what a kill leaves behind, and who may own a data folder. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'
import { DataFolderInUseError } from './errors.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534
let folder: string
const running: { stop(): Promise<unknown> }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk-embedded-'))
  chmodSync(folder, 0o755)
})

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(
  options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), durable: false, ...options })
  running.push(postgres)
  return postgres
}

/** A process that owns the data folder until it is killed. */
async function startElsewhere(
  dataDir = join(folder, 'data'),
): Promise<{ owner: ChildProcess; pid: number; url: string }> {
  const module = new URL('./embedded-postgres.ts', import.meta.url).href
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)}
    const postgres = await startEmbeddedPostgres({ dataDir: process.argv[1], durable: false })
    console.log(JSON.stringify({ pid: postgres.pid, url: postgres.url }))`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    if (owner.exitCode !== null || owner.signalCode !== null) return
    owner.kill('SIGTERM')
    await once(owner, 'exit')
  }
  running.push({ stop })
  for await (const line of createInterface({ input: owner.stdout })) return { owner, ...JSON.parse(line) }
  throw new Error('The other process said nothing.')
}

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

test('what was written is there after a restart', async () => {
  const first = await start()
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one')
  await first.stop()
  const second = await start()
  expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }])
})

test('it listens on this machine only, with as many connections as asked for', async () => {
  const { url } = await start({ connectionsMax: 17 })
  const settings = `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'max_connections', 'unix_socket_directories') ORDER BY name`
  expect(await query(url, settings)).toEqual([
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'max_connections', setting: '17' },
    { name: 'unix_socket_directories', setting: '' },
  ])
})

test('a second start in another process is refused in one sentence', async () => {
  const { owner } = await startElsewhere()
  await expect(start()).rejects.toMatchObject({
    code: 'DATA_FOLDER_IN_USE',
    message: expect.stringMatching(
      new RegExp(`^The data folder \\S+ is in use by process ${owner.pid}: .*\\.$`),
    ),
  })
})

test('a second start in the same process is refused, and leaves the first alone', async () => {
  const first = await start()
  await expect(start()).rejects.toBeInstanceOf(DataFolderInUseError)
  expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('the server of a killed process is taken over with its data, and stops with the new owner', async () => {
  const { owner, pid, url } = await startElsewhere()
  await query(url, 'CREATE TABLE kept AS SELECT 1 AS one')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const lines: string[] = []
  const next = await start({ logger: { info: (line) => lines.push(line), warn: (line) => lines.push(line) } })
  expect(next.pid).not.toBe(pid)
  expect(lines).toEqual([expect.stringContaining('killed process')])
  expect(await query(next.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }])
  await next.stop()
  expect(existsSync(join(folder, 'data/cluster/postmaster.pid'))).toBe(false)
})

test('a stale process id that a stranger got does not stop the start, nor the stranger', async () => {
  await (await start()).stop()
  const stranger = spawn('sleep', ['60'], isRoot ? { uid: nobody, gid: nobody } : {})
  running.push({ stop: async () => stranger.kill() })
  const pidFile = join(folder, 'data/cluster/postmaster.pid')
  writeFileSync(pidFile, `${stranger.pid}\n${folder}/data/cluster\n0\n5432\n\n127.0.0.1\n0 0\nready   \n`)
  if (isRoot) chownSync(pidFile, nobody, nobody)
  await start()
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('a cluster that a killed process left half made is made anew', async () => {
  const half = join(folder, 'data', 'initdb-of-a-killed-process')
  mkdirSync(half, { recursive: true })
  writeFileSync(join(half, 'PG_VERSION'), '18\n')
  const { url } = await start()
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(existsSync(half)).toBe(false)
})

test('a process killed at any moment of its first start leaves a folder that starts', async () => {
  for (const delayMs of [40, 150, 300, 600]) {
    const dataDir = join(folder, `killed-after-${delayMs}`)
    const started = startElsewhere(dataDir).then(
      ({ owner }) => owner.kill('SIGKILL'),
      () => false,
    )
    const killed = running.at(-1)
    // The moment is the point here: there is no event to wait for.
    await new Promise((done) => setTimeout(done, delayMs))
    await killed?.stop()
    await started
    await (await start({ dataDir })).stop()
  }
})

test('files of another kind are not overwritten', async () => {
  mkdirSync(join(folder, 'data/cluster'), { recursive: true })
  writeFileSync(join(folder, 'data/cluster/thesis.txt'), 'the only copy')
  await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_START_FAILED' })
  expect(readFileSync(join(folder, 'data/cluster/thesis.txt'), 'utf8')).toBe('the only copy')
})

test('a cluster of another major version is refused', async () => {
  await (await start()).stop()
  writeFileSync(join(folder, 'data/cluster/PG_VERSION'), '12\n')
  await expect(start()).rejects.toMatchObject({ code: 'DATA_FOLDER_OTHER_VERSION' })
})

test('a folder that cannot be made is one sentence', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(start({ dataDir: join(folder, 'file/data') })).rejects.toMatchObject({
    code: 'DATA_FOLDER_NOT_WRITABLE',
    message: expect.stringMatching(/^The data folder \S+ can't be written \(\w+\)\.$/),
  })
})

test('a wanted port that is taken is one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  running.push({ stop: async () => taken.close() })
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await expect(start({ port })).rejects.toMatchObject({ code: 'POSTGRES_PORT_IN_USE' })
})

test('giving up a start leaves nothing running, and the folder free', async () => {
  await expect(start({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'TimeoutError' })
  await start()
})

test('a cluster that nobody is left to serve is free after stop, however often it is called', async () => {
  const postgres = await start()
  await Promise.all([postgres.stop(), postgres.stop()])
  await start()
})

test.runIf(isRoot)('as root, a data folder below closed folders works where it is', async () => {
  const closed = join(folder, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const first = await start({ dataDir: join(closed, 'data') })
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one')
  await first.stop()
  expect(existsSync(join(closed, 'data/cluster/PG_VERSION'))).toBe(true)
  const { owner } = await startElsewhere(join(closed, 'data'))
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const second = await start({ dataDir: join(closed, 'data') })
  expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }])
})

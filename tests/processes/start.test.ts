/** Starting and stopping, as the person at the terminal meets it. Processes, so both deployments are written out here. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { subgraphNames } from '@souk/contracts'
import { createTemplateDatabase, dropDatabase } from '@souk/kit/testing'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { isRunning, type SoukProcess, startSouk } from '../support/process.ts'

const viewerSecret = 'a secret of the tests that is long enough to be one'
const readyAt = /(http:\/\/127\.0\.0\.1:\d+)\/graphql/

let dataDir: string
let started: SoukProcess[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'souk-start-'))
  started = []
})

afterEach(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGTERM')
    await ended
  }
  await rm(dataDir, { recursive: true, force: true })
})

function start(
  environment: Readonly<Record<string, string>> = {},
  command: readonly string[] = ['gateway/src/main.ts', 'start'],
): SoukProcess {
  const souk = startSouk(command, {
    SOUK_PORT: '0',
    SOUK_DATA_DIR: dataDir,
    SOUK_SEED: 'none',
    SOUK_LOG_LEVEL: 'warn',
    ...environment,
  })
  started.push(souk)
  return souk
}

async function isReady(souk: SoukProcess): Promise<boolean> {
  const [, url] = await souk.says(readyAt)
  return (await fetch(`${url}/ready`)).status === 200
}

/** What a failed start printed, once it has ended. */
async function failureOf(souk: SoukProcess): Promise<string> {
  expect(await souk.ended).toBe(1)
  const output = souk.output().trim()
  expect(output, 'a stack trace is not a message').not.toMatch(/^\s+at /m)
  return output
}

/** The server of the data folder, as PostgreSQL itself wrote it down; undefined when it has stopped. */
async function postgresPid(): Promise<number | undefined> {
  const file = await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(
    () => undefined,
  )
  return file === undefined ? undefined : Number(file.split('\n')[0])
}

describe('npm start', { timeout: 60_000 }, () => {
  test('answers, and Ctrl-C stops everything, PostgreSQL too', async () => {
    const souk = start()
    expect(await isReady(souk)).toBe(true)
    const pid = (await postgresPid()) ?? 0
    expect(isRunning(pid)).toBe(true)
    souk.child.kill('SIGINT')
    expect(await souk.ended).toBe(0)
    expect(isRunning(pid)).toBe(false)
  })

  test('a Ctrl-C that arrives three times, as through npm on a terminal, still stops in order', async () => {
    const souk = start()
    expect(await isReady(souk)).toBe(true)
    const pid = (await postgresPid()) ?? 0
    for (const _ of [1, 2, 3]) souk.child.kill('SIGINT')
    expect(await souk.ended).toBe(0)
    expect(isRunning(pid)).toBe(false)
  })

  test('a second start on the same data folder says so and exits, and the first goes on', async () => {
    const first = start()
    expect(await isReady(first)).toBe(true)
    const message = await failureOf(start())
    expect(message).toContain(dataDir)
    expect(message.split('\n')).toHaveLength(1)
    expect(await isReady(first)).toBe(true)
  })

  test('a start after kill -9 recovers', async () => {
    const killed = start()
    expect(await isReady(killed)).toBe(true)
    for (const pid of [killed.child.pid, ...childrenOf(killed.child.pid)])
      if (pid) process.kill(pid, 'SIGKILL')
    await killed.ended
    expect(await isReady(start())).toBe(true)
  })

  test.each([
    ['SOUK_PORT', '70000'],
    ['SOUK_PORT', 'http'],
    ['SOUK_SEED', 'everything'],
    ['SOUK_MODE', 'staging'],
    ['DATABASE_URL', 'mysql://localhost/souk'],
  ])('%s=%s is refused with the name, the value and what is allowed', async (variable, value) => {
    const message = await failureOf(start({ [variable]: value }))
    expect(message).toContain(variable)
    expect(message).toContain(value)
    expect(message).toMatch(/allowed|takes/)
  })

  test('a port in use is one sentence', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    try {
      expect(await failureOf(start({ SOUK_PORT: String(port) }))).toContain(String(port))
      expect(await postgresPid()).toBeUndefined()
    } finally {
      server.close()
    }
  })

  test('a database that does not answer is one sentence that does not show the password', async () => {
    const message = await failureOf(start({ DATABASE_URL: 'postgresql://souk:hidden@127.0.0.1:1/souk' }))
    expect(message).toContain('127.0.0.1:1')
    expect(message).not.toContain('hidden')
  })

  test('a data folder that is a file is one sentence', async () => {
    const file = join(dataDir, 'taken')
    await writeFile(file, '')
    expect(await failureOf(start({ SOUK_DATA_DIR: file }))).toContain(file)
  })

  test('a data folder that nobody can make is one sentence', async () => {
    expect(await failureOf(start({ SOUK_DATA_DIR: '/proc/souk' }))).toContain('/proc/souk')
  })

  test.skipIf(process.getuid?.() === 0)(
    'a data folder that may not be written to is one sentence',
    async () => {
      await chmod(dataDir, 0o500)
      expect(await failureOf(start({ SOUK_DATA_DIR: join(dataDir, 'data') }))).toContain(dataDir)
      await chmod(dataDir, 0o700)
    },
  )
})

const childrenOf = (pid: number | undefined): number[] =>
  spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean)
    .map(Number)

describe('separate services', { timeout: 60_000 }, () => {
  test('five subgraphs and a gateway, each its own process, answer one query', async () => {
    const databaseUrl = await createTemplateDatabase(
      inject('databaseAdminUrl'),
      `services_${process.pid}`,
      async () => undefined,
    )
    const ports = await freePorts(subgraphNames.length)
    const urls = Object.fromEntries(
      subgraphNames.map((name, index) => [
        `SOUK_${name.replaceAll('-', '_').toUpperCase()}_URL`,
        `http://127.0.0.1:${ports[index]}/graphql`,
      ]),
    )
    const shared = { DATABASE_URL: databaseUrl, SOUK_VIEWER_SECRET: viewerSecret, ...urls }
    // Two at a time on one database from the very start: migrations take their turn.
    for (const [index, name] of subgraphNames.entries())
      start({ ...shared, SOUK_PORT: String(ports[index]) }, ['--subgraph', name])
    const gateway = start(shared, ['gateway/src/main.ts', 'gateway'])
    const [, url] = await gateway.says(readyAt)
    const [token] = await gateway.says(/^eyJ\S+$/m)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query:
          '{ shops { nodes { id } } contentFeed { nodes { __typename } } creators { nodes { id } } serviceProviders { nodes { id } } }',
      }),
    })
    expect(await answer.json()).toEqual({
      data: {
        shops: { nodes: [] },
        contentFeed: { nodes: [] },
        creators: { nodes: [] },
        serviceProviders: { nodes: [] },
      },
    })
    for (const { child, ended } of started) {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
    }
    await dropDatabase(databaseUrl)
  })

  test('a subgraph without a name is told the five', async () => {
    const message = await failureOf(start({}, ['--subgraph', 'nothing']))
    for (const name of subgraphNames) expect(message).toContain(name)
  })

  test('a subgraph without a database says which variable is missing', async () => {
    expect(await failureOf(start({}, ['--subgraph', 'products']))).toContain('DATABASE_URL is not set')
  })
})

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

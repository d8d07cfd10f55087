/** Bugs that nobody caught, in real processes: what is logged, who is still answered, and what the process ends with. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTemplateDatabase, dropDatabase } from '@souk/kit/testing'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type SoukProcess, startSouk } from '../support/process.ts'

const preloaded = {
  NODE_OPTIONS: `--import ${fileURLToPath(new URL('../support/stray-errors.mjs', import.meta.url))}`,
}

let folder: string
let subgraph: Server
let databaseUrl: string
const waiting: ServerResponse[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-stray-'))
  subgraph = createServer((_request, response) => void waiting.push(response)).listen(0, '127.0.0.1')
  await once(subgraph, 'listening')
  const { port } = subgraph.address() as AddressInfo
  await writeFile(join(folder, 'shop.graphql'), 'type Query { one: Int }')
  const shop = { name: 'shop', url: `http://127.0.0.1:${port}/`, sdl: 'shop.graphql' }
  await writeFile(join(folder, 'shop.json'), JSON.stringify([shop]))
  databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `stray_${process.pid}`,
    async () => undefined,
  )
})

afterAll(async () => {
  subgraph.closeAllConnections()
  subgraph.close()
  await dropDatabase(databaseUrl)
  await rm(folder, { recursive: true, force: true })
})

const startGateway = (): SoukProcess =>
  startSouk(
    ['gateway/src/main.ts', 'gateway', '--subgraphs', join(folder, 'shop.json'), '--port', '0'],
    preloaded,
  )

const startService = (): SoukProcess =>
  startSouk(['--subgraph', 'products'], {
    DATABASE_URL: databaseUrl,
    SOUK_VIEWER_SECRET: 'a secret of the tests that is long enough to be one',
    SOUK_PORT: '0',
    ...preloaded,
  })

describe.each([
  ['the gateway', startGateway],
  ["a subgraph's service", startService],
])('in %s', { timeout: 60_000 }, (_what, start) => {
  test('a rejected promise that nobody caught is logged with its stack, and the process goes on', async () => {
    const souk = start()
    const url = await urlOf(souk)
    await fetch(`${url}/stray-rejection`)
    const line = await fatalLine(souk)
    expect(line.err).toMatchObject({ message: 'nobody waits for this' })
    expect(line.err.stack).toContain('stray-errors.mjs')
    expect((await fetch(`${url}/live`)).status).toBe(200)
    souk.child.kill('SIGTERM')
    expect(await souk.ended).toBe(0)
  })

  test('an exception that nobody caught is logged with its stack, and ends the process with 1', async () => {
    const souk = start()
    const url = await urlOf(souk)
    await fetch(`${url}/stray-exception`).catch(() => undefined)
    const line = await fatalLine(souk)
    expect(line.err).toMatchObject({ message: 'nobody catches this' })
    expect(line.err.stack).toContain('stray-errors.mjs')
    expect(await souk.ended).toBe(1)
  })
})

test('what is in flight when an exception ends the gateway is still answered', async () => {
  const souk = startGateway()
  const url = await urlOf(souk)
  const asked = fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ one }"}',
  })
  await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(1)
  await fetch(`${url}/stray-exception`).catch(() => undefined)
  await fatalLine(souk)
  waiting[0]?.setHeader('content-type', 'application/json').end('{"data":{"one":1,"__typename":"Query"}}')
  expect(await (await asked).json()).toEqual({ data: { one: 1 } })
  expect(await souk.ended).toBe(1)
}, 60_000)

async function urlOf(souk: SoukProcess): Promise<string> {
  const [, url = ''] = await souk.says(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/)
  return url
}

type FatalLine = { readonly err: { readonly message: string; readonly stack: string } }

async function fatalLine(souk: SoukProcess): Promise<FatalLine> {
  const [line] = await souk.says(/^\{"level":60.*\}$/m)
  return JSON.parse(line) as FatalLine
}

/** SIGTERM under load, as a balancer and clients that keep their connections meet it: a real process, real sockets. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answeredBy, loadUntilRefused } from '../support/load-until-refused.ts'
import { type SoukProcess, startSouk } from '../support/process.ts'

let folder: string
let subgraph: Server
let list: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-drain-'))
  subgraph = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('{"data":{"one":1,"__typename":"Query"}}')
  }).listen(0, '127.0.0.1')
  await once(subgraph, 'listening')
  const { port } = subgraph.address() as AddressInfo
  await writeFile(join(folder, 'shop.graphql'), 'type Query { one: Int }')
  list = join(folder, 'shop.json')
  const shop = { name: 'shop', url: `http://127.0.0.1:${port}/`, sdl: 'shop.graphql' }
  await writeFile(list, JSON.stringify([shop]))
})

afterAll(async () => {
  subgraph.closeAllConnections()
  subgraph.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(environment: Readonly<Record<string, string>>): Promise<Started> {
  const command = ['gateway/src/main.ts', 'gateway', '--subgraphs', list, '--port', '0']
  const souk = startSouk(command, environment)
  const [, url = ''] = await souk.says(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/)
  return { souk, url }
}

type Started = { readonly souk: SoukProcess; readonly url: string }

test('SIGTERM under thirty clients that keep their connections resets none of them', async () => {
  const { souk, url } = await start({})
  const clients = Array.from({ length: 30 }, () => loadUntilRefused(`${url}/graphql`, '{ one }'))
  await expect.poll(() => answeredBy(clients), { timeout: 20_000 }).toBeGreaterThan(500)
  souk.child.kill('SIGTERM')
  await Promise.all(clients.map(({ ended }) => ended))
  expect(clients.map(({ failure }) => failure)).toEqual(clients.map(() => 'ECONNREFUSED'))
  expect(new Set(clients.flatMap(({ statuses }) => [...statuses]))).toEqual(new Set([200]))
  expect(await souk.ended).toBe(0)
}, 60_000)

test('/ready says no before anybody is sent away', async () => {
  const { souk, url } = await start({ SOUK_DRAIN_DELAY_MS: '6000' })
  const client = loadUntilRefused(`${url}/graphql`, '{ one }')
  souk.child.kill('SIGTERM')
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 20_000 }).toBe(503)
  const answered = client.answered
  await expect.poll(() => client.answered, { timeout: 5_000 }).toBeGreaterThan(answered + 20)
  expect([client.failure, client.reconnected]).toEqual([undefined, 0])
  await client.ended
  expect(client.failure).toBe('ECONNREFUSED')
  expect(await souk.ended).toBe(0)
}, 60_000)

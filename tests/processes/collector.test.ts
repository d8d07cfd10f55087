/** Traces as a collector of OpenTelemetry gets them: a real process, told by the environment alone where the collector is. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSouk } from '../support/process.ts'

let folder: string
let subgraph: Server
let collector: Server
/** What the subgraph was sent to go on with the trace, call by call. */
const traceparents: (string | undefined)[] = []
const parcels: { readonly path: string | undefined; readonly body: string }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-collector-'))
  subgraph = createServer((request, response) => {
    traceparents.push(request.headers.traceparent as string | undefined)
    response.setHeader('content-type', 'application/json').end('{"data":{"one":1}}')
  }).listen(0, '127.0.0.1')
  collector = createServer((request, response) => {
    void text(request).then((body) => {
      parcels.push({ path: request.url, body })
      response.setHeader('content-type', 'application/json').end('{}')
    })
  }).listen(0, '127.0.0.1')
  await Promise.all([once(subgraph, 'listening'), once(collector, 'listening')])
  await writeFile(join(folder, 'shop.graphql'), 'type Query { one: Int }')
  const shop = { name: 'shop', url: urlOf(subgraph), sdl: 'shop.graphql' }
  await writeFile(join(folder, 'shop.json'), JSON.stringify([shop]))
})

afterAll(async () => {
  for (const server of [subgraph, collector]) {
    server.closeAllConnections()
    server.close()
  }
  await rm(folder, { recursive: true, force: true })
})

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function askOnce(environment: Readonly<Record<string, string>>): Promise<void> {
  const command = ['gateway/src/main.ts', 'gateway', '--subgraphs', join(folder, 'shop.json'), '--port', '0']
  const souk = startSouk(command, environment)
  const [url = ''] = await souk.says(/http:\/\/127\.0\.0\.1:\d+\/graphql/)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"query Look { one }"}',
  })
  expect(await response.json()).toEqual({ data: { one: 1 } })
  souk.child.kill('SIGTERM')
  expect(await souk.ended).toBe(0)
}

test('with a collector in the environment all spans are there when the process has ended, and subgraphs go on with the trace', async () => {
  await askOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(collector), OTEL_SERVICE_NAME: 'our-gateway' })
  expect(new Set(parcels.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
  const sent = parcels.map(({ body }) => body).join()
  for (const name of ['our-gateway', 'query Look', 'fetch shop', 'parse', 'plan'])
    expect(sent).toContain(name)
  const [, traceId = ''] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(traceparents.at(-1) ?? '') ?? []
  expect(traceId).toHaveLength(32)
  expect(sent).toContain(traceId)
}, 60_000)

test('without one nothing is collected, and subgraphs are sent no trace', async () => {
  const before = parcels.length
  await askOnce({})
  expect(parcels.length).toBe(before)
  expect(traceparents.at(-1)).toBeUndefined()
}, 60_000)

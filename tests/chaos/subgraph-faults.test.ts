/** Whatever one subgraph does wrong: it costs its own fields, nobody who doesn't ask for them, and never the gateway. */
import { readFile, writeFile } from 'node:fs/promises'
import { createGateway, createLogger, httpTransport, readConfig, systemClock } from '@souk/gateway'
import { testSubgraph } from '@souk/gateway/testing'
import { afterAll, expect, test } from 'vitest'
import { bytesMax, type Fault, faults } from './faulty-subgraph.ts'

const steady = testSubgraph(
  'steady',
  'type Query { steady: String product: Product } type Product @key(fields: "id") { id: ID! name: String }',
  { Query: { steady: () => 'here', product: () => ({ id: '1', name: 'lamp' }) } },
)
const faultySdl = 'type Query { faulty: String } type Product @key(fields: "id") { id: ID! stock: Int }'
const everything = '{ steady faulty product { name stock } }'
const nothingFaulty = '{ steady product { name } }'
const steadyData = { steady: 'here', product: { name: 'lamp' } }

type Row = {
  readonly fault: string
  readonly calls: number
  readonly client: string
  readonly others: string
}
const rows: Row[] = []

test.each(faults)('$name costs its own fields alone', async (fault) => {
  const server = await fault.open()
  const { gateway, close } = await openGateway(server.url, fault)
  let isClientAnswered = false
  const client = gateway.ask(everything).finally(() => (isClientAnswered = true))
  await server.called
  // While the faulty one keeps its client waiting, others are served.
  const other = await gateway.ask(nothingFaulty)
  expect(other).toEqual({ status: 200, data: steadyData })
  const others = server.called === undefined ? 'answered' : 'answered first'
  if (server.called !== undefined && !fault.isEndless) expect(isClientAnswered).toBe(false)
  server.release()
  const answer = await client
  expect(answer).toMatchObject({ status: 200, data: steadyData })
  if (fault.reason !== undefined) expect(answer.errors?.[0]?.extensions.reason).toContain(fault.reason)
  const { asked, retried, failed, inFlight, waiting } = gateway.counts()
  expect({ asked, inFlight, waiting }).toEqual({ asked: 2, inFlight: 0, waiting: 0 })
  expect(failed).toBeLessThanOrEqual(asked + retried)
  rows.push({ fault: fault.name, calls: asked + retried, client: describe(answer), others })
  // It is as well as before.
  expect(await gateway.ask(nothingFaulty)).toEqual({ status: 200, data: steadyData })
  await close()
  await server.close()
})

const table = new URL('README.md', import.meta.url)

test('the table of faults is what was seen', async () => {
  expect(rows.map(({ fault }) => fault)).toEqual(faults.map(({ name }) => name))
  const written = [
    '| the subgraph gives | calls | its own fields | other clients |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ fault, calls, client, others }) => `| ${fault} | ${calls} | ${client} | ${others} |`),
  ].join('\n')
  const text = await readFile(table, 'utf8')
  const start = text.indexOf('| the subgraph gives |')
  const old = /^(?:\|.*\n)*/.exec(text.slice(start))?.[0] ?? ''
  if (process.env.SOUK_WRITE_TABLES === '1') await writeFile(table, text.replace(old, `${written}\n`))
  else expect(old).toBe(`${written}\n`)
})

afterAll(() => void rows.splice(0))

type Answer = {
  readonly status: number
  readonly data: { readonly faulty: unknown; readonly product: { readonly stock: unknown } }
  readonly errors?: readonly {
    readonly path: readonly string[]
    readonly extensions: { readonly code: string; readonly reason?: string }
  }[]
}

function describe({ data, errors = [] }: Answer): string {
  if (errors.length === 0) {
    expect(data).toMatchObject({ faulty: 'a', product: { stock: 1 } })
    return 'answered'
  }
  expect(data).toMatchObject({ faulty: null, product: { stock: null } })
  expect(errors.map(({ path }) => path.join('.')).toSorted()).toEqual(['faulty', 'product.stock'])
  return `null, ${[...new Set(errors.map(({ extensions }) => `\`${extensions.code}\``))].join(' and ')}`
}

async function openGateway(url: string, { isEndless }: Fault) {
  const transport = httpTransport({
    url,
    connectionsMax: 4,
    responseBytesMax: bytesMax,
    foreign: { headers: {} },
  })
  const gateway = await createGateway({
    config: readConfig({
      SOUK_LOG_LEVEL: 'silent',
      SOUK_MODE: 'development',
      SOUK_SUBGRAPH_RETRIES_MAX: '1',
      // What is never answered is waited for as long as this: no longer than the test needs, and long enough for others to be first.
      ...(isEndless && { SOUK_SUBGRAPH_MS_MAX: '500' }),
    }),
    subgraphs: [steady, { name: 'faulty', sdl: steady.sdl.split('\ntype')[0] + faultySdl, transport, url }],
    keys: { jwks: undefined, viewerSecret: 'a secret for tests that is long enough' },
    clock: systemClock,
    logger: createLogger('silent'),
    ownership: { keyOnly: [], allowsSharedFields: true },
  })
  return {
    gateway: {
      async ask(query: string): Promise<Answer> {
        const { status, body } = await gateway.execute({ body: { query } })
        return { status, ...(JSON.parse(body) as object) } as Answer
      },
      counts: () => {
        const counts = gateway.trafficCounts().get('faulty')
        if (counts === undefined) throw new Error('Nothing is counted.')
        return counts
      },
    },
    async close() {
      await gateway.close()
      await transport.close()
    },
  }
}

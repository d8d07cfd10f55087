/** The importer and the subgraphs keep to the same internal operations: a real month in a real database, embedded and over HTTP. */
import { randomUUID } from 'node:crypto'
import { randomIds, type SubgraphName, type Transport, viewerKeyFrom } from '@souk/contracts'
import {
  demoRetailFile,
  type ImportReport,
  printReport,
  runImport,
  seedDemo,
  silentProgress,
} from '@souk/gateway'
import { openEmbedded } from '@souk/gateway/embedded'
import { httpTransport, openCaller, serveHttp } from '@souk/kit'
import { createTemplateDatabase, dropDatabase } from '@souk/kit/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { describeImported } from '../support/imported-rows.ts'
import { retailRow, retailText, writeTemporaryFile } from '../support/retail-files.ts'

const viewerKey = viewerKeyFrom('a secret of the tests, long enough to be one')
const clock = { now: () => new Date() }

type Deployment = {
  readonly call: ReturnType<typeof openCaller>['call']
  readonly databaseUrl: string
  close(): Promise<void>
}

async function openDeployment(overHttp: boolean): Promise<Deployment> {
  const databaseUrl = await createTemplateDatabase(
    inject('databaseAdminUrl'),
    `import_${randomUUID()}`,
    async () => undefined,
  )
  const transports = new Map<SubgraphName, Transport>()
  const transportTo = (name: SubgraphName): Transport => transports.get(name) as Transport
  const embedded = await openEmbedded({
    databaseUrl,
    viewerKey,
    clock,
    ids: randomIds(),
    logger: pino({ level: 'silent' }),
    transportTo,
  })
  const closers = [() => dropDatabase(databaseUrl), () => embedded.close()]
  for (const running of embedded.subgraphs) {
    const served = overHttp ? await serveHttp(running, { host: '127.0.0.1', port: 0 }) : undefined
    const transport = served ? httpTransport(served.url) : running.transport
    transports.set(running.name, transport)
    if (served)
      closers.push(
        () => served.close(),
        () => transport.close(),
      )
  }
  const { call } = openCaller({ from: 'gateway', viewerKey, clock, transportTo })
  const close = async (): Promise<void> => {
    for (const each of closers.reverse()) await each()
  }
  return { call, databaseUrl, close }
}

const importInto = (souk: Deployment, file: string): Promise<ImportReport> =>
  runImport({ file, call: souk.call, progress: silentProgress })

describe('the whole of December 2010', () => {
  let souk: Deployment
  let first: ImportReport

  beforeAll(async () => {
    souk = await openDeployment(false)
    first = await importInto(souk, demoRetailFile)
  }, 120_000)

  afterAll(async () => {
    await souk.close()
  })

  test('both sides agree to the penny', () => {
    expect(first.reconciliation.checks.filter((check) => !check.isTrue)).toEqual([])
    expect(first.isNew).toEqual({ products: 2_407, orders: 1_394, cases: 156 })
  })

  test('a second run changes nothing and tells the same', async () => {
    const before = await describeImported(souk.databaseUrl)
    const second = await importInto(souk, demoRetailFile)
    expect(second.isNew).toEqual({ products: 0, orders: 0, cases: 0 })
    expect(second.reconciliation).toEqual(first.reconciliation)
    expect(await describeImported(souk.databaseUrl)).toEqual(before)
  }, 60_000)

  test('the demo is seeded once, on top of what is there', async () => {
    expect(await seedDemo({ call: souk.call, progress: silentProgress })).toMatchObject({
      state: 'SEEDED',
      retail: { isNew: { orders: 0 } },
    })
    expect(await seedDemo({ call: souk.call, progress: silentProgress })).toEqual({ state: 'WAS_THERE' })
  }, 60_000)
})

const results = new Map<string, unknown>()

describe.each([
  ['embedded', false],
  ['over HTTP', true],
])('two files, %s', (name, overHttp) => {
  let souk: Deployment
  beforeAll(async () => {
    souk = await openDeployment(overHttp)
  })
  afterAll(async () => {
    await souk.close()
  })

  test('a later month cancels what an earlier one sold, and does not sell its invoices again', async () => {
    const sale = retailRow({ code: '85123A', at: '2010-12-01T08:26', price: '2.55' })
    const december = writeTemporaryFile(retailText([sale, sale, retailRow({ code: 'POST' })]), 'december.csv')
    const first = await importInto(souk, december)
    const cancelled = {
      invoice: 'C540001',
      code: '85123A',
      quantity: -9,
      at: '2011-01-04T10:00:00',
      price: '2.55',
    }
    const rows = [retailRow(cancelled), sale, retailRow({ invoice: '540002', at: '2011-01-05 09:00' })]
    const second = await importInto(souk, writeTemporaryFile(retailText(rows), 'january.csv'))
    expect(second.reconciliation).toMatchObject({
      isBalanced: true,
      database: { orders: 1, cases: 1, refundLines: 2, refundedQuantity: 9, refundedValue: 2_295 },
    })
    expect(second.reconciliation.buckets.map(({ outcome, totals }) => [outcome, totals.lines])).toEqual([
      ['AFTER_SALE', 1],
      ['INVOICE_IN_OTHER_IMPORT', 1],
      ['SALE', 1],
    ])
    expect(await importInto(souk, december)).toEqual({
      ...first,
      isNew: { products: 0, orders: 0, cases: 0 },
    })
    results.set(
      name,
      [printReport(first), printReport(second)].map((text) =>
        text.replaceAll(/^Reconciliation of .*$/gm, ''),
      ),
    )
  }, 60_000)
})

test('both deployments give the same tables', () => {
  expect(results.size).toBe(2)
  expect(results.get('over HTTP')).toEqual(results.get('embedded'))
})

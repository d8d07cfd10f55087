/** Fifty checkouts whose process is killed in the middle, again and again: every order ends, every capture is a paid order, no unit is lost. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { subgraphNames } from '@souk/contracts'
import { openDevelopmentKeys, readConfig } from '@souk/gateway'
import { cloneDatabase, dropDatabase } from '@souk/kit/testing'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { checkoutComplete, openShop, payment, quote } from '../support/builders.ts'
import { type Answer, type Client, openClient } from '../support/client.ts'
import { type Person, shopper } from '../support/people.ts'
import type { Platform } from '../support/platform.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const viewerSecret = 'a secret of the tests that is long enough to be one'
const buyersCount = 50
const unitsCount = 40
const killsCount = 3
// From "hardly any order is written" to "most of them are paid" on a machine that is busy with other tests.
const killMsMin = 60
const killMsMax = 900

let database: pg.Client
let databaseUrl: string
let dataDir: string
let running: Map<string, ChildProcess>

beforeEach(async () => {
  databaseUrl = await cloneDatabase(
    inject('templateUrl'),
    `orders_killed_${randomUUID().replaceAll('-', '')}`,
  )
  database = new pg.Client({ connectionString: databaseUrl })
  await database.connect()
  dataDir = await mkdtemp(join(tmpdir(), 'souk-killed-'))
  running = new Map()
})

afterEach(async () => {
  for (const name of running.keys()) await kill(name)
  await database.end()
  await dropDatabase(databaseUrl)
  await rm(dataDir, { recursive: true, force: true })
})

type Environment = Readonly<Record<string, string>>

// The process itself, without the wrapper that finds Node: a signal has to reach the one that writes.
function start(name: string, command: readonly string[], environment: Environment): void {
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      SOUK_VIEWER_SECRET: viewerSecret,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.set(name, child)
}

async function kill(name: string): Promise<void> {
  const child = running.get(name)
  running.delete(name)
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** What is started, and which part of it is killed and started again. */
type Deployment = { readonly url: string; startVictim(): void; readonly victim: string }

async function startTogether(): Promise<Deployment> {
  const port = String(await freePort())
  const startVictim = (): void =>
    start('souk', ['gateway/src/main.ts', 'start'], {
      SOUK_PORT: port,
      SOUK_DATA_DIR: dataDir,
      SOUK_SEED: 'none',
      SOUK_LOG_LEVEL: 'fatal',
    })
  startVictim()
  return { url: `http://127.0.0.1:${port}/graphql`, startVictim, victim: 'souk' }
}

async function startApart(): Promise<Deployment> {
  const ports = new Map<string, number>()
  for (const name of [...subgraphNames, 'gateway']) ports.set(name, await freePort())
  const urls = Object.fromEntries(
    subgraphNames.map((name) => [
      `SOUK_${name.replaceAll('-', '_').toUpperCase()}_URL`,
      `http://127.0.0.1:${ports.get(name)}/graphql`,
    ]),
  )
  const environmentOf = (name: string): Environment => ({
    ...urls,
    SOUK_PORT: String(ports.get(name)),
    SOUK_DATA_DIR: dataDir,
    SOUK_LOG_LEVEL: 'fatal',
  })
  for (const name of subgraphNames) start(name, [`subgraphs/${name}/src/main.ts`], environmentOf(name))
  start('gateway', ['gateway/src/main.ts', 'gateway'], environmentOf('gateway'))
  return {
    url: `http://127.0.0.1:${ports.get('gateway')}/graphql`,
    startVictim: () => start('orders', ['subgraphs/orders/src/main.ts'], environmentOf('orders')),
    victim: 'orders',
  }
}

async function untilAnswering(client: Client): Promise<void> {
  for (;;) {
    const answer = await client.ask('{ cart { itemCount } }').catch(() => undefined)
    if (answer !== undefined && answer.errors === undefined) return
    await wait(50)
  }
}

type Completed = { result: { __typename: string; code?: string; order?: { id: string; state: string } } }

/** Undefined when the process that should have answered is gone. */
const tryToPay = (buyer: Client, input: object): Promise<Answer<Completed> | undefined> =>
  buyer.ask<Completed>(checkoutComplete, { input }).catch(() => undefined)

async function only<Row>(sql: string): Promise<Row> {
  const { rows } = await database.query(sql)
  return rows[0] as Row
}

test.each([
  ['npm start, in which everything dies', startTogether],
  ['orders, while the other services live on', startApart],
])(
  'kill -9 of %s: each buyer has one order or one reason, and the books agree',
  async (_who, startAll) => {
    const config = readConfig({})
    const keys = await openDevelopmentKeys({
      dataDir,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    })
    const souk = await startAll()
    const as = async (person?: Person): Promise<Client> =>
      openClient(souk.url, person && (await keys.issueTokens([person], new Date()))[0]?.token)
    const anybody = await as(shopper('anybody'))
    await untilAnswering(anybody)
    const shop = await openShop({ as } as Platform, [{ amount: 1_500, stock: unitsCount }])
    const [goods] = shop.goods
    const buyers = await Promise.all(
      Array.from({ length: buyersCount }, (_, index) => as(shopper(`buyer-${index}`))),
    )
    const inputs: object[] = []
    for (const [index, buyer] of buyers.entries()) {
      const checkoutId = await quote(buyer, { offerId: goods?.offerId ?? '' })
      inputs.push(payment(checkoutId, index % 10 === 9 ? 'sandbox-decline' : 'sandbox-approve'))
    }
    const payAll = () => Promise.all(buyers.map((buyer, index) => tryToPay(buyer, inputs[index] ?? {})))

    const kills: number[] = []
    const left: string[] = []
    for (let round = 0; round < killsCount; round += 1) {
      const ms = Math.round(killMsMin + Math.random() * (killMsMax - killMsMin))
      kills.push(ms)
      const paying = payAll()
      await wait(ms)
      await kill(souk.victim)
      left.push(
        ...(
          await database.query<{ step: string }>(
            "SELECT DISTINCT step FROM orders.customer_order WHERE step <> 'DONE'",
          )
        ).rows.map(({ step }) => step),
      )
      await paying
      // As if half a minute had passed: the leases of the dead are over. The job at start and the buyers take up what they left.
      await database.query(
        "UPDATE orders.customer_order SET lease_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' WHERE step <> 'DONE'",
      )
      souk.startVictim()
      await untilAnswering(anybody)
    }
    const told = `killed after ${kills.join(', ')} ms, with orders at ${left.join(', ')}`
    const answers = await payAll()
    expect(
      answers.filter((answer) => answer?.errors !== undefined),
      told,
    ).toEqual([])
    await untilQuiet()

    const outcomes = await payAll()
    for (const outcome of outcomes) {
      const { code, order } = outcome?.data.result ?? {}
      expect(['OUT_OF_STOCK', 'PAYMENT_DECLINED', 'PAID'], told).toContain(code ?? order?.state)
    }
    const paid = outcomes.filter((outcome) => outcome?.data.result.order?.state === 'PAID').length
    expect(await books(), told).toEqual({
      orders: buyersCount,
      unfinished: 0,
      paid,
      captures: paid,
      captured: paid,
      refunds: 0,
      held: 0,
      left: unitsCount - paid,
      ledger: unitsCount - paid,
      unitsSold: paid,
    })
    // Forty-five could pay and there were forty units; a decline may have lent its unit while others asked.
    expect(paid, told).toBeGreaterThan(unitsCount - buyersCount / 10 - 1)
  },
  120_000,
)

/** Until no order is on its way and no event of orders is undelivered. */
async function untilQuiet(): Promise<void> {
  for (;;) {
    const { n } = await only<{ n: number }>(
      `SELECT (SELECT count(*) FROM orders.customer_order WHERE step <> 'DONE')::int +
         (SELECT count(*) FROM orders.outbox_event WHERE delivered_at IS NULL)::int AS n`,
    )
    if (n === 0) return
    await wait(100)
  }
}

const books = () =>
  only<Record<string, number>>(`SELECT
    (SELECT count(*)::int FROM orders.customer_order) AS orders,
    (SELECT count(*)::int FROM orders.customer_order WHERE step <> 'DONE' OR state NOT IN ('PAID', 'CANCELLED')) AS unfinished,
    (SELECT count(*)::int FROM orders.customer_order WHERE state = 'PAID') AS paid,
    (SELECT coalesce(sum(captures), 0)::int FROM orders.sandbox_charge) AS captures,
    (SELECT count(*)::int FROM orders.sandbox_charge c JOIN orders.customer_order o ON o.id = c.reference
      WHERE c.captures = 1 AND o.state = 'PAID') AS captured,
    (SELECT count(*)::int FROM orders.sandbox_refund) AS refunds,
    (SELECT sum(held)::int FROM products.sku_stock) AS held,
    (SELECT sum(on_hand)::int FROM products.sku_stock) AS left,
    (SELECT sum(on_hand_delta)::int FROM products.stock_movement) AS ledger,
    (SELECT sum(units_sold)::int FROM products.product) AS "unitsSold"`)

/** Stopping and health, in this process: what /ready says and why, and how a server is drained. */
import { Agent, request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { type TestGateway, type TestSubgraph, testGateway, testSubgraph } from '../testing/test-gateway.ts'

const opened: TestGateway[] = []

afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function open(
  subgraphs: readonly TestSubgraph[],
  environment: Readonly<Record<string, string>> = {},
): Promise<TestGateway> {
  const gateway = await testGateway(subgraphs, environment, {
    ownership: { keyOnly: [], allowsSharedFields: true },
  })
  opened.push(gateway)
  return gateway
}

/** A subgraph that says what it is told to when it is asked whether it is ready. */
function subgraph(name: string, state: { isUp: boolean; asked: number }): TestSubgraph {
  const made = testSubgraph(name, `type Query { ${name}: Int }`, { Query: { [name]: () => 1 } })
  const ready = (): Promise<boolean> => {
    state.asked += 1
    return Promise.resolve(state.isUp)
  }
  return { ...made, transport: { ...made.transport, ready } }
}

const up = () => ({ isUp: true, asked: 0 })
const down = () => ({ isUp: false, asked: 0 })

test('a gateway with one subgraph of two down is ready, and says which one is down', async () => {
  const gateway = await open([subgraph('shop', up()), subgraph('stock', down())])
  const { url } = await gateway.listen()
  const response = await fetch(`${url}/ready`)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ ready: true, subgraphs: { shop: 'up', stock: 'down' } })
})

test('a gateway of which no subgraph is up is not ready', async () => {
  const gateway = await open([subgraph('shop', down()), subgraph('stock', down())])
  const { url } = await gateway.listen()
  const response = await fetch(`${url}/ready`)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ ready: false, because: 'No subgraph is up.' })
})

test('a gateway is not ready while a subgraph is down that the settings require', async () => {
  const gateway = await open([subgraph('shop', up()), subgraph('stock', down())], {
    SOUK_REQUIRED_SUBGRAPHS: 'shop, stock, gone',
  })
  expect(await gateway.readiness()).toEqual({
    ready: false,
    because: 'Required and not up: stock, gone.',
    subgraphs: { shop: 'up', stock: 'down' },
  })
})

test('who asks /ready a hundred times has each subgraph asked once', async () => {
  const state = up()
  const gateway = await open([subgraph('shop', state)], { SOUK_READY_FRESH_MS: '600000' })
  const { url } = await gateway.listen()
  await Promise.all(Array.from({ length: 100 }, () => fetch(`${url}/ready`)))
  expect(state.asked).toBe(1)
})

test('in production /ready tells the public no name of a subgraph', async () => {
  const gateway = await open([subgraph('shop', up()), subgraph('stock', down())], {
    SOUK_MODE: 'production',
    SOUK_VIEWER_SECRET: 'a secret for tests that is long enough',
    SOUK_JWKS_URL: 'http://127.0.0.1:1/jwks',
  })
  const { url } = await gateway.listen()
  expect(await (await fetch(`${url}/ready`)).json()).toEqual({ ready: true })
})

test('a gateway that is stopping is not ready from that moment, and says so', async () => {
  const gateway = await open([subgraph('shop', up())])
  await gateway.listen()
  expect(await gateway.ready()).toBe(true)
  const closed = gateway.close()
  expect(await gateway.readiness()).toEqual({ ready: false, because: 'The gateway is stopping.' })
  await closed
})

test('a connection that is idle when the gateway stops has one more request answered, and is told to close', async () => {
  const gateway = await open([subgraph('shop', up())], { SOUK_DRAIN_IDLE_MS: '5000' })
  const { url } = await gateway.listen()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const first = await ask(url, agent)
  const closed = gateway.close()
  const second = await ask(url, agent)
  expect([first.connection, second.connection]).toEqual(['keep-alive', 'close'])
  expect(second.localPort, 'the same connection').toBe(first.localPort)
  expect(second.status).toBe(200)
  await closed
})

test('a connection that stays idle does not hold the gateway up until the end of its drain', async () => {
  const gateway = await open([subgraph('shop', up())], {
    SOUK_DRAIN_IDLE_MS: '20',
    SOUK_DRAIN_MS_MAX: '600000',
  })
  const { url } = await gateway.listen()
  await ask(url, new Agent({ keepAlive: true, maxSockets: 1 }))
  await gateway.close()
})

type Answered = { readonly status: number; readonly connection: string; readonly localPort: number }

async function ask(url: string, agent: Agent): Promise<Answered> {
  const answered = Promise.withResolvers<Answered>()
  let localPort = 0
  request(`${url}/graphql`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
    .on('error', answered.reject)
    .on('socket', (socket) => {
      if (socket.localPort !== undefined) localPort = socket.localPort
      else socket.once('connect', () => void (localPort = socket.localPort ?? 0))
    })
    .on('response', (response) => {
      const { statusCode: status = 0, headers } = response
      response.resume().on('end', () => {
        answered.resolve({ status, connection: String(headers.connection), localPort })
      })
    })
    .end('{"query":"{ shop }"}')
  return await answered.promise
}

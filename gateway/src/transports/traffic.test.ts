/** Traffic as a whole gateway has it: per subgraph, over changes of the graph, and bounded where a subgraph hangs. */
import { Fault, type SubgraphRequest, type SubgraphResponse } from '@souk/contracts'
import { expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { trafficLimits } from './traffic-limits.ts'

const shopSdl = 'type Query { shop(id: ID): String }'
const newsSdl = 'type Query { news: String }'
const shop = () => testSubgraph('shop', shopSdl, { Query: { shop: () => 'open' } })
const news = () => testSubgraph('news', newsSdl, { Query: { news: () => 'none' } })
const unavailable = (): Promise<SubgraphResponse> =>
  Promise.reject(new Fault('SUBGRAPH_UNAVAILABLE', 'away', { retry: true }))

test('a subgraph has its own limits where they are set, and those of all where not', () => {
  const config = readConfig({ SOUK_SUBGRAPH_MS_MAX: '700', SOUK_SHARED_CALLS: 'off' })
  const overrides = { slow: { msMax: 9_000, sharesCalls: true } }
  expect(trafficLimits({ name: 'slow', isRemote: true }, config, overrides)).toMatchObject({
    msMax: 9_000,
    retriesMax: 2,
    callsMax: 128,
    sharesCalls: true,
  })
  expect(trafficLimits({ name: 'other', isRemote: true }, config, overrides)).toMatchObject({
    msMax: 700,
    sharesCalls: false,
  })
})

test('a subgraph in this process is not tried again, unless that is set for it', async () => {
  const [flaky, again] = [shop(), news()]
  flaky.answerWith = unavailable
  again.answerWith = () => (again.calls.length === 1 ? unavailable() : undefined)
  await using gateway = await testGateway([flaky, again], {}, { traffic: { news: { retriesMax: 1 } } })
  expect(await gateway.ask('{ shop news }')).toMatchObject({
    data: { shop: null, news: 'none' },
    errors: [{ path: ['shop'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  })
  expect([flaky.calls.length, again.calls.length]).toEqual([1, 2])
})

test('a subgraph that has an address is tried again', async () => {
  const flaky = shop()
  flaky.answerWith = () => (flaky.calls.length < 3 ? unavailable() : undefined)
  await using gateway = await testGateway([{ ...flaky, url: 'http://shop.test/' }])
  expect(await gateway.ask('{ shop }')).toMatchObject({ data: { shop: 'open' } })
  expect(gateway.trafficCounts().get('shop')).toMatchObject({ asked: 1, sent: 3, retried: 2 })
})

test('a circuit that is open stays so over a change of the graph, and costs its own fields alone', async () => {
  const [dead, alive] = [shop(), news()]
  dead.answerWith = unavailable
  await using gateway = await testGateway([dead, alive], { SOUK_SUBGRAPH_BREAKER_CALLS_MIN: '3' })
  for (let at = 0; at < 3; at += 1) await gateway.ask('{ shop }')
  const refused = {
    status: 200,
    data: { shop: null, news: 'none' },
    errors: [{ path: ['shop'], extensions: { code: 'GW_SUBGRAPH_CIRCUIT_OPEN' } }],
  }
  expect(await gateway.ask('{ shop news }')).toMatchObject(refused)
  await gateway.swap({ subgraphs: [dead, { ...alive }] })
  expect(await gateway.ask('{ shop news }')).toMatchObject(refused)
  expect(dead.calls).toHaveLength(3)
  expect(gateway.trafficCounts().get('shop')).toMatchObject({ breaker: 'open', refusedByBreaker: 2 })
})

test('a subgraph that hangs keeps fewer requests waiting than may be in flight, and others are served', async () => {
  const [hung, alive] = [shop(), news()]
  const released = Promise.withResolvers<SubgraphResponse>()
  hung.answerWith = () => released.promise
  const config = readConfig({})
  const held = config.subgraphCallsMax + config.subgraphQueueMax
  expect(held * 2).toBeLessThan(config.requestsInFlightMax)
  // A busy machine may need more than a second to send them all.
  await using gateway = await testGateway([hung, alive], { SOUK_SUBGRAPH_QUEUE_MS_MAX: '10000' })
  const query = 'query($id: ID) { shop(id: $id) }'
  let answered = 0
  const clients = Array.from({ length: held + 50 }, (_none, id) =>
    gateway.ask(query, { variables: { id } }).finally(() => (answered += 1)),
  )
  // Those that found no room to wait are answered while all others are held.
  while (answered < 50) await new Promise((resolve) => setImmediate(resolve))
  expect(gateway.trafficCounts().get('shop')).toMatchObject({
    inFlight: config.subgraphCallsMax,
    waiting: config.subgraphQueueMax,
    refusedByQueue: 50,
  })
  expect(await gateway.ask('{ news }')).toEqual({ status: 200, data: { news: 'none' } })
  expect(answered).toBe(50)
  released.resolve({ data: { shop: 'open' } })
  const codes = (await Promise.all(clients)).flatMap(({ errors = [] }) => errors.map(codeOf))
  expect(codes).toEqual(Array.from({ length: 50 }, () => 'GW_SUBGRAPH_BUSY'))
})

test('what goes on to a subgraph keeps callers apart who differ in it alone', async () => {
  const asked: SubgraphRequest[] = []
  const released = Promise.withResolvers<void>()
  const echo = shop()
  echo.answerWith = async (request) => {
    asked.push(request)
    await released.promise
    return { data: { shop: request.headers?.authorization ?? 'nobody' } }
  }
  await using gateway = await testGateway(
    [echo],
    {},
    { forwarding: [{ forward: 'X-Session', as: 'Authorization' }] },
  )
  const sessions = ['one', 'two', 'one', undefined]
  const clients = sessions.map((session) =>
    gateway.ask('{ shop }', { headers: session === undefined ? {} : { 'x-session': session } }),
  )
  while (asked.length < 3) await new Promise((resolve) => setImmediate(resolve))
  released.resolve()
  expect((await Promise.all(clients)).map(({ data }) => data)).toEqual([
    { shop: 'one' },
    { shop: 'two' },
    { shop: 'one' },
    { shop: 'nobody' },
  ])
  expect(asked).toHaveLength(3)
})

const codeOf = ({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): unknown =>
  extensions.code

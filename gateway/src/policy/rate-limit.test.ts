/** Budgets: who pays, what is left, when they are full again, and what happens when nobody keeps them. */
import type { Viewer } from '@souk/contracts'
import { expect, test } from 'vitest'
import { clientAddress, networkOf } from './rate-limit-address.ts'
import { memoryRateLimiter } from './rate-limit-memory.ts'
import { type Asking, createRates } from './rate-limit-operation.ts'
import type { RateLimiter } from './rate-limiter.ts'

const budgets = { rateViewerCost: 600, rateAddressCost: 300, rateAppCost: 1_200 }
const ann: Viewer = { kind: 'user', userId: 'ann', scopes: [], shopIds: [] }
const bob: Viewer = { ...ann, userId: 'bob' }
const nobody: Viewer = { kind: 'anonymous', scopes: [] }
const asking = (given: Partial<Asking>): Asking => ({
  viewer: ann,
  app: undefined,
  address: '192.0.2.1',
  headers: {},
  ...given,
})

function open({ bucketsMax = 100 }: { readonly bucketsMax?: number } = {}) {
  let nowMs = 0
  const limiter = memoryRateLimiter({ monotonicMs: () => nowMs }, { bucketsMax })
  const faults: unknown[] = []
  const rates = createRates({ limiter, budgets, onFault: (error) => faults.push(error) })
  return { ...rates, limiter, faults, pass: (seconds: number) => void (nowMs += seconds * 1000) }
}

test('a viewer spends a budget, is refused when it is empty, and has it back little by little', async () => {
  const { charge, pass } = open()
  const first = await charge(asking({}), 500)
  expect(first.headers()).toEqual({
    'ratelimit-policy': '"viewer";q=600;w=60;qu="cost"',
    ratelimit: '"viewer";r=100;t=50',
  })
  await expect(charge(asking({}), 200)).rejects.toMatchObject({
    code: 'GW_RATE_LIMITED',
    message: 'The operation costs 200, and 100 of 600 a minute are left for this viewer. Try again in 10 s.',
    details: { limit: 600, value: 200, left: 100, retryAfterSeconds: 10, headers: { 'retry-after': '10' } },
  })
  pass(9)
  await expect(charge(asking({}), 200)).rejects.toMatchObject({ details: { retryAfterSeconds: 1 } })
  pass(1)
  expect((await charge(asking({}), 200)).headers().ratelimit).toBe('"viewer";r=0;t=60')
  pass(600)
  expect((await charge(asking({}), 1)).headers().ratelimit).toBe('"viewer";r=599;t=1')
})

test('one viewer does not spend the budget of another', async () => {
  const { charge } = open()
  await charge(asking({}), 600)
  await expect(charge(asking({}), 1)).rejects.toMatchObject({ code: 'GW_RATE_LIMITED' })
  await expect(charge(asking({ viewer: bob }), 600)).resolves.toBeDefined()
})

test('anonymous viewers of one address share a budget', async () => {
  const { charge } = open()
  await charge(asking({ viewer: nobody }), 300)
  await expect(charge(asking({ viewer: nobody }), 1)).rejects.toThrow('left for this address')
  await expect(charge(asking({ viewer: nobody, address: '192.0.2.2' }), 300)).resolves.toBeDefined()
})

test('all viewers of an app spend its budget, and nothing is taken from a viewer when the app has none', async () => {
  const { charge } = open()
  const headers = { 'x-souk-app': 'ios' }
  await charge(asking({ headers }), 600)
  await charge(asking({ headers, viewer: bob }), 600)
  const cyd: Viewer = { ...ann, userId: 'cyd' }
  await expect(charge(asking({ headers, viewer: cyd }), 5)).rejects.toThrow(
    '0 of 1200 a minute are left for this app',
  )
  expect((await charge(asking({ viewer: cyd }), 600)).headers().ratelimit).toBe('"viewer";r=0;t=60')
})

test('an app that a token names is not the one that only says the same name', async () => {
  const { charge } = open()
  await charge(asking({ headers: { 'x-souk-app': 'ios' } }), 600)
  await charge(asking({ viewer: bob, headers: { 'x-souk-app': 'ios' } }), 600)
  const cyd: Viewer = { ...ann, userId: 'cyd' }
  const charged = await charge(asking({ viewer: cyd, app: 'ios', headers: { 'x-souk-app': 'other' } }), 100)
  expect(charged.headers().ratelimit).toBe('"viewer";r=500;t=10, "app";r=1100;t=5')
})

test('a name of an app that is no name is passed over', async () => {
  const { charge } = open()
  const charged = await charge(asking({ headers: { 'x-souk-app': 'x'.repeat(65) } }), 1)
  expect(charged.headers().ratelimit).toBe('"viewer";r=599;t=1')
})

test('what an operation really cost is what is taken in the end, and a budget never falls below nothing', async () => {
  const { charge } = open()
  const cheap = await charge(asking({}), 500)
  await cheap.settle(20)
  expect(cheap.headers().ratelimit).toBe('"viewer";r=580;t=2')
  const dear = await charge(asking({}), 10)
  await dear.settle(100_000)
  expect(dear.headers().ratelimit).toBe('"viewer";r=0;t=60')
})

test('an operation takes one at least, and one that costs more than a budget holds takes a full one', async () => {
  const { charge } = open()
  expect((await charge(asking({}), 0)).headers().ratelimit).toBe('"viewer";r=599;t=1')
  await expect(charge(asking({}), 5_000)).rejects.toThrow('The operation costs 600, and 599 of 600')
  const full = await charge(asking({ viewer: bob }), 5_000)
  await full.settle(5_000)
  expect(full.headers().ratelimit).toBe('"viewer";r=0;t=60')
})

test('with more clients than are kept the one not seen for longest starts anew', async () => {
  const { charge } = open({ bucketsMax: 2 })
  await charge(asking({ viewer: ann }), 600)
  await charge(asking({ viewer: bob }), 600)
  await expect(charge(asking({ viewer: ann }), 1)).rejects.toMatchObject({ code: 'GW_RATE_LIMITED' })
  await charge(asking({ viewer: { ...ann, userId: 'cyd' } }), 600)
  await expect(charge(asking({ viewer: ann }), 1)).rejects.toMatchObject({ code: 'GW_RATE_LIMITED' })
  await expect(charge(asking({ viewer: bob }), 1)).resolves.toBeDefined()
})

test('a store of budgets that is down lets operations pass and is told of', async () => {
  const faults: unknown[] = []
  const down = new Error('No connection.')
  const limiter: RateLimiter = { take: () => Promise.reject(down), settle: () => Promise.reject(down) }
  const rates = createRates({ limiter, budgets, onFault: (error) => faults.push(error) })
  const charged = await rates.charge(asking({}), 1)
  await charged.settle(5)
  expect(charged.headers()).toEqual({})
  expect(faults).toEqual([down])
})

test('a store that goes down on the way keeps what it said last', async () => {
  const { limiter } = open()
  const rates = createRates({
    limiter: { ...limiter, settle: () => Promise.reject(new Error('No connection.')) },
    budgets,
    onFault: () => {},
  })
  const charged = await rates.charge(asking({}), 100)
  await charged.settle(5)
  expect(charged.headers().ratelimit).toBe('"viewer";r=500;t=10')
})

test.each([
  ['without proxies nothing that a client says is believed', '10.0.0.1', '6.6.6.6', 0, '10.0.0.1'],
  ['behind one proxy it is the last address that counts', '10.0.0.1', '6.6.6.6, 192.0.2.9', 1, '192.0.2.9'],
  ['behind two it is the one before', '10.0.0.1', '6.6.6.6, 192.0.2.9, 10.0.0.2', 2, '192.0.2.9'],
  ['with fewer addresses than proxies it is the first', '10.0.0.1', '192.0.2.9', 3, '192.0.2.9'],
  ['a proxy that adds nothing is the client', '10.0.0.1', undefined, 1, '10.0.0.1'],
])('%s', (...[, connection, forwardedFor, proxies, address]) => {
  expect(clientAddress(connection, forwardedFor, proxies)).toBe(address)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('the address %s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

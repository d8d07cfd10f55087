/** Subscriptions through a gateway: what each event comes to, who shares one, and how they end. */
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { testEvents, type TestEvents } from '../testing/test-events.ts'
import { testGateway, testSubgraph, type TestSubgraph, testViewerSecret } from '../testing/test-gateway.ts'

type Sale = {
  readonly count: number | null | (() => never)
  readonly product: { readonly id: string } | null
}

let events: TestEvents<{ readonly sold: Sale }>

function shop(): TestSubgraph {
  events = testEvents()
  return testSubgraph(
    'shop',
    `type Query { one: Int }
     type Subscription {
       sold(shop: ID, places: [Int!] = [1]): Sale
       counted: Int!
       mine: Int @authenticated
     }
     type Sale { count: Int product: Product }
     type Product @key(fields: "id") { id: ID! }`,
    {
      Subscription: {
        sold: { subscribe: () => events.subscribe() },
        counted: {
          subscribe: () => {
            throw new Error('Nothing is counted today.')
          },
        },
        mine: { subscribe: () => events.subscribe() },
      },
    },
  )
}

const catalogue = (): TestSubgraph =>
  testSubgraph(
    'catalogue',
    'type Query { two: Int } type Product @key(fields: "id") { id: ID! title: String price(in: String): Int }',
    {
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id, title: `The ${id}` }),
        price: (_product: unknown, { in: currency }: { in?: string }) => (currency === 'EUR' ? 2 : 1),
      },
    },
  )

const sale = (id: string, count = 1) => ({ sold: { count, product: { id } } })
const query = 'subscription { sold { count product { title } } }'
const answer = (id: string, count = 1) => ({ data: { sold: { count, product: { title: `The ${id}` } } } })
const over = { done: true, value: undefined }

afterEach(() => void vi.useRealTimers())

test('each event is answered with what other subgraphs have of its entities', async () => {
  const [sold, titles] = [shop(), catalogue()]
  await using gateway = await testGateway([sold, titles])
  const answers = gateway.subscribe(query)
  const first = answers.next()
  await events.untilOpen(1)
  events.push(sale('chair'), sale('table', 2))
  expect(await first).toEqual({ done: false, value: answer('chair') })
  expect((await answers.next()).value).toEqual(answer('table', 2))
  events.push({ sold: { count: 3, product: null } })
  expect((await answers.next()).value).toEqual({ data: { sold: { count: 3, product: null } } })
  events.end()
  expect(await answers.next()).toEqual(over)
  expect(sold.calls).toHaveLength(1)
  expect(titles.calls).toHaveLength(2)
})

test('the source is planned as one fetch, and the entities after it', async () => {
  await using gateway = await testGateway([shop(), catalogue()])
  expect(await gateway.explain(query)).toMatchInlineSnapshot(`
    "subscription, 2 fetches
    1  fetch shop  subscription { sold { count product { id } } }
    2 after 1  fetch catalogue  Product(id) at sold.product -> { ... on Product { title } }"
  `)
})

test('what comes after what another subgraph answered waits for it', async () => {
  const stock = testSubgraph(
    'stock',
    'type Query { two: Int } type Product @key(fields: "id") { id: ID! shelf: Shelf } type Shelf @key(fields: "id") { id: ID! }',
    { Product: { __resolveReference: ({ id }: { id: string }) => ({ id, shelf: { id: `${id}-shelf` } }) } },
  )
  const halls = testSubgraph(
    'halls',
    'type Query { three: Int } type Shelf @key(fields: "id") { id: ID! hall: String }',
    { Shelf: { __resolveReference: ({ id }: { id: string }) => ({ id, hall: `the hall of ${id}` }) } },
  )
  await using gateway = await testGateway([shop(), stock, halls])
  const answers = gateway.subscribe('subscription { sold { product { shelf { hall } } } }')
  const first = answers.next()
  await events.untilOpen(1)
  events.push(sale('chair'))
  expect((await first).value).toEqual({
    data: { sold: { product: { shelf: { hall: 'the hall of chair-shelf' } } } },
  })
  await answers.return()
})

test('aliases, arguments, variables and conditions mean what they mean in a query', async () => {
  const sold = shop()
  await using gateway = await testGateway([sold, catalogue()])
  const answers = gateway.subscribe(
    `subscription A($shop: ID, $places: [Int!], $currency: String!, $more: Boolean!) {
      mine: sold(shop: $shop, places: $places) { what: product { price(in: $currency) title @include(if: $more) } }
    }`,
    { variables: { shop: 's1', currency: 'EUR', more: false } },
  )
  const first = answers.next()
  await events.untilOpen(1)
  events.push(sale('chair'))
  expect((await first).value).toEqual({ data: { mine: { what: { price: 2 } } } })
  expect(sold.calls[0]).toMatchObject({
    query: expect.stringContaining('sold(shop: $shop, places: $places)'),
    variables: { shop: 's1' },
  })
  await answers.return()
})

test('an error in an event is in the answer to that event, and the next one is whole', async () => {
  await using gateway = await testGateway([shop(), catalogue()])
  const answers = gateway.subscribe(query)
  const first = answers.next()
  await events.untilOpen(1)
  const count = (): never => {
    throw new Error('Nobody counted.')
  }
  events.push({ sold: { count, product: { id: 'chair' } } }, sale('table'))
  expect((await first).value).toMatchObject({
    data: { sold: { count: null, product: { title: 'The chair' } } },
    errors: [{ path: ['sold', 'count'], extensions: { code: 'INTERNAL' } }],
  })
  expect((await answers.next()).value).toEqual(answer('table'))
  await answers.return()
})

test('a subgraph that does not answer in time for one event is asked for the next', async () => {
  const titles = catalogue()
  titles.answerWith = (_request, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  await using gateway = await testGateway([shop(), titles], { SOUK_SUBSCRIPTION_EVENT_MS_MAX: '20' })
  const answers = gateway.subscribe(query)
  const first = answers.next()
  await events.untilOpen(1)
  events.push(sale('chair'))
  expect((await first).value).toMatchObject({
    data: { sold: { count: 1, product: { title: null } } },
    errors: [{ path: ['sold', 'product', 'title'], extensions: { code: 'DEADLINE_EXCEEDED' } }],
  })
  titles.answerWith = undefined
  events.push(sale('table'))
  expect((await answers.next()).value).toEqual(answer('table'))
  await answers.return()
})

test('the viewer is signed anew for an event that comes long after the subscription began', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const titles = catalogue()
  await using gateway = await testGateway([shop(), titles])
  const answers = gateway.subscribe(query)
  const first = answers.next()
  await events.untilOpen(1)
  vi.setSystemTime(Date.now() + 3_600_000)
  events.push(sale('chair'))
  await first
  const { exp = 0 } = decodeJwt(titles.calls[0]?.viewerToken ?? '')
  expect(exp * 1000).toBeGreaterThan(Date.now())
  await answers.return()
})

test('who asks the same shares one subscription, and who comes later gets what comes from then on', async () => {
  const sold = shop()
  await using gateway = await testGateway([sold, catalogue()])
  const [one, other] = [gateway.subscribe(query), gateway.subscribe(query)]
  const first = one.next()
  await events.untilOpen(1)
  events.push(sale('chair'))
  await first
  const second = [one.next(), other.next()]
  await new Promise(setImmediate)
  events.push(sale('table'))
  expect((await Promise.all(second)).map(({ value }) => value)).toEqual([answer('table'), answer('table')])
  expect(sold.calls).toHaveLength(1)
  await one.return()
  events.push(sale('lamp'))
  expect((await other.next()).value).toEqual(answer('lamp'))
  await other.return()
  await events.untilOpen(0)
})

test('a header that is passed on keeps subscriptions apart, for another one reads what it was meant for', async () => {
  const sold = shop()
  const forwarding = [{ forward: 'x-tenant' }]
  await using gateway = await testGateway([sold, catalogue()], {}, { forwarding })
  const tenants = ['north', 'south'].map((tenant) =>
    gateway.subscribe(query, { headers: { 'x-tenant': tenant } }),
  )
  const first = tenants.map((answers) => answers.next())
  await events.untilOpen(2)
  events.push(sale('chair'))
  await Promise.all(first)
  expect(sold.calls.map(({ headers }) => headers)).toEqual([{ 'x-tenant': 'north' }, { 'x-tenant': 'south' }])
  for (const answers of tenants) await answers.return()
})

test('a client that goes away ends its subscription, also while nothing happens', async () => {
  await using gateway = await testGateway([shop(), catalogue()])
  const gone = new AbortController()
  const next = gateway.subscribe(query, { signal: gone.signal }).next()
  await events.untilOpen(1)
  gone.abort()
  await events.untilOpen(0)
  await next.catch(() => undefined)
})

test('a source that is lost ends the subscription with one last answer that says so', async () => {
  await using gateway = await testGateway([shop(), catalogue()])
  const answers = gateway.subscribe(query)
  const first = answers.next()
  await events.untilOpen(1)
  events.push(sale('chair'))
  events.fail(new Error('The database is gone.'))
  expect((await first).value).toEqual(answer('chair'))
  const { value } = await answers.next()
  expect(value).toMatchObject({ errors: [{ extensions: { code: 'GW_SUBSCRIPTION_LOST' } }] })
  expect(value).not.toHaveProperty('data')
  expect(await answers.next()).toEqual(over)
})

test('a subscription that its subgraph refuses has one answer, with the errors and without data', async () => {
  await using gateway = await testGateway([shop(), catalogue()])
  const answers = gateway.subscribe('subscription { counted }')
  const { value } = await answers.next()
  expect(value).toMatchObject({ errors: [{ path: ['counted'], extensions: { code: 'INTERNAL' } }] })
  expect(value).not.toHaveProperty('data')
  expect(await answers.next()).toEqual(over)
})

test('a subscription that the viewer may not read is refused, and its subgraph is not asked', async () => {
  const sold = shop()
  await using gateway = await testGateway([sold, catalogue()])
  const answers = gateway.subscribe('subscription { mine }')
  expect((await answers.next()).value).toEqual({
    errors: [
      expect.objectContaining({
        path: ['mine'],
        extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      }),
    ],
  })
  expect(await answers.next()).toEqual(over)
  expect(sold.calls).toEqual([])
})

test('a subscription ends when the token expires that it was asked with', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] },
    viewerSecret: testViewerSecret,
  }
  await using gateway = await testGateway([shop(), catalogue()], {}, { keys })
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  const token = await new SignJWT({ sub: 'u1', iss: 'souk', aud: 'souk-gateway' })
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('1h')
    .sign(privateKey)
  const headers = { authorization: `Bearer ${token}` }
  const answers = gateway.subscribe('subscription { mine }', { headers })
  const first = answers.next()
  await events.untilOpen(1)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect((await first).value).toMatchObject({ errors: [{ extensions: { code: 'GW_BAD_TOKEN' } }] })
  await events.untilOpen(0)
})

test('where one answer is all that can be sent, a subscription is refused with how to ask for it', async () => {
  await using gateway = await testGateway([shop(), catalogue()])
  expect(await gateway.ask(query)).toMatchObject({
    errors: [
      {
        message: 'A subscription has more than one answer. Accept text/event-stream, or use a WebSocket.',
        extensions: { code: 'GW_SUBSCRIPTION_NOT_SERVED' },
      },
    ],
  })
})

test.each([
  ['two root fields', 'subscription { sold { count } mine }'],
  ['a condition at its root', 'subscription($yes: Boolean!) { sold @include(if: $yes) { count } }'],
  ['a condition around its root', 'subscription($yes: Boolean!) { ... @skip(if: $yes) { sold { count } } }'],
  [
    'a condition in a fragment of its root',
    'subscription($yes: Boolean!) { ...A } fragment A on Subscription { ...A sold @skip(if: $yes) { count } }',
  ],
  ['the type of its root', 'subscription { __typename }'],
])('a subscription with %s is not valid', async (_what, source) => {
  await using gateway = await testGateway([shop(), catalogue()])
  const { value } = await gateway.subscribe(source, { variables: { yes: true } }).next()
  expect(value).toMatchObject({ errors: [{ extensions: { code: 'GW_VALIDATION_FAILED' } }] })
})

test('a subgraph without subscriptions is the same as one that is lost', async () => {
  const { transport, ...sold } = shop()
  const { subscribe: _none, ...queriesOnly } = transport
  await using gateway = await testGateway([{ ...sold, transport: queriesOnly }, catalogue()])
  expect((await gateway.subscribe(query).next()).value).toMatchObject({
    errors: [{ extensions: { code: 'GW_SUBSCRIPTION_LOST' } }],
  })
})

test('no more different subscriptions are opened to a subgraph than are allowed', async () => {
  await using gateway = await testGateway([shop(), catalogue()], { SOUK_SUBSCRIPTION_SOURCES_MAX: '1' })
  const [one, same] = [gateway.subscribe(query), gateway.subscribe(query)]
  const first = [one.next(), same.next()]
  await events.untilOpen(1)
  const { value } = await gateway.subscribe('subscription { sold { count } }').next()
  expect(value).toMatchObject({
    errors: [
      { message: expect.stringContaining('At most 1 '), extensions: { code: 'GW_SUBSCRIPTIONS_FULL' } },
    ],
  })
  events.push(sale('chair'))
  await Promise.all(first)
  await Promise.all([one.return(), same.return()])
})

test('a reader that is too slow is told so and ended, and the others go on', async () => {
  await using gateway = await testGateway([shop(), catalogue()], {
    SOUK_SUBSCRIPTION_EVENTS_BUFFERED_MAX: '2',
  })
  const [slow, quick] = [gateway.subscribe(query), gateway.subscribe(query)]
  const first = [slow.next(), quick.next()]
  await events.untilOpen(1)
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    events.push(sale(id))
    expect((await (id === 'a' ? first[1] : quick.next()))?.value).toEqual(answer(id))
  }
  let last: unknown = (await first[0])?.value
  for await (const one of slow) last = one
  expect(last).toMatchObject({
    errors: [
      {
        message: expect.stringContaining('2 were waiting'),
        extensions: { code: 'GW_SUBSCRIPTION_TOO_SLOW' },
      },
    ],
  })
  events.push(sale('h'))
  expect((await quick.next()).value).toEqual(answer('h'))
  await quick.return()
})

test('a subscription on a graph that was replaced goes on for a while, and then is told to begin anew', async () => {
  const [sold, titles] = [shop(), catalogue()]
  await using gateway = await testGateway([sold, titles], { SOUK_SWAP_DRAIN_MS_MAX: '1' })
  const answers = gateway.subscribe(query)
  const first = answers.next()
  await events.untilOpen(1)
  const { drained } = await gateway.swap({ subgraphs: [sold, titles] })
  expect((await first).value).toMatchObject({ errors: [{ extensions: { code: 'GW_SUBSCRIPTION_LOST' } }] })
  expect(await answers.next()).toEqual(over)
  await drained
  await events.untilOpen(0)
})

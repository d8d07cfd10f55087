/** The one line that the log has for a request: what it says at three in the morning, and what it never says. */
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type TestGateway, testGateway, type TestSubgraph, testSubgraph } from '../testing/test-gateway.ts'

type Line = Readonly<Record<string, unknown>>

const shop = (): TestSubgraph =>
  testSubgraph(
    'shop',
    `type Query { product(id: ID): Product fails: Int } type Subscription { tick: Int }
     type Product @key(fields: "id") { id: ID! name: String }`,
    {
      Query: {
        product: () => ({ id: '1', name: 'Lantern' }),
        fails: () => Promise.reject(new Error('password is 1234')),
      },
      Subscription: {
        tick: {
          async *subscribe() {
            yield { tick: 1 }
            yield { tick: 2 }
          },
        },
      },
    },
  )
const stock = (): TestSubgraph =>
  testSubgraph('stock', 'type Product @key(fields: "id") { id: ID! left: Int }', {
    Product: { __resolveReference: ({ id }: { id: string }) => ({ id, left: 3 }) },
  })

async function logged(
  subgraphs: readonly TestSubgraph[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly gateway: TestGateway; readonly lines: Line[] }> {
  const lines: Line[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Line)
      done()
    },
  })
  const logger = pino({ base: null, timestamp: false }, stream)
  const ownership = { keyOnly: [], allowsSharedFields: true }
  return { gateway: await testGateway(subgraphs, environment, { ownership, logger }), lines }
}

test('a query is one line: who, what, how much and how long, and nothing that its client sent but its name', async () => {
  const { gateway, lines } = await logged([shop(), stock()])
  await gateway.ask('query Look($id: ID) { product(id: $id) { name left } }', {
    variables: { id: 'secret-variable' },
    headers: { 'x-request-id': 'secret-header', 'user-agent': 'secret-agent' },
  })
  expect(lines).toEqual([
    {
      level: 30,
      msg: 'request',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      operation: 'Look',
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      kind: 'query',
      viewer: 'anonymous',
      status: 200,
      cost: expect.any(Number),
      fetches: 2,
      errors: 0,
      durationMs: expect.any(Number),
    },
  ])
  expect(JSON.stringify(lines)).not.toContain('secret')
  await gateway.close()
})

test('what is refused says its code, and is no error of ours', async () => {
  const { gateway, lines } = await logged([shop()])
  await gateway.ask('query Wrong { nothing }')
  await gateway.execute({ body: 'not JSON' })
  expect(lines).toMatchObject([
    { level: 30, isRefused: true, codes: ['GW_VALIDATION_FAILED'] },
    { level: 30, isRefused: true, codes: ['GW_BAD_REQUEST'] },
  ])
  await gateway.close()
})

test('the codes of an answer are named once each, and what a subgraph said is not in the line', async () => {
  const { gateway, lines } = await logged([shop()])
  await gateway.ask('{ a: fails b: fails }')
  expect(lines).toMatchObject([{ level: 30, status: 200, errors: 2, codes: [expect.any(String)] }])
  expect(JSON.stringify(lines)).not.toContain('1234')
  await gateway.close()
})

test('a subscription is one line, at its end', async () => {
  const { gateway, lines } = await logged([shop()], { SOUK_SLOW_REQUEST_MS: '1' })
  const reading = gateway.subscribe('subscription Ticks { tick }')
  await reading.next()
  expect(lines).toEqual([])
  for await (const _ of reading);
  expect(lines).toMatchObject([
    { level: 30, msg: 'request', operation: 'Ticks', kind: 'subscription', status: 200 },
  ])
  await gateway.close()
})

test('a slow request is a warning that names its slowest fetches', async () => {
  const late = shop()
  const answer = Promise.withResolvers<object>()
  late.answerWith = () => answer.promise
  const { gateway, lines } = await logged([late, stock()], { SOUK_SLOW_REQUEST_MS: '20' })
  const asked = gateway.ask('{ product { name left } }')
  setTimeout(
    () => answer.resolve({ data: { product: { __typename: 'Product', id: '1', name: 'Lantern' } } }),
    40,
  )
  await asked
  expect(lines).toMatchObject([{ level: 40, msg: 'slow request', fetches: 2 }])
  expect(lines[0]?.slowest).toEqual([
    { subgraph: 'shop', entities: 0, failed: false, durationMs: expect.any(Number) },
    { subgraph: 'stock', entities: 1, failed: false, durationMs: expect.any(Number) },
  ])
  await gateway.close()
})

test("a query that another one's run answered says so", async () => {
  const held = shop()
  const answer = Promise.withResolvers<object>()
  held.answerWith = () => answer.promise
  const { gateway, lines } = await logged([held])
  const both = ['one', 'two'].map(() => gateway.ask('{ product { name } }'))
  await expect.poll(() => gateway.queriesShared()).toBe(1)
  answer.resolve({ data: { product: { name: 'Lantern' } } })
  await Promise.all(both)
  expect(lines.map(({ fetches, isShared }) => [fetches, isShared])).toEqual([
    [1, undefined],
    [0, true],
  ])
  await gateway.close()
})

/** What is taken from a budget beside the cost of what runs: refused documents, and each event of a subscription. */
import { expect, test } from 'vitest'
import { testEvents } from '../testing/test-events.ts'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

type Sold = { readonly sold: { readonly id: string } }

// Budgets fill with time, and the tests say what is left.
const clock = { now: () => new Date(), monotonicMs: () => 0 }

async function open(environment: Readonly<Record<string, string>> = {}) {
  const events = testEvents<Sold>()
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@authenticated"])
    type Query { one: Int dear: Thing @cost(weight: 30) mine: Int @authenticated }
    type Subscription { sold: Thing }
    type Thing { id: ID }`
  const shop = testSubgraph('shop', sdl, {
    Query: { one: () => 1, dear: () => ({ id: '1' }) },
    Subscription: { sold: { subscribe: () => events.subscribe() } },
  })
  const budgets = { SOUK_RATE_LIMITS: 'on', SOUK_RATE_ADDRESS_COST: '60', ...environment }
  const gateway = await testGateway([shop], budgets, { clock })
  const left = async (query: string, headers: Readonly<Record<string, string>> = {}) => {
    const { body, headers: told } = await gateway.execute({ body: { query }, headers })
    const { errors } = JSON.parse(body) as { errors?: { extensions: { code: string } }[] }
    return [errors?.[0]?.extensions.code, /r=(\d+)/.exec(told.ratelimit ?? '')?.[1]]
  }
  return { ...gateway, left, events }
}

test.each([
  ['that is not GraphQL', { query: '{', code: 'GW_PARSE_FAILED' }],
  ['that does not fit the schema', { query: '{ nothing }', code: 'GW_VALIDATION_FAILED' }],
  [
    'beyond a limit of size',
    { query: '{ a: one b: one }', code: 'GW_LIMIT_EXCEEDED', SOUK_ALIASES_MAX: '1' },
  ],
  [
    'that asks for a schema it is not told',
    { query: '{ __schema { description } }', code: 'GW_INTROSPECTION_CLOSED', SOUK_INTROSPECTION: 'off' },
  ],
  ['that costs too much', { query: '{ dear { id } }', code: 'GW_COST_EXCEEDED', SOUK_COST_MAX: '10' }],
  [
    'that asks for what others may read',
    { query: '{ mine }', code: 'UNAUTHENTICATED', SOUK_UNAUTHORIZED: 'refuse' },
  ],
])('an operation %s takes 1 from the budget', async (_what, { query, code, ...environment }) => {
  await using gateway = await open(environment)
  expect(await gateway.left(query)).toEqual([code, '59'])
  expect(await gateway.left(query)).toEqual([code, '58'])
})

test('a flood of documents that are not valid ends in an empty budget, which is said instead', async () => {
  await using gateway = await open({ SOUK_RATE_ADDRESS_COST: '3' })
  const codes: unknown[] = []
  for (const name of ['a', 'b', 'c', 'd']) codes.push((await gateway.left(`{ ${name} }`))[0])
  expect(codes).toEqual([...Array.from({ length: 3 }, () => 'GW_VALIDATION_FAILED'), 'GW_RATE_LIMITED'])
  const { status, headers } = await gateway.execute({ body: { query: '{ one }' } })
  expect([status, headers['retry-after']]).toEqual([429, '20'])
})

test('without budgets what is refused is refused for what is wrong with it', async () => {
  await using gateway = await open({ SOUK_RATE_LIMITS: 'off' })
  expect(await gateway.left('{ nothing }')).toEqual(['GW_VALIDATION_FAILED', undefined])
})

test('each event of a subscription costs what its answer costs, and an empty budget ends it', async () => {
  await using gateway = await open({ SOUK_RATE_ADDRESS_COST: '4' })
  const answers = gateway.subscribe('subscription { sold { id } }')
  const first = answers.next()
  await gateway.events.untilOpen(1)
  gateway.events.push({ sold: { id: '1' } })
  expect((await first).value).toEqual({ data: { sold: { id: '1' } } })
  expect(await gateway.left('{ one }'), 'one for the subscription, one for the event').toEqual([
    undefined,
    '1',
  ])
  gateway.events.push({ sold: { id: '2' } }, { sold: { id: '3' } })
  expect((await answers.next()).value).toEqual({ data: { sold: { id: '2' } } })
  expect((await answers.next()).value).toEqual({
    errors: [
      {
        message: 'The operation costs 1, and 0 of 4 a minute are left for this address. Try again in 15 s.',
        extensions: {
          code: 'GW_RATE_LIMITED',
          policy: 'address',
          limit: 4,
          value: 1,
          left: 0,
          retryAfterSeconds: 15,
        },
      },
    ],
  })
  expect((await answers.next()).done).toBe(true)
  await gateway.events.untilOpen(0)
})

/** The plan of a request: in development, for those who ask, with how each fetch went. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testGateway, testSubgraph, testViewerSecret } from '../testing/test-gateway.ts'

const shelf = testSubgraph(
  'shelf',
  `type Query { products: [Product!]! none: Product } type Product @key(fields: "id") { id: ID! }
   type Mutation { add: Product remove: Product }`,
  {
    Query: { products: () => [{ id: '1' }, { id: '2' }, { id: '1' }], none: () => null },
    Mutation: { add: () => ({ id: '1' }), remove: () => ({ id: '2' }) },
  },
)
const reviews = testSubgraph(
  'reviews',
  'type Product @key(fields: "id") { id: ID! stars: Int } type Query { n: Int }',
  { Product: { stars: () => 5 } },
)
const gateway = await testGateway([shelf, reviews])
const production = await testGateway([shelf, reviews], {
  SOUK_MODE: 'production',
  SOUK_VIEWER_SECRET: testViewerSecret,
  SOUK_JWKS_URL: 'http://127.0.0.1:1/jwks',
})

beforeEach(() => {
  reviews.answerWith = undefined
})

afterAll(() => Promise.all([gateway.close(), production.close()]))

const headers = { 'x-souk-query-plan': '1' }
const planOf = async (query: string, options: object = {}) => {
  const answer = (await gateway.ask(query, { headers, ...options })) as {
    extensions?: { queryPlan?: unknown }
  }
  return answer.extensions?.queryPlan
}

test('whoever asks for the plan gets it with each fetch', async () => {
  expect(await planOf('{ products { stars } }')).toEqual({
    kind: 'query',
    text: await gateway.explain('{ products { stars } }').then((text) => text.replace(/^.*\n/, '')),
    durationMs: expect.any(Number),
    steps: [
      {
        fetches: [
          {
            number: 1,
            after: [],
            subgraph: 'shelf',
            operation: expect.stringContaining('products {'),
            paths: [],
            state: 'answered',
            errors: 0,
            startedAtMs: expect.any(Number),
            durationMs: expect.any(Number),
          },
          {
            number: 2,
            after: [1],
            subgraph: 'reviews',
            operation: expect.stringContaining('_entities'),
            paths: ['products[]'],
            state: 'answered',
            entities: 2,
            errors: 0,
            startedAtMs: expect.any(Number),
            durationMs: expect.any(Number),
          },
        ],
      },
    ],
  })
})

test('a fetch that failed, and one that had nothing to ask, are told apart', async () => {
  reviews.answerWith = () => Promise.reject(new Error('down'))
  const states = async (query: string) => {
    const plan = (await planOf(query)) as { steps: { fetches: { state: string }[] }[] }
    return plan.steps.flatMap(({ fetches }) => fetches.map(({ state }) => state))
  }
  expect(await states('{ products { stars } }')).toEqual(['answered', 'failed'])
  expect(await states('{ none { stars } }')).toEqual(['answered', 'notSent'])
})

test('a mutation has a step for each root field', async () => {
  const plan = (await planOf('mutation { add { stars } remove { id } }')) as {
    steps: { fetches: { subgraph: string; startedAtMs: number; durationMs: number }[] }[]
  }
  expect(plan.steps.map(({ fetches }) => fetches.map(({ subgraph }) => subgraph))).toEqual([
    ['shelf', 'reviews'],
    ['shelf'],
  ])
  const [first, second] = plan.steps.map(({ fetches }) => fetches)
  const endOfFirst = Math.max(...(first ?? []).map((fetch) => fetch.startedAtMs + fetch.durationMs))
  // Both are rounded to a hundredth.
  expect(second?.[0]?.startedAtMs).toBeGreaterThanOrEqual(endOfFirst - 0.02)
})

test.each<Record<string, string>>([{}, { 'x-souk-query-plan': '0' }])(
  'who does not ask gets no extensions: %o',
  async (without) => {
    expect(await gateway.ask('{ products { id } }', { headers: without })).not.toHaveProperty('extensions')
  },
)

test('in production nobody gets the plan', async () => {
  expect(await production.ask('{ products { id } }', { headers })).not.toHaveProperty('extensions')
})

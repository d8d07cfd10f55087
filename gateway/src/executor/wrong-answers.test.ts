/** Subgraphs that answer wrongly: each costs its own fields, never the request, and never the process. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shelf = testSubgraph(
  'shelf',
  `type Query { product: Product products: [Product] ok: Int }
   type Mutation { break: Int! breakBelow: Product! add: Product! }
   type Product @key(fields: "id") { id: ID! }`,
  {
    Query: { product: () => ({ id: '1' }), ok: () => 1 },
    Mutation: {
      break: () => Promise.reject(new Error('no')),
      breakBelow: () => ({ id: '1' }),
      add: () => ({ id: '1' }),
    },
  },
)
const reviews = testSubgraph(
  'reviews',
  'type Query { n: Int } type Product @key(fields: "id") { id: ID! stars: Int sure: Int! }',
  { Product: { stars: () => 5, sure: () => null } },
)
const gateway = await testGateway([shelf, reviews], { SOUK_REQUEST_MS_MAX: '3000' })

beforeEach(() => {
  for (const subgraph of [shelf, reviews]) {
    subgraph.answerWith = undefined
    subgraph.calls.length = 0
  }
})

afterAll(() => gateway.close())

const answerOnce = (subgraph: typeof shelf, answer: unknown): void => {
  subgraph.answerWith = () => Promise.resolve(answer as never)
}

test('`errors: null` beside data is no error', async () => {
  answerOnce(shelf, { data: { product: { __typename: 'Product', id: '1' } }, errors: null })
  expect(await gateway.ask('{ product { id stars } }')).toEqual({
    status: 200,
    data: { product: { id: '1', stars: 5 } },
  })
})

test.each([
  ['errors that are no list', { data: { product: null }, errors: {} }, 'GW_SUBGRAPH_ANSWER_INVALID'],
  ['an error that is null', { data: { product: null }, errors: [null] }, 'INTERNAL'],
  [
    'a path that is text',
    { data: { product: null }, errors: [{ message: 'm', path: 'product' }] },
    'INTERNAL',
  ],
  ['a path that is null', { data: { product: null }, errors: [{ message: 'm', path: null }] }, 'INTERNAL'],
  ['a path of objects', { data: { product: null }, errors: [{ message: 'm', path: [{}] }] }, 'INTERNAL'],
])('%s is an error at the fields of that fetch', async (_what, answer, code) => {
  answerOnce(shelf, answer)
  expect(await gateway.ask('{ product { id } }')).toMatchObject({
    status: 200,
    data: { product: null },
    errors: [{ path: ['product'], extensions: { code } }],
  })
})

test.each([
  ['an entity that is a number', { data: { _entities: [5] } }],
  ['more entities than asked for', { data: { _entities: [{ stars: 1 }, { stars: 2 }] } }],
  [
    'more entities, and an error elsewhere',
    {
      data: { _entities: [{ stars: 1 }, {}] },
      errors: [{ message: 'm', path: ['_entities', 1, 'stars'] }],
    },
  ],
])('%s is an error where the entity misses its fields', async (_what, answer) => {
  answerOnce(reviews, answer)
  const { data, errors = [] } = await gateway.ask('{ product { id stars } }')
  expect(data).toEqual({ product: { id: '1', stars: null } })
  expect(errors[0]).toMatchObject({
    path: ['product', 'stars'],
    extensions: { code: 'GW_SUBGRAPH_ANSWER_INVALID' },
  })
})

test('an error about an entity that was not asked for is not lost', async () => {
  answerOnce(reviews, {
    data: { _entities: [{ stars: null }] },
    errors: [{ message: 'm', path: ['_entities', 7, 'stars'], extensions: { code: 'NO_STARS' } }],
  })
  expect((await gateway.ask('{ product { stars } }')).errors).toMatchObject([
    { path: ['product', 'stars'], extensions: { code: 'NO_STARS' } },
  ])
})

test(
  'a flood of errors costs no more than it is worth',
  // Told apart by minutes: each error used to be kept for each entity, beside all others.
  { timeout: 10_000 },
  async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ __typename: 'Product', id: String(index) }))
    answerOnce(shelf, { data: { products: many } })
    const errors = many.map(({ id }) => ({ message: `No ${id}.`, extensions: { code: 'NONE' } }))
    const path = ['_entities', 0, 'stars']
    for (const sent of [errors, errors.map((error) => ({ ...error, path }))]) {
      answerOnce(reviews, { data: { _entities: many.map(() => ({ stars: null })) }, errors: sent })
      const answer = await gateway.ask('{ products { stars } }')
      expect(answer.status).toBe(200)
      expect(answer.errors?.[0]).toMatchObject({ message: 'No 0.', path: ['products', 0, 'stars'] })
      expect(answer.errors?.length).toBeLessThanOrEqual(200)
    }
  },
)

test('an answer can not reach the prototype of objects', async () => {
  const answer: unknown = JSON.parse(
    '{"data":{"product":{"__typename":"Product","id":"1","__proto__":{"stars":9}},"__proto__":{"soukPolluted":true}}}',
  )
  answerOnce(shelf, answer)
  expect((await gateway.ask('{ product { id stars } }')).data).toEqual({ product: { id: '1', stars: 5 } })
  expect('soukPolluted' in {}).toBe(false)
})

test('a deadline that passes between two fetches leaves what was fetched', async () => {
  reviews.answerWith = () => new Promise(() => undefined)
  const late = await gateway.ask('{ product { id stars } ok }')
  expect(late).toMatchObject({ status: 200, data: { product: { id: '1', stars: null }, ok: 1 } })
  shelf.answerWith = () => new Promise(() => undefined)
  expect(await gateway.ask('{ product { id stars } }')).toMatchObject({
    status: 200,
    data: { product: null },
    errors: [{ path: ['product'], extensions: { code: 'DEADLINE_EXCEEDED' } }],
  })
})

test.each(['break', 'breakBelow { sure }'])(
  'a mutation whose null takes the whole answer ends there, as on one server: %s',
  async (field) => {
    const { data } = await gateway.ask(`mutation { first: ${field} add { id } }`)
    expect(data).toBeNull()
    expect(shelf.calls.filter(({ query }) => query.includes('add'))).toEqual([])
  },
)

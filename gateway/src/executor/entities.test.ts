/** Entities that a subgraph does not know, that have no key, or that come as something else: each null says why. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shelf = testSubgraph(
  'shelf',
  `type Query { product: Product products: [Product] }
   type Product @key(fields: "id") @key(fields: "sku { code }") { id: ID sku: Sku title: String fails: ID }
   type Sku { code: String }`,
  { Query: { product: () => product, products: () => [product, { id: '2', title: 'Two' }] } },
)
const reviews = testSubgraph(
  'reviews',
  `type Product @key(fields: "id") { id: ID stars: Int sure: Int! review: Review }
   type Review @key(fields: "id") { id: ID! }`,
  { Product: { __resolveReference: ({ id }: { id: string }) => known[id] ?? null } },
)
const authors = testSubgraph(
  'authors',
  `type Review @key(fields: "id") { id: ID! author: String byline: String! }`,
  { Review: { __resolveReference: ({ id }: { id: string }) => known[id] ?? null } },
)
const ownership = { keyOnly: [], allowsSharedFields: true }
const gateway = await testGateway([shelf, reviews, authors], {}, { ownership })
const production = await testGateway(
  [shelf, reviews, authors],
  { SOUK_MODE: 'production', SOUK_JWKS_URL: 'http://localhost/jwks', SOUK_VIEWER_SECRET: 'x'.repeat(32) },
  { ownership },
)

let product: object
let known: Readonly<Record<string, object>>

beforeEach(() => {
  product = { id: '1', title: 'One' }
  known = { 1: { id: '1', stars: 5, sure: 1, review: { id: 'r' } } }
  for (const subgraph of [shelf, reviews, authors]) {
    subgraph.answerWith = undefined
    subgraph.calls.length = 0
  }
})

afterAll(() => Promise.all([gateway.close(), production.close()]))

test('an entity that is missing is no error where a null is allowed', async () => {
  known = {}
  expect(await gateway.ask('{ product { title stars } }')).toEqual({
    status: 200,
    data: { product: { title: 'One', stars: null } },
  })
})

test('an entity that is missing where no null is allowed is told as what it is', async () => {
  expect(await gateway.ask('{ products { title sure } }')).toMatchObject({
    data: { products: [{ title: 'One', sure: 1 }, null] },
    errors: [
      {
        path: ['products', 1, 'sure'],
        locations: [{ line: 1, column: 20 }],
        extensions: { code: 'GW_ENTITY_MISSING', reason: 'Product was not found by subgraph reviews' },
      },
    ],
  })
})

test('in production nobody is told which subgraph misses an entity', async () => {
  known = {}
  const { errors } = await production.ask('{ product { sure } }')
  expect(errors?.[0]?.extensions).toEqual({
    code: 'GW_ENTITY_MISSING',
    requestId: errors?.[0]?.extensions.requestId,
  })
  expect(JSON.stringify(errors)).not.toContain('reviews')
})

test('an entity that failed is told by its error alone, not as missing too', async () => {
  reviews.answerWith = () =>
    Promise.resolve({
      data: { _entities: [null] },
      errors: [{ message: 'Closed.', path: ['_entities', 0], extensions: { code: 'CLOSED' } }],
    })
  const { data, errors } = await gateway.ask('{ product { stars sure } }')
  expect(data).toEqual({ product: null })
  expect(errors).toMatchObject([{ path: ['product', 'stars'], message: 'Closed.' }])
})

test('what is wanted of an entity below a missing one is missing for the same reason', async () => {
  known = { 1: { id: '1', review: { id: 'lost' } } }
  const { data, errors } = await gateway.ask('{ product { title review { id byline } } }')
  expect(data).toEqual({ product: { title: 'One', review: null } })
  expect(errors).toMatchObject([
    { path: ['product', 'review', 'byline'], extensions: { code: 'GW_ENTITY_MISSING', subgraph: 'authors' } },
  ])
})

test('an entity whose key is null is not asked for, and is no error where a null is allowed', async () => {
  product = { id: null, title: 'One' }
  expect(await gateway.ask('{ product { title stars } }')).toEqual({
    status: 200,
    data: { product: { title: 'One', stars: null } },
  })
  expect(reviews.calls).toHaveLength(0)
})

test('an entity whose key is null says so where no null is allowed', async () => {
  product = { id: null, title: 'One' }
  const { data, errors } = await gateway.ask('{ product { title sure } }')
  expect(data).toEqual({ product: null })
  expect(errors).toMatchObject([
    {
      path: ['product', 'sure'],
      extensions: {
        code: 'GW_KEY_MISSING',
        reason: 'Product could not be asked of subgraph reviews: id came back null',
      },
    },
  ])
})

test('an entity whose key failed is missing for the reason of the key', async () => {
  shelf.answerWith = () =>
    Promise.resolve({
      data: { product: { __typename: 'Product', id: null, title: 'One' } },
      errors: [{ message: 'No id today.', path: ['product', 'id'], extensions: { code: 'NO_ID' } }],
    })
  const { data, errors } = await gateway.ask('{ product { title stars } }')
  expect(data).toEqual({ product: { title: 'One', stars: null } })
  expect(errors).toMatchObject([{ path: ['product', 'stars'], extensions: { code: 'NO_ID' } }])
})

test.each([
  ['of another type', {}],
  ['that is a number', 5],
  ['that is a list', [{ stars: 5 }]],
])('an entity %s is an error where its fields are missing', async (_what, entity) => {
  reviews.answerWith = () => Promise.resolve({ data: { _entities: [entity] } })
  const { data, errors } = await gateway.ask('{ product { title stars } }')
  expect(data).toEqual({ product: { title: 'One', stars: null } })
  expect(errors).toMatchObject([
    {
      path: ['product', 'stars'],
      extensions: {
        code: 'GW_SUBGRAPH_ANSWER_INVALID',
        reason: 'an entity came that is not a Product',
      },
    },
  ])
})

test('an entity that lacks what conditions leave out is not of another type', async () => {
  const { data, errors } = await gateway.ask(
    `query($s: Boolean!, $t: Boolean!, $u: Boolean!) {
      product { title stars @include(if: $s) ... @include(if: $t) { sure @include(if: $u) } }
    }`,
    { variables: { s: false, t: true, u: true } },
  )
  expect(errors).toBeUndefined()
  expect(data).toEqual({ product: { title: 'One', sure: 1 } })
})

test('an error that takes a whole entity is told of the field that failed, whatever was asked before it', async () => {
  await using gateway = await testGateway([
    testSubgraph('a', 'type Query { one: E } type E @key(fields: "id") { id: ID! }', {
      Query: { one: () => ({ id: '1' }) },
    }),
    testSubgraph(
      'b',
      'type Query { x: String! y: E! } type E @key(fields: "id") { id: ID! sure: Int! fails: String! maybe: Int }',
      {
        Query: { x: () => 'x', y: () => fail('out of y') },
        E: { __resolveReference: (it: object) => it, sure: () => 1, fails: () => fail('out of luck') },
      },
    ),
  ])
  const entity = await gateway.ask('{ one { maybe sure named: fails } }')
  expect(entity).toMatchObject({
    data: { one: null },
    errors: [{ path: ['one', 'named'], extensions: { reason: 'out of luck' } }],
  })
  expect(entity.errors).toHaveLength(1)
  expect(await gateway.ask('{ x y { id } }')).toMatchObject({ errors: [{ path: ['y'] }] })
})

function fail(message: string): never {
  throw new Error(message)
}

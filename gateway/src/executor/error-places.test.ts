/** Errors that subgraphs send: none is lost, none is told twice, and each has the client's path and locations or none. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shelf = testSubgraph(
  'shelf',
  `type Query { product: Product count: Int medias: [Media] }
   type Product @key(fields: "id") { id: ID! title: String weight: Int }
   union Media = Video | Live
   type Video @key(fields: "code") { code: Int }
   type Live @key(fields: "code") { code: String! }`,
  { Query: { product: () => ({ id: '1', title: 'One' }), count: () => 1 } },
)
const reviews = testSubgraph(
  'reviews',
  `type Product @key(fields: "id") { id: ID! weight: Int @external stars: Int dear: Boolean @requires(fields: "weight") }
   type Video @key(fields: "code") { code: Int likes: Int! }
   type Live @key(fields: "code") { code: String! likes: Int! }`,
  { Product: { stars: () => 5, dear: () => null } },
)
const gateway = await testGateway(
  [shelf, reviews],
  {},
  { ownership: { keyOnly: [], allowsSharedFields: true } },
)

beforeEach(() => {
  for (const subgraph of [shelf, reviews]) subgraph.answerWith = undefined
})

afterAll(() => gateway.close())

const product = { __typename: 'Product', id: '1', title: 'One', weight: 3 }
const closed = { message: 'Closed.', extensions: { code: 'CLOSED' } }

test.each([
  ['no path', undefined],
  ['an empty path', []],
  ['a path that starts nowhere', ['nothing', 0]],
  ['a path that ends nowhere', ['product', 'nothing']],
  ['a path that leads into a leaf', ['product', 'title', 'length']],
  ['a path to a value that came', ['product', 'title']],
])('an error with %s is told once, without a place, beside data that is whole', async (_what, path) => {
  shelf.answerWith = () =>
    Promise.resolve({ data: { product, count: 1 }, errors: [{ ...closed, ...(path && { path }) }] })
  const { data, errors } = await gateway.ask('{ product { title } count }')
  expect(data).toEqual({ product: { title: 'One' }, count: 1 })
  expect(errors).toEqual([{ message: 'Closed.', extensions: { code: 'CLOSED', subgraph: 'shelf' } }])
})

test('an error without a path is told at the null that it may explain, and nowhere else', async () => {
  shelf.answerWith = () => Promise.resolve({ data: { product: null, count: null }, errors: [closed] })
  const { data, errors } = await gateway.ask('{ count product { title } }')
  expect(data).toEqual({ count: null, product: null })
  expect(errors).toMatchObject([{ path: ['count'], locations: [{ line: 1, column: 3 }] }])
})

test.each([
  ['no path', undefined],
  ['a path that is not of an entity', ['product']],
  ['the path of an entity that was not asked for', ['_entities', 5, 'stars']],
  ['a path that ends nowhere', ['_entities', 0, 'nothing']],
])('an error with %s in an answer of entities is told once', async (_what, path) => {
  reviews.answerWith = () =>
    Promise.resolve({ data: { _entities: [{ stars: 4 }] }, errors: [{ ...closed, ...(path && { path }) }] })
  const { data, errors } = await gateway.ask('{ product { stars } }')
  expect(data).toEqual({ product: { stars: 4 } })
  expect(errors).toEqual([{ message: 'Closed.', extensions: { code: 'CLOSED', subgraph: 'reviews' } }])
})

test('an error of what only the plan asked for is not the business of the client', async () => {
  shelf.answerWith = () =>
    Promise.resolve({
      data: { product: { ...product, weight: null } },
      errors: [{ ...closed, path: ['product', 'weight'] }],
    })
  expect(await gateway.ask('{ product { title dear } }')).toEqual({
    status: 200,
    data: { product: { title: 'One', dear: null } },
  })
})

test('an error at a field that a fetch had to rename has its place', async () => {
  shelf.answerWith = ({ query }) => {
    // The fetch can't ask for both by one name: their types differ.
    expect(query).toContain('_Video_code: code')
    return Promise.resolve({
      data: {
        medias: [
          { __typename: 'Video', _Video_code: null },
          { __typename: 'Live', _Live_code: 'l' },
        ],
      },
      errors: [{ ...closed, path: ['medias', '0', '_Video_code'] }],
    })
  }
  reviews.answerWith = () => Promise.resolve({ data: { _e0: [{ likes: 2 }], _e1: [] } })
  const { data, errors } = await gateway.ask('{ medias { ... on Video { likes } ... on Live { likes } } }')
  expect(data).toEqual({ medias: [null, { likes: 2 }] })
  expect(errors).toMatchObject([{ path: ['medias', 0, 'likes'], extensions: { code: 'CLOSED' } }])
})

test('locations are those of the document that the client sent', async () => {
  shelf.answerWith = () =>
    Promise.resolve({
      data: { product: { ...product, it: null } },
      errors: [{ ...closed, path: ['product', 'it'], locations: [{ line: 77, column: 7 }] }],
    })
  const { errors } = await gateway.ask(
    '{\n  product {\n    it: title\n    ...F\n  }\n}\nfragment F on Product { it: title }',
  )
  expect(errors).toMatchObject([
    {
      locations: [
        { line: 3, column: 5 },
        { line: 7, column: 25 },
      ],
      path: ['product', 'it'],
    },
  ])
})

test('what an error has beside its message and code is passed on, unless it is nested without end', async () => {
  let deep: object = {}
  for (let level = 0; level < 100_000; level += 1) deep = { deep }
  for (const [extra, told] of [
    [{ hint: { seats: [1, 2] } }, { hint: { seats: [1, 2] } }],
    [{ hint: deep }, {}],
  ]) {
    shelf.answerWith = () =>
      Promise.resolve({
        data: { count: null },
        errors: [{ message: 'm', path: ['count'], extensions: { code: 'CLOSED', ...extra } }],
      })
    const { errors } = await gateway.ask('{ count }')
    expect(errors?.[0]?.extensions).toEqual({ ...told, code: 'CLOSED', subgraph: 'shelf' })
  }
})

test('an error stays with what is missing, whichever of two fetches answers first', async () => {
  const slow = testSubgraph('a', 'type Query { split: W @shareable } type W { w1: Int }', {
    Query: { split: () => ({ w1: 1 }) },
  })
  const fails = testSubgraph('b', 'type Query { split: W @shareable } type W { w2: Int w3: Float! }', {
    Query: { split: () => ({ w2: 2 }) },
    W: {
      w3: () => {
        throw new Error('out of luck')
      },
    },
  })
  await using gateway = await testGateway(
    [slow, fails],
    {},
    { ownership: { keyOnly: [], allowsSharedFields: true } },
  )
  for (const late of [slow, fails]) {
    for (const subgraph of [slow, fails]) subgraph.answerWith = undefined
    const { execute } = late.transport
    Object.assign(late.transport, {
      execute: async (...given: Parameters<typeof execute>) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return await execute(...given)
      },
    })
    expect(await gateway.ask('{ split { w1 w3 } }')).toMatchObject({
      data: { split: null },
      errors: [{ path: ['split', 'w3'], extensions: { reason: 'out of luck' } }],
    })
    Object.assign(late.transport, { execute })
  }
  fails.answerWith = () => Promise.reject(new Error('no connection'))
  const { data, errors } = await gateway.ask('{ split { w1 w2 } }')
  expect(data).toEqual({ split: { w1: 1, w2: null } })
  expect(errors).toMatchObject([{ path: ['split', 'w2'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
})

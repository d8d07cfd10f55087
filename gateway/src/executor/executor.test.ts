/** The executor against subgraphs in memory: merging by place, nulls by the public schema, errors at the client's paths. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shelf = testSubgraph(
  'shelf',
  `type Query { products: [Product!]! product(id: ID!): Product media: [Media!]! grid: [[Product!]!] found: [Found] broken: Strict kind: Kind }
   type Product @key(fields: "id") { id: ID! title: String! label(of: String): String fails: String strictFails: String! part: Part }
   type Part { name: String! strictFails: Int! }
   type Strict { value: Int! }
   enum Kind { A B }
   interface Media { id: ID! title: String }
   type Video implements Media @key(fields: "id") { id: ID! title: String product: Product }
   type Live implements Media @key(fields: "id") { id: ID! title: String room: Int }
   union Found = Video | Product
   type Mutation { add(id: ID!): Product fail: String! remove(id: ID!): Product }`,
  {
    Query: {
      products: () => products,
      product: (_: unknown, { id }: { id: string }) => products.find((one) => one.id === id),
      media: () => [
        { __typename: 'Video', id: 'v1', title: 'Vt', product: products[0] },
        { __typename: 'Live', id: 'l1', title: 'Lt', room: 7 },
      ],
      grid: () => [[products[0], products[1]], [], [products[1]]],
      found: () => [{ __typename: 'Product', ...products[0] }, null, { __typename: 'Video', id: 'v1' }],
      broken: () => ({ value: null }),
      kind: () => 'A',
    },
    Product: {
      label: (_: unknown, { of }: { of?: string }) => `label ${of ?? 'none'}`,
      fails: () => Promise.reject(new Error('secret detail')),
      strictFails: () => Promise.reject(new Error('secret detail')),
      part: () => ({ name: 'bolt' }),
      __resolveReference: ({ id }: { id: string }) => products.find((one) => one.id === id),
    },
    Part: { strictFails: () => Promise.reject(new Error('no')) },
    Mutation: {
      add: (_: unknown, { id }: { id: string }) =>
        noted(
          `add ${id}`,
          products.find((one) => one.id === id),
        ),
      remove: (_: unknown, { id }: { id: string }) =>
        noted(
          `remove ${id}`,
          products.find((one) => one.id === id),
        ),
    },
  },
)

const reviews = testSubgraph(
  'reviews',
  `type Query { reviewCount: Int }
   type Mutation { rate(id: ID!): Product }
   type Product @key(fields: "id") { id: ID! label(of: String): String @external stars: Int sure: Int! reviews: [Review!] tag: String @requires(fields: "label(of: \\"tag\\")") }
   type Review @key(fields: "id") { id: ID! body: String product: Product }
   type Video @key(fields: "id") { id: ID! likes: Int }`,
  {
    Mutation: { rate: (_: unknown, { id }: { id: string }) => noted(`rate ${id}`, { id }) },
    Product: {
      __resolveReference: (reference: { id: string }) => {
        if (reference.id === 'gone') return null
        written.push(`reviews of ${reference.id}`)
        return reference
      },
      stars: ({ id }: { id: string }) =>
        id === '2'
          ? Promise.reject(Object.assign(new Error('No stars here.'), { extensions: { code: 'NO_STARS' } }))
          : 5,
      sure: ({ id }: { id: string }) => (id === '2' ? null : 1),
      reviews: ({ id }: { id: string }) => [{ id: `r${id}`, body: 'good', product: { id } }],
      tag: ({ label }: { label: string }) => `<${label}>`,
    },
    Video: { __resolveReference: (reference: object) => reference, likes: () => 3 },
  },
)

function noted<Value>(what: string, value: Value): Value {
  written.push(what)
  return value
}

let products: { id: string; title: string }[] = []
let written: string[] = []
const gateway = await testGateway([shelf, reviews])

beforeEach(() => {
  products = [
    { id: '1', title: 'One' },
    { id: '2', title: 'Two' },
  ]
  written = []
  for (const subgraph of [shelf, reviews]) {
    subgraph.calls.length = 0
    subgraph.answerWith = undefined
  }
})

afterAll(() => gateway.close())

test('fields come in the order asked, under the names asked', async () => {
  const { data, errors } = await gateway.ask(
    '{ products { reviews { body } b: title a: title stars: id } t: __typename }',
  )
  expect(errors).toBeUndefined()
  expect(JSON.stringify(data)).toBe(
    '{"products":[{"reviews":[{"body":"good"}],"b":"One","a":"One","stars":"1"},{"reviews":[{"body":"good"}],"b":"Two","a":"Two","stars":"2"}],"t":"Query"}',
  )
})

test('a client alias that shadows a key does not change what is fetched by the key', async () => {
  const { data } = await gateway.ask('{ product(id: "1") { id: title reviews { body } } }')
  expect(data).toEqual({ product: { id: 'One', reviews: [{ body: 'good' }] } })
})

test('a required field with arguments and the same field asked with others are two things', async () => {
  const { data } = await gateway.ask('{ product(id: "1") { label(of: "mine") tag other: label } }')
  expect(data).toEqual({ product: { label: 'label mine', tag: '<label tag>', other: 'label none' } })
})

test('the same list asked twice is one list', async () => {
  const { data } = await gateway.ask(
    '{ products { id } ...More products { stars: title } } fragment More on Query { products { reviews { id } } }',
  )
  expect(data).toEqual({
    products: [
      { id: '1', reviews: [{ id: 'r1' }], stars: 'One' },
      { id: '2', reviews: [{ id: 'r2' }], stars: 'Two' },
    ],
  })
})

test('nested lists keep their shape when entities in them are completed', async () => {
  const { data } = await gateway.ask('{ grid { id reviews { id } } }')
  const one = { id: '1', reviews: [{ id: 'r1' }] }
  const two = { id: '2', reviews: [{ id: 'r2' }] }
  expect(data).toEqual({ grid: [[one, two], [], [two]] })
})

test('each entity is represented once however often it occurs', async () => {
  await gateway.ask('{ grid { reviews { id } } products { reviews { id } } }')
  const sent = reviews.calls.flatMap(({ variables }) => Object.values(variables ?? {}))
  for (const representations of sent)
    expect(representations).toEqual([
      { __typename: 'Product', id: '1' },
      { __typename: 'Product', id: '2' },
    ])
})

test('interfaces and unions are projected by runtime type', async () => {
  const { data } = await gateway.ask(`{
    media { title ... on Video { __typename likes product { stars: title reviews { id } } } ... on Live { room } }
    found { ... on Media { kind: __typename title } ... on Product { name: title reviews { id } } }
  }`)
  expect(data).toEqual({
    media: [
      { title: 'Vt', __typename: 'Video', likes: 3, product: { stars: 'One', reviews: [{ id: 'r1' }] } },
      { title: 'Lt', room: 7 },
    ],
    found: [{ name: 'One', reviews: [{ id: 'r1' }] }, null, { kind: 'Video', title: null }],
  })
})

test('an entity that its subgraph does not know is null for what was asked of it', async () => {
  products = [
    { id: 'gone', title: 'Gone' },
    { id: '1', title: 'One' },
  ]
  const { data, errors } = await gateway.ask('{ products { title stars } }')
  expect(data).toEqual({
    products: [
      { title: 'Gone', stars: null },
      { title: 'One', stars: 5 },
    ],
  })
  expect(errors).toBeUndefined()
})

test('an error keeps its code and has the path of the client', async () => {
  const { data, errors } = await gateway.ask('{ all: products { rating: stars } }')
  expect(data).toEqual({ all: [{ rating: 5 }, { rating: null }] })
  expect(errors).toMatchObject([
    {
      message: 'No stars here.',
      path: ['all', 1, 'rating'],
      extensions: { code: 'NO_STARS', subgraph: 'reviews' },
    },
  ])
})

test('a list index that came as a string of digits is a number in the path', async () => {
  shelf.answerWith = () =>
    Promise.resolve({
      data: { products: [{ title: 'x' }, { title: 'y', fails: null }] },
      errors: [{ message: 'm', path: ['products', '1', 'fails'], extensions: { code: 'X' } }],
    })
  const { errors } = await gateway.ask('{ products { title fails } }')
  expect(errors?.[0]?.path).toEqual(['products', 1, 'fails'])
})

test('a missing non-null field nulls its nearest nullable parent, once, at the right path', async () => {
  const { data, errors } = await gateway.ask('{ product(id: "2") { title sure } }')
  expect(data).toEqual({ product: null })
  expect(errors).toHaveLength(1)
  expect(errors?.[0]).toMatchObject({ path: ['product', 'sure'] })
})

test('a null that a subgraph bubbled keeps the deeper path, in the names of the client', async () => {
  const { data, errors } = await gateway.ask('{ product(id: "1") { it: part { name bad: strictFails } } }')
  expect(data).toEqual({ product: { it: null } })
  expect(errors?.map(({ path }) => path)).toEqual([['product', 'it', 'bad']])
})

test('a non-null list item that fails nulls the whole answer', async () => {
  const { data, errors } = await gateway.ask('{ products { strictFails } }')
  expect(data).toBeNull()
  expect(errors?.length).toBeGreaterThan(0)
})

test('a subgraph that fails costs its own fields and is reported once', async () => {
  reviews.answerWith = () => Promise.reject(new Error('connect ECONNREFUSED'))
  const { status, data, errors } = await gateway.ask('{ products { title reviews { id } stars } }')
  expect(status).toBe(200)
  expect(data).toEqual({
    products: [
      { title: 'One', reviews: null, stars: null },
      { title: 'Two', reviews: null, stars: null },
    ],
  })
  expect(errors).toHaveLength(1)
  expect(errors?.[0]).toMatchObject({
    path: ['products', 0, 'reviews'],
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  })
})

test('what depends on a failed fetch says why it is missing', async () => {
  shelf.answerWith = ({ query }) =>
    query.includes('_entities') ? Promise.reject(new Error('down')) : undefined
  const { data, errors } = await gateway.ask('mutation { rate(id: "1") { tag } }')
  expect(data).toEqual({ rate: { tag: null } })
  expect(errors).toMatchObject([{ path: ['rate', 'tag'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
})

test('a value that its type does not allow is null with an error', async () => {
  shelf.answerWith = () => Promise.resolve({ data: { kind: 'C', product: { title: {} } } })
  const { data, errors } = await gateway.ask('{ kind product(id: "1") { title } }')
  expect(data).toEqual({ kind: null, product: null })
  expect(errors?.map(({ extensions, path }) => [extensions.code, path])).toEqual([
    ['GW_VALUE_INVALID', ['kind']],
    ['GW_VALUE_INVALID', ['product', 'title']],
  ])
})

test('a null where the schema has none is our error when nobody explained it', async () => {
  shelf.answerWith = () => Promise.resolve({ data: { broken: {} } })
  const { data, errors } = await gateway.ask('{ broken { value } }')
  expect(data).toEqual({ broken: null })
  expect(errors).toMatchObject([{ path: ['broken', 'value'], extensions: { code: 'GW_NULL_IN_NON_NULL' } }])
})

test('an answer without data or errors is refused', async () => {
  shelf.answerWith = () => Promise.resolve({})
  const { data, errors } = await gateway.ask('{ kind }')
  expect(data).toEqual({ kind: null })
  expect(errors).toMatchObject([{ extensions: { code: 'GW_SUBGRAPH_ANSWER_INVALID' } }])
})

test.each([
  ['{ products { id @skip(if: true) title } }', {}, { products: [{ title: 'One' }, { title: 'Two' }] }],
  [
    'query($s: Boolean!) { product(id: "1") { title @skip(if: $s) title } }',
    { s: true },
    { product: { title: 'One' } },
  ],
  ['query($s: Boolean!) { product(id: "1") { title @skip(if: $s) } }', { s: true }, { product: {} }],
  ['query($s: Boolean!) { product(id: "1") @skip(if: $s) { title } }', { s: true }, {}],
  [
    'query($s: Boolean!) { product(id: "1") { title ... @include(if: $s) { reviews { id } } } }',
    { s: false },
    { product: { title: 'One' } },
  ],
  [
    'query($s: Boolean!) { product(id: "1") { title ... @include(if: $s) { reviews { id } } } }',
    { s: true },
    { product: { title: 'One', reviews: [{ id: 'r1' }] } },
  ],
  [
    'query($a: Boolean!, $b: Boolean = true) { product(id: "1") { reviews @include(if: $a) { id } reviews @include(if: $b) { body } } }',
    { a: false },
    { product: { reviews: [{ body: 'good' }] } },
  ],
  [
    'query($s: Boolean!) { product(id: "1") { tag title @skip(if: $s) ... on Product @skip(if: $s) { tag } title } }',
    { s: true },
    { product: { tag: '<label tag>', title: 'One' } },
  ],
])('conditions belong to each selection: %s %o', async (query, variables, expected) => {
  const { data, errors } = await gateway.ask(query, { variables })
  expect(errors).toBeUndefined()
  // As text: the order of the keys counts.
  expect(JSON.stringify(data)).toBe(JSON.stringify(expected))
})

test('a condition that excludes a fetch saves the call', async () => {
  await gateway.ask('query($s: Boolean!) { product(id: "1") { title reviews @include(if: $s) { id } } }', {
    variables: { s: false },
  })
  expect(reviews.calls).toHaveLength(0)
})

test('mutations run in order, each with its follow-up fetches before the next', async () => {
  const { data } = await gateway.ask(
    'mutation { a: add(id: "1") { reviews { id } } rate(id: "1") { title } b: remove(id: "2") { title reviews { id } } }',
  )
  expect(written).toEqual(['add 1', 'reviews of 1', 'rate 1', 'remove 2', 'reviews of 2'])
  expect(Object.keys(data as object)).toEqual(['a', 'rate', 'b'])
})

test('a mutation that is skipped does not run', async () => {
  const { data } = await gateway.ask(
    'mutation($s: Boolean!) { add(id: "1") @skip(if: $s) { id } rate(id: "1") { stars } }',
    { variables: { s: true } },
  )
  expect(written).toEqual(['rate 1'])
  expect(data).toEqual({ rate: { stars: 5 } })
})

test('introspection is answered here and stands beside ordinary fields', async () => {
  const { data } = await gateway.ask(
    'query($n: String!) { kind type: __type(name: $n) { name } __schema { queryType { name } } }',
    { variables: { n: 'Product' } },
  )
  expect(data).toEqual({ kind: 'A', type: { name: 'Product' }, __schema: { queryType: { name: 'Query' } } })
  expect(shelf.calls).toHaveLength(1)
})

test.each([
  [true, { __schema: { mutationType: { name: 'Mutation' } } }],
  [false, { __schema: { queryType: { name: 'Query' }, mutationType: { name: 'Mutation' } } }],
])(
  'introspection that is asked twice, once skipped, is answered as asked: skipped %s',
  async (s, expected) => {
    const { data } = await gateway.ask(
      `query($s: Boolean!, $t: Boolean = true) {
      __schema @skip(if: $s) { queryType { name } }
      ... @include(if: $t) { __schema { mutationType { name } } }
      ... @include(if: $s) { ... @skip(if: $t) { __type(name: "Product") { name } } }
    }`,
      { variables: { s } },
    )
    expect(data).toEqual(expected)
  },
)

test('the deadline ends the request with what there is', async () => {
  await using hurried = await testGateway([shelf, reviews], { SOUK_REQUEST_MS_MAX: '300' })
  reviews.answerWith = () => new Promise(() => undefined)
  const { data, errors } = await hurried.ask('{ products { title stars } }')
  expect(data).toEqual({
    products: [
      { title: 'One', stars: null },
      { title: 'Two', stars: null },
    ],
  })
  expect(errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED' } }])
})

test('too many entities for one fetch is a clear error', async () => {
  await using small = await testGateway([shelf, reviews], { SOUK_REPRESENTATIONS_MAX: '1' })
  const { errors } = await small.ask('{ products { stars } }')
  expect(errors).toMatchObject([
    { extensions: { code: 'GW_LIMIT_EXCEEDED' }, message: '2 entities in one fetch; at most 1 are allowed' },
  ])
})

/** Names that a client may choose and that mean something elsewhere: to JavaScript, or to our own aliases. */
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const gateway = await testGateway([
  testSubgraph(
    'shelf',
    `scalar Json
     type Query { product(id: ID): Product echo(value: Json): Json } type Product @key(fields: "id") { id: ID! constructor: String weight__0: Int }`,
    {
      Query: {
        product: (_: unknown, { id = '1' }: { id?: string }) => ({ id, constructor: 'maker', weight__0: 7 }),
        echo: (_: unknown, { value }: { value: unknown }) => value,
      },
      Product: { __resolveReference: ({ id }: { id: string }) => ({ id, constructor: 'maker' }) },
    },
  ),
  testSubgraph(
    'reviews',
    'type Query { newest: Product } type Product @key(fields: "id") { id: ID! stars: Int toString: Int }',
    {
      Query: { newest: () => ({ id: '3' }) },
      Product: {
        __resolveReference: ({ id }: { id: string }) =>
          id === 'gone' ? null : { id, stars: 5, toString: 1 },
      },
    },
  ),
])

afterAll(() => gateway.close())

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON'])(
  'an alias may be %s',
  async (alias) => {
    const answer = await gateway.ask(`{ ${alias}: product { ${alias}: stars id } }`)
    expect(JSON.stringify(answer)).toBe(`{"status":200,"data":{"${alias}":{"${alias}":5,"id":"1"}}}`)
    expect(await gateway.ask(`{ ${alias}: __type(name: "Product") { name } }`)).toEqual(
      JSON.parse(`{"status":200,"data":{"${alias}":{"name":"Product"}}}`),
    )
  },
)

test('a field may be named for what every object inherits, and is null when nobody brings it', async () => {
  const { data } = await gateway.ask('{ newest { constructor } product(id: "gone") { toString } }')
  expect(data).toEqual({ newest: { constructor: 'maker' }, product: { toString: null } })
})

test('an alias that looks like one of ours stays apart from ours', async () => {
  const { data } = await gateway.ask(
    `{ _p: product(id: "1") { id weight__0 _a: weight__0 } product__0: product(id: "2") { id } product__1: __type(name: "Product") { name } }`,
  )
  expect(data).toEqual({
    _p: { id: '1', weight__0: 7, _a: 7 },
    product__0: { id: '2' },
    product__1: { name: 'Product' },
  })
})

test('a JSON value keeps a member named __proto__', async () => {
  const value: unknown = JSON.parse('{"__proto__":{"x":1},"k":[1]}')
  const { data } = await gateway.ask('query ($value: Json) { echo(value: $value) }', {
    variables: { value },
  })
  expect(JSON.stringify(data)).toBe('{"echo":{"__proto__":{"x":1},"k":[1]}}')
})

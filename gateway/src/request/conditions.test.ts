/** Variables that decide what is included: each value has its own plan, and null is no value. */
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const gateway = await testGateway([
  testSubgraph('shelf', 'type Query { product: Product } type Product { id: ID! title: String }', {
    Query: { product: () => ({ id: '1', title: 'One' }) },
  }),
])

afterAll(() => gateway.close())

const document = `query A($x: Boolean = true) { product { id ...T } } query B($x: Boolean!) { product { ...T } }
  fragment T on Product { title @include(if: $x) t: __typename }`

test.each([
  ['A', {}, { id: '1', title: 'One', t: 'Product' }],
  ['A', { x: false }, { id: '1', t: 'Product' }],
  ['A', { x: true }, { id: '1', title: 'One', t: 'Product' }],
  ['B', { x: false }, { t: 'Product' }],
  ['B', { x: true }, { title: 'One', t: 'Product' }],
])('operation %s with %o', async (operationName, variables, product) => {
  expect(await gateway.ask(document, { operationName, variables })).toEqual({
    status: 200,
    data: { product },
  })
})

test.each([
  '{ product { id @skip(if: $x) } }',
  '{ product { id ...F } } fragment F on Product { t: __typename @include(if: $x) }',
])('null decides nothing and is refused, as on one server: %s', async (rest) => {
  const { data, errors } = await gateway.ask(`query ($x: Boolean = true) ${rest}`, { variables: { x: null } })
  expect(data).toBeUndefined()
  expect(errors).toMatchObject([
    { message: expect.stringContaining('$x'), extensions: { code: 'GW_BAD_VARIABLES' } },
  ])
})

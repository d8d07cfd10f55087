/** Operations that are valid, and that hardly anyone would write: they are answered, and so is whatever comes after them. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { node: Node product: Product }
      interface Node { id: ID! }
      union Thing = Product | Shop
      type Product implements Node @key(fields: "id") { id: ID! next: Product thing: Thing }
      type Shop implements Node @key(fields: "id") { id: ID! }`,
    prices:
      'type Product @key(fields: "id") { id: ID! price(in: String): Int }  type Shop @key(fields: "id") { id: ID! open: Boolean }',
  },
  data: {
    Query: { node: product(), product: product() },
    Product: { id: '1', next: product(), thing: product(), price: 5 },
    Shop: { id: '1', open: true },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}

test.each([
  ['a fragment that can never apply', '{ node { ... on Product { ... on Node { ... on Shop { open } } } } }'],
  [
    'a fragment in a fragment on itself, many times',
    `{ product { ${'... on Node { ... on Product { '.repeat(30)} price ${'} }'.repeat(30)} } }`,
  ],
  ['the same field a hundred times', `{ product { ${'price '.repeat(100)} } }`],
  [
    'a hundred names for one field',
    `{ product { ${Array.from({ length: 100 }, (_, at) => `n${at}: price(in: "${at}")`).join(' ')} } }`,
  ],
  ['one chain of objects', `{ product { ${'next { '.repeat(40)} price ${'} '.repeat(40)} } }`],
  ['only names of types', '{ __typename product { __typename next { __typename } } node { __typename } }'],
  [
    'an alias that looks like the machinery',
    '{ _entities: product { _service: id __typename1: price _id: __typename } }',
  ],
  [
    'names that are no names elsewhere',
    '{ constructor: product { toString: price hasOwnProperty: next { prototype: price } } }',
  ],
  [
    'a union of which no member is asked',
    '{ product { thing { __typename } next { thing { ... on Shop { open } } } } }',
  ],
  [
    'the schema beside the data',
    '{ __schema { queryType { name } } product { price } kind: __type(name: "Thing") { possibleTypes { name } } }',
  ],
  [
    'a variable that is used nowhere it matters',
    'query ($no: Boolean = false) { product { price @include(if: $no) ... @include(if: $no) { next { price } } } }',
  ],
])('%s', async (_what, query) => {
  expect(await graph.ask(query)).toMatchObject({ data: {} })
  expect(await graph.ask('{ product { price } }')).toEqual({ data: { product: { price: 5 } } })
})

test('a member named __proto__ is a member like any other', async () => {
  const { data } = await graph.ask('{ __proto__: product { price __proto__: id } }')
  expect(JSON.stringify(data)).toBe('{"__proto__":{"price":5,"__proto__":"1"}}')
})

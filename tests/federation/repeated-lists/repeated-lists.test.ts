/** The same list, asked more than once. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { products: [Product!]! }
      type Product @key(fields: "id") { id: ID! title: String tags: [String!] }`,
    prices: 'type Product @key(fields: "id") { id: ID! price(currency: String = "SGD"): Int tiers: [[Int]] }',
  },
  data: {
    Query: { products: [product('2'), product('1')] },
    Product: [
      { id: '1', title: 'Lamp', tags: ['new', 'small'], price: 5, tiers: [[1, null], [], [2]] },
      { id: '2', title: 'Rope', tags: [], price: 7, tiers: null },
    ],
  },
})

function product(id: string) {
  return { __typename: 'Product', id }
}

test('a list asked twice stays one list', async () => {
  expect(await graph.ask('{ products { title } products { price } ... { products { tags tags } } }')).toEqual(
    {
      data: {
        products: [
          { title: 'Rope', price: 7, tags: [] },
          { title: 'Lamp', price: 5, tags: ['new', 'small'] },
        ],
      },
    },
  )
})

test('a list asked twice under two names is two lists', async () => {
  expect(await graph.ask('{ products { title } again: products { price } }')).toEqual({
    data: {
      products: [{ title: 'Rope' }, { title: 'Lamp' }],
      again: [{ price: 7 }, { price: 5 }],
    },
  })
})

test('lists in a list keep their shape when they are asked twice', async () => {
  expect(await graph.ask('{ products { tiers } ... on Query { products { tiers shape: tiers } } }')).toEqual({
    data: {
      products: [
        { tiers: null, shape: null },
        { tiers: [[1, null], [], [2]], shape: [[1, null], [], [2]] },
      ],
    },
  })
})

/** Subgraphs that call their root types something else. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      schema { query: Questions mutation: Changes }
      type Questions { product: Product  shared: Int @shareable }
      type Changes { rename(title: String!): Product }
      type Product @key(fields: "id") { id: ID! title: String }`,
    prices: `
      schema { query: Asking }
      type Asking { cheapest: Product  shared: Int @shareable }
      type Product @key(fields: "id") { id: ID! price: Int }`,
    stars: 'type Query { stars: Int }  type Mutation { rate(stars: Int!): Int }',
  },
  data: {
    Query: { product: product(), cheapest: product(), shared: 1, stars: 2 },
    Mutation: {
      rename: product(),
      rate: ({ given }: { given: object }) => (given as { stars: number }).stars,
    },
    Product: { id: '1', title: 'Lamp', price: 5 },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}

test('a root type is called by its public name at every place', async () => {
  expect(
    await graph.ask(
      '{ __typename kind: __typename product { title price } ... on Query { __typename cheapest { title } shared stars } }',
    ),
  ).toEqual({
    data: {
      __typename: 'Query',
      kind: 'Query',
      product: { title: 'Lamp', price: 5 },
      cheapest: { title: 'Lamp' },
      shared: 1,
      stars: 2,
    },
  })
})

test('a mutation is called by its public name as well', async () => {
  expect(
    await graph.ask('mutation { __typename rename(title: "x") { __typename price } rate(stars: 3) }'),
  ).toEqual({
    data: { __typename: 'Mutation', rename: { __typename: 'Product', price: 5 }, rate: 3 },
  })
})

test('the name of a root alone asks nobody', async () => {
  const before = graph.calls.length
  expect(await graph.ask('{ a: __typename }')).toEqual({ data: { a: 'Query' } })
  expect(graph.calls.length).toBe(before)
})

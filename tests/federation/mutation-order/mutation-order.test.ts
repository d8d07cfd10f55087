/** Root fields of a mutation: one after the other, each with all that follows from it before the next. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const ran = ({ mutations }: { mutations: number }): number => mutations
const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { n: Int }
      type Mutation { add: Product touch: Int }
      type Product @key(fields: "id") { id: ID! changes: Int }`,
    prices: `
      type Mutation { charge: Product rate: Int }
      type Product @key(fields: "id") { id: ID! charges: Int }`,
  },
  data: {
    Query: { n: 1 },
    Mutation: { add: product(), touch: ran, charge: product(), rate: ran },
    Product: { id: '1', changes: ran, charges: ran },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}

test('what follows from a root field is read before the next one runs', async () => {
  expect(
    await graph.ask(
      'mutation { add { changes charges } charge { charges changes } touch again: add { charges } rate }',
    ),
  ).toEqual({
    data: {
      add: { changes: 1, charges: 1 },
      charge: { charges: 2, changes: 2 },
      touch: 3,
      again: { charges: 4 },
      rate: 5,
    },
  })
})

test.each([
  [true, { touch: 1, rate: 2 }],
  [false, { rate: 1, touch: 2 }],
])('root fields run in the order of what is included (skip: %s)', async (skip, expected) => {
  const { data } = await graph.ask(
    'mutation ($skip: Boolean!) { rate @skip(if: $skip) ... on Mutation { touch rate } }',
    { skip },
  )
  expect(JSON.stringify(data)).toBe(JSON.stringify(expected))
})

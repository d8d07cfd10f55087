/** A field that leads back to the root: whoever has a root field can be asked from there. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      schema { query: Questions mutation: Changes }
      type Questions { product: Product  n: Int @shareable }
      type Changes { rename: Renamed }
      type Renamed { query: Questions!  product: Product }
      type Product @key(fields: "id") { id: ID! back: Questions  many: [[Questions]] }`,
    prices:
      'type Query { cheapest: Product  n: Int @shareable } type Product @key(fields: "id") { id: ID! price: Int }',
  },
  data: {
    Query: { product: thing('Product', '1'), cheapest: thing('Product', '1'), n: 1 },
    Mutation: {
      rename: { __typename: 'Renamed', query: thing('Query', 'Query-0'), product: thing('Product', '1') },
    },
    Product: {
      id: '1',
      back: thing('Query', 'Query-0'),
      many: [[thing('Query', 'Query-0'), null], null],
      price: 5,
    },
  },
})

function thing(typeName: string, id: string) {
  return { __typename: typeName, id }
}

test('root fields of several subgraphs are answered below the root', async () => {
  expect(
    await graph.ask('{ product { back { __typename n cheapest { id price } product { price } } } }'),
  ).toEqual({
    data: {
      product: {
        back: { __typename: 'Query', n: 1, cheapest: { id: '1', price: 5 }, product: { price: 5 } },
      },
    },
  })
})

test('the root in a list of lists keeps its places', async () => {
  expect(await graph.ask('{ product { many { cheapest { price } } } }')).toEqual({
    data: { product: { many: [[{ cheapest: { price: 5 } }, null], null] } },
  })
})

test('a mutation leads to the root', async () => {
  expect(await graph.ask('mutation { rename { query { cheapest { price } n } product { price } } }')).toEqual(
    {
      data: { rename: { query: { cheapest: { price: 5 }, n: 1 }, product: { price: 5 } } },
    },
  )
})

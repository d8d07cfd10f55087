/** Arguments and input objects: defaults, nulls and what is left out reach the subgraph as the client meant them. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { search(filter: Filter = { n: 7 }, ways: [Way!], page: Int = 3): String  product: Product }
      type Product @key(fields: "id") { id: ID! }
      input Filter { n: Int  text: String = "all"  inner: Filter  ways: [Way]  onlyHere: Int }
      enum Way { UP DOWN SIDEWAYS }`,
    prices: `
      type Query { cheapest(filter: Filter!): String }
      type Product @key(fields: "id") { id: ID! price(filter: Filter): String }
      input Filter { n: Int  text: String = "all"  inner: Filter  ways: [Way] }
      enum Way { UP DOWN BACK }`,
  },
  data: {
    Query: { search: told, cheapest: told, product: { __typename: 'Product', id: '1' } },
    Product: { id: '1', price: told },
  },
})

function told({ given }: { given: object }) {
  return JSON.stringify(given)
}

test('defaults of arguments and of input fields are filled in, and only where nothing was given', async () => {
  expect(
    await graph.ask('{ search other: search(filter: { text: null }, page: null) cheapest(filter: {}) }'),
  ).toEqual({
    data: {
      search: '{"filter":{"n":7,"text":"all"},"page":3}',
      other: '{"filter":{"text":null},"page":null}',
      cheapest: '{"filter":{"text":"all"}}',
    },
  })
})

test('a variable that is not given is left out, and one that is null is null', async () => {
  const query =
    'query ($n: Int, $text: String, $way: Way, $filter: Filter) { product { price(filter: { n: $n, text: $text, inner: $filter, ways: [$way, UP] }) } }'
  expect(await graph.ask(query)).toEqual({
    data: { product: { price: '{"filter":{"text":"all","ways":[null,"UP"]}}' } },
  })
  expect(await graph.ask(query, { n: null, text: null, way: 'DOWN', filter: null })).toEqual({
    data: { product: { price: '{"filter":{"n":null,"text":null,"inner":null,"ways":["DOWN","UP"]}}' } },
  })
})

test("a variable's own default stands before the input field's", async () => {
  expect(
    await graph.ask(
      'query ($text: String = "mine", $page: Int = 9) { search(filter: { text: $text }, page: $page) }',
    ),
  ).toEqual({ data: { search: '{"filter":{"text":"mine"},"page":9}' } })
})

test.each([
  ['a field that one subgraph lacks', '{ search(filter: { onlyHere: 1 }) }'],
  ['an enum value that one subgraph lacks', '{ search(ways: [SIDEWAYS]) }'],
])('%s is no part of the input that all agree on', async (_what, query) => {
  await expect(graph.ask(query)).rejects.toThrow('GW_VALIDATION_FAILED')
})

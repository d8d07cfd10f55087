/** A requirement that itself requires something of a third subgraph. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: 'type Query { product: Product }  type Product @key(fields: "id") { id: ID! weight: Int }',
    parcels: `
      type Query { heaviest: Product }
      type Product @key(fields: "id") { id: ID! weight: Int @external parcel: String @requires(fields: "weight") }`,
    prices: `
      type Query { cheapest: Product }
      type Product @key(fields: "id") {
        id: ID!
        weight: Int @external
        parcel: String @external
        postage: String @requires(fields: "parcel")
        total: String @requires(fields: "weight parcel")
      }`,
    orders: `
      type Product @key(fields: "id") { id: ID! postage: String @external bill: String @requires(fields: "postage") }`,
  },
  data: {
    Query: { product: product(), heaviest: product(), cheapest: product() },
    Product: { id: '1', weight: 7, parcel: told, postage: told, total: told, bill: told },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}
function told({ required }: { required: Readonly<Record<string, unknown>> }) {
  return Object.entries(required)
    .map(([name, value]) => `${name}(${String(value)})`)
    .join('+')
}

test.each(['product', 'heaviest', 'cheapest'])(
  'each link of a chain of requirements is fetched from its own subgraph, from %s on',
  async (root) => {
    expect(await graph.ask(`{ ${root} { bill total } }`)).toEqual({
      data: { [root]: { bill: 'postage(parcel(weight(7)))', total: 'weight(7)+parcel(weight(7))' } },
    })
    const asked = graph.calls.filter(({ subgraph }) => subgraph === 'prices').map(({ query }) => query)
    for (const query of asked) expect(query).not.toMatch(/\b(weight|parcel)\b/)
  },
)

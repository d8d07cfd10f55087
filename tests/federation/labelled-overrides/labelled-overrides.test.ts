/** Fields that one subgraph takes over from another, at once or for a share of the traffic. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    old: `
      type Query { product: Product cheapest: Product }
      type Product @key(fields: "id") { id: ID! title: String price: Int stock: Int needs: String }`,
    new: `
      type Query { cheapest: Product @override(from: "old") newest: Product }
      type Product @key(fields: "id") {
        id: ID!
        title: String @external
        price: Int @override(from: "old")
        stock: Int @override(from: "old", label: "percent(50)")
        needs: String @override(from: "old") @requires(fields: "title")
      }`,
  },
  data: {
    Query: { product: product(), cheapest: product(), newest: product() },
    Product: {
      id: '1',
      title: 'Lamp',
      price: 5,
      stock: 3,
      needs: ({ required }: { required: object }) => JSON.stringify(required),
    },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}

// A subgraph fails if it is asked for what was taken over from it.
test.each(['product', 'cheapest', 'newest'])(
  'a field that was taken over is asked of its new owner, from %s on',
  async (root) => {
    expect(await graph.ask(`{ ${root} { price needs title } }`)).toEqual({
      data: { [root]: { price: 5, needs: '{"title":"Lamp"}', title: 'Lamp' } },
    })
  },
)

test.each(['product', 'newest'])(
  'a field that is taken over for a share of the traffic is answered by someone, from %s on',
  async (root) => {
    expect(await graph.ask(`{ ${root} { stock } }`)).toEqual({ data: { [root]: { stock: 3 } } })
  },
)

test('an interface is not asked for a field that one of its members has lost to a label', async () => {
  const media = await openCase({
    subgraphs: {
      old: `
        type Query { newest: Media }
        interface Media { id: ID!  cover: Cover }
        type Song implements Media @key(fields: "id") { id: ID!  cover: Cover }
        type Cover @shareable { of: [Media]  colour: String }`,
      new: `
        interface Media @key(fields: "id") { id: ID!  cover: Cover }
        type Film implements Media @key(fields: "id") { id: ID!  cover: Cover }
        type Song implements Media @key(fields: "id") {
          id: ID!  cover: Cover @override(from: "old", label: "percent(0)")
        }
        type Cover @shareable { of: [Media]  colour: String }`,
    },
    data: {
      Query: { newest: { __typename: 'Song', id: '1' } },
      Song: [
        { id: '1', cover: { __typename: 'Cover', colour: 'red', of: [{ __typename: 'Song', id: '2' }] } },
        { id: '2', cover: { __typename: 'Cover', colour: 'blue', of: [] } },
      ],
    },
  })
  expect(await media.ask('{ newest { cover { of { cover { colour } } } } }')).toEqual({
    data: { newest: { cover: { of: [{ cover: { colour: 'blue' } }] } } },
  })
})

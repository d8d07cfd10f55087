/** Subgraphs of Federation 1, which extend types and link to nothing. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `# Federation 1
      type Query { product: Product media: [Media] }
      type Product @key(fields: "id") { id: ID! title: String size: Size }
      type Size { width: Int height: Int }
      interface Media { id: ID! }
      type Film implements Media @key(fields: "id") { id: ID! length: Int }`,
    prices: `# Federation 1
      extend type Query { cheapest: Product }
      extend type Product @key(fields: "id") {
        id: ID! @external
        size: Size @external
        price: Int
        postage: String @requires(fields: "size { width }")
      }
      type Size { width: Int height: Int }
      extend type Film @key(fields: "id") { id: ID! @external stars: Int }`,
    reviews:
      'type Product @key(fields: "id") { id: ID! reviews: [Review] } type Review { body: String of: Product }',
  },
  data: {
    Query: { product: product(), cheapest: product(), media: [{ __typename: 'Film', id: 'f' }] },
    Product: {
      id: '1',
      title: 'Lamp',
      size: { __typename: 'Size', width: 3, height: 4 },
      price: 5,
      postage: ({ required }: { required: object }) => JSON.stringify(required),
      reviews: [{ __typename: 'Review', body: 'Good', of: product() }],
    },
    Film: { id: 'f', length: 90, stars: 4 },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}

test.each(['product', 'cheapest'])('old and new subgraphs complete each other, from %s on', async (root) => {
  expect(
    await graph.ask(`{ ${root} { title price postage size { height } reviews { of { price } } } }`),
  ).toEqual({
    data: {
      [root]: {
        title: 'Lamp',
        price: 5,
        postage: '{"size":{"width":3}}',
        size: { height: 4 },
        reviews: [{ of: { price: 5 } }],
      },
    },
  })
})

test('a type that an old subgraph extends is completed below an interface', async () => {
  expect(await graph.ask('{ media { id ... on Film { stars length } } }')).toEqual({
    data: { media: [{ id: 'f', stars: 4, length: 90 }] },
  })
})

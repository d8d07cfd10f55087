/** Requirements with arguments, beside the same field asked by the client in other ways. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { product(id: ID!): Product products: [Product] }
      type Product @key(fields: "id") { id: ID! weight(unit: Unit = KG): Float! size(in: Box): Size }
      type Size @shareable { width: Int height(scale: Int): Int }
      input Box { side: Side!, margin: Int = 1 }
      enum Unit { G KG } enum Side { A B }`,
    parcels: `
      type Product @key(fields: "id") {
        id: ID!
        weight(unit: Unit = KG): Float! @external
        size(in: Box): Size @external
        shipping: String @requires(fields: "weight(unit: G)")
        freight: String @requires(fields: "weight")
        box: String @requires(fields: "size(in: { side: B, margin: 1 }) { width height(scale: 3) }")
      }
      type Size @shareable { width: Int height(scale: Int): Int }
      input Box { side: Side!, margin: Int = 1 }
      enum Unit { G KG } enum Side { A B }`,
  },
  data: {
    Query: {
      product: { __typename: 'Product', id: '1' },
      products: [{ __typename: 'Product', id: '1' }, null],
    },
    Product: {
      id: '1',
      weight: ({ given }: { given: { unit?: string } }) => (given.unit === 'G' ? 2500 : 2.5),
      size: ({ given: { in: box } }: { given: { in?: { side: string } } }) => ({
        __typename: 'Size',
        width: box === undefined ? 1 : box.side.charCodeAt(0),
        height: ({ given }: { given: { scale?: number } }) => (given.scale ?? 1) * 10,
      }),
      shipping: told,
      freight: told,
      box: told,
    },
  },
})

function told({ required }: { required: object }) {
  return JSON.stringify(required)
}

test("a required value and the client's own of the same field are two values", async () => {
  expect(await graph.ask('{ product(id: 1) { weight shipping grams: weight(unit: G) } }')).toEqual({
    data: { product: { weight: 2.5, shipping: '{"weight":2500}', grams: 2500 } },
  })
})

test("a client's alias with a required field's name is not taken for it", async () => {
  expect(
    await graph.ask('{ product(id: 1) { weight: id size: weight(unit: KG) shipping freight box } }'),
  ).toEqual({
    data: {
      product: {
        weight: '1',
        size: 2.5,
        shipping: '{"weight":2500}',
        freight: '{"weight":2.5}',
        box: '{"size":{"width":66,"height":30}}',
      },
    },
  })
})

test('two fields that require one field with other arguments are each told their own value', async () => {
  expect(await graph.ask('{ products { freight shipping } }')).toEqual({
    data: { products: [{ freight: '{"weight":2.5}', shipping: '{"weight":2500}' }, null] },
  })
})

test('a required object with arguments below stands beside what the client asks of it', async () => {
  expect(
    await graph.ask(
      'query ($side: Side!) { product(id: 1) { size(in: { side: $side }) { height width } box } }',
      {
        side: 'A',
      },
    ),
  ).toEqual({
    data: { product: { size: { height: 10, width: 65 }, box: '{"size":{"width":66,"height":30}}' } },
  })
})

/** What subgraphs are told of entities: exactly what they need, once each, and only where something is asked of them. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { items: [Item] same: [Product] }
      union Item = Product | Poster
      type Product @key(fields: "id") @key(fields: "code") { id: ID! code: String weight: Int title: String }
      type Poster @key(fields: "id") { id: ID! title: String }`,
    parcels: `
      type Product @key(fields: "id") { id: ID! weight: Int @external stars: Int parcel: String @requires(fields: "weight") }`,
  },
  data: {
    Query: {
      items: [product('1'), { __typename: 'Poster', id: '1' }, null, product('2'), product('1')],
      same: [product('1'), product('1')],
    },
    Product: [
      { id: '1', code: 'x', weight: 5, title: 'Lamp', stars: 4, parcel: told },
      { id: '2', code: 'y', weight: null, title: 'Rope', stars: null, parcel: told },
    ],
    Poster: { id: '1', title: 'Sea' },
  },
})

function product(id: string) {
  return { __typename: 'Product', id }
}
function told({ required }: { required: object }) {
  return JSON.stringify(required)
}

const toldParcels = (): unknown[] =>
  graph.calls
    .filter(({ subgraph }) => subgraph === 'parcels')
    .flatMap(({ variables }) => Object.values(variables ?? {}))

test('an entity at several places is sent once, and others not at all', async () => {
  const before = toldParcels().length
  expect(await graph.ask('{ items { ... on Product { stars } ... on Poster { title } } }')).toEqual({
    data: { items: [{ stars: 4 }, { title: 'Sea' }, null, { stars: null }, { stars: 4 }] },
  })
  expect(toldParcels().slice(before)).toEqual([[product('1'), product('2')]])
})

test('a representation carries the key and what is required, and nothing that was asked beside it', async () => {
  const before = toldParcels().length
  expect(await graph.ask('{ same { code title parcel } }')).toEqual({
    data: {
      same: [
        { code: 'x', title: 'Lamp', parcel: '{"weight":5}' },
        { code: 'x', title: 'Lamp', parcel: '{"weight":5}' },
      ],
    },
  })
  expect(toldParcels().slice(before)).toEqual([[{ ...product('1'), weight: 5 }]])
})

test('a subgraph of which nothing is asked is not called', async () => {
  const before = graph.calls.length
  await graph.ask('{ items { ... on Product { id code weight } ... on Poster { id } } }')
  expect(graph.calls.slice(before).map(({ subgraph }) => subgraph)).toEqual(['shelf'])
})

/** Fields that a subgraph gives along with an object though they are another's: on that way, and on no other. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query {
        product: Product
        newest: Product @provides(fields: "title maker { name home { city } }")
        media: [Media] @provides(fields: "... on Film { length } ... on Book { maker { name } }")
      }
      type Product @key(fields: "id") { id: ID! title: String @external maker: Maker @external }
      type Maker @key(fields: "id") { id: ID! name: String @external home: Home }
      type Home @shareable { city: String }
      union Media = Film | Book
      type Film @key(fields: "id") { id: ID! length: Int @external }
      type Book @key(fields: "id") { id: ID! maker: Maker @provides(fields: "name") }`,
    owner: `
      type Product @key(fields: "id") { id: ID! title: String @shareable maker: Maker @shareable price: Int }
      type Maker @key(fields: "id") { id: ID! name: String @shareable born: Int }
      type Film @key(fields: "id") { id: ID! length: Int @shareable title: String @shareable }`,
  },
  data: {
    Query: {
      product: thing('Product'),
      newest: thing('Product'),
      media: [thing('Film'), null, thing('Book')],
    },
    Product: { id: '1', title: 'Lamp', maker: thing('Maker'), price: 5 },
    Maker: { id: '1', name: 'Ann', born: 1980, home: { __typename: 'Home', city: 'Oslo' } },
    Film: { id: '1', length: 90, title: 'Sea' },
    Book: { id: '1', maker: thing('Maker') },
  },
})

function thing(typeName: string) {
  return { __typename: typeName, id: '1' }
}
const askedOf = async (query: string): Promise<readonly string[]> => {
  const before = graph.calls.length
  await graph.ask(query)
  return graph.calls.slice(before).map(({ subgraph }) => subgraph)
}

// A subgraph fails if it is asked for another's field where it does not provide it.
test('what is provided costs no further call', async () => {
  expect(await askedOf('{ newest { title maker { name home { city } } } }')).toEqual(['shelf'])
  expect(await askedOf('{ media { ... on Film { length } ... on Book { maker { name } } } }')).toEqual([
    'shelf',
  ])
})

test('what is provided on one way is asked of its owner on another', async () => {
  expect(
    await graph.ask(
      '{ product { title maker { name home { city } } } newest { title maker { born } price } }',
    ),
  ).toEqual({
    data: {
      product: { title: 'Lamp', maker: { name: 'Ann', home: { city: 'Oslo' } } },
      newest: { title: 'Lamp', maker: { born: 1980 }, price: 5 },
    },
  })
})

test('beside what is provided to a member of a union, the rest is asked of its owner', async () => {
  expect(
    await graph.ask('{ media { ... on Film { length title } ... on Book { maker { name born } } } }'),
  ).toEqual({
    data: { media: [{ length: 90, title: 'Sea' }, null, { maker: { name: 'Ann', born: 1980 } }] },
  })
})

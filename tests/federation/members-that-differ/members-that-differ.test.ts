/** An interface whose members have its fields in other subgraphs: each member is asked where it has them. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    map: `
      type Query { places: [Place] }
      interface Place { id: ID! }
      interface Known implements Place { id: ID! name(long: Boolean): Name }
      type Shop implements Place @key(fields: "code") { id: ID! @shareable  code: String! }
      type Stall implements Known & Place @key(fields: "id") { id: ID!  name(long: Boolean): Name @shareable }
      type Kiosk implements Known & Place @key(fields: "code") { id: ID! @shareable  code: String!  name(long: Boolean): Name }
      type Name @shareable { text: String }`,
    names: `
      interface Place { name(long: Boolean): Name }
      type Shop @key(fields: "id") { id: ID!  name(long: Boolean): Name }
      type Stall implements Place @key(fields: "id") { id: ID!  name(long: Boolean): Name @shareable }
      type Name @shareable { text: String }`,
  },
  data: {
    Query: { places: ['Shop', null, 'Stall', 'Kiosk'].map((one) => one && { __typename: one, id: one }) },
    Shop: { id: 'Shop', code: 's', name },
    Stall: { id: 'Stall', name },
    Kiosk: { id: 'Kiosk', code: 'k', name },
  },
})

function name({ given }: { given: { long?: boolean } }) {
  return { __typename: 'Name', text: given.long === true ? 'long' : 'short' }
}

test('a field that a subgraph has for some members of its interface is asked of them there, and of others elsewhere', async () => {
  const text = { name: { text: 'long' } }
  expect(await graph.ask('{ places { name(long: true) { text } } }')).toEqual({
    data: { places: [text, null, text, text] },
  })
})

test('a narrower interface brings its members, wherever their fields are', async () => {
  const named = { name: { text: 'short' } }
  expect(
    await graph.ask('{ places { ... on Known { name { text } } ... on Shop { id name { text } } } }'),
  ).toEqual({
    data: { places: [{ id: 'Shop', ...named }, null, named, named] },
  })
})

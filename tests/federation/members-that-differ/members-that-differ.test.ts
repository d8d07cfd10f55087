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

test('a fragment on an interface passes only the members that its subgraph knows', async () => {
  // Shop has Known in `names` alone, so `map` leaves it out of `... on Known`.
  const known = await openCase({
    subgraphs: {
      map: `
        type Query { places: [Place] }
        interface Known { name: String }
        interface Place { id: ID! }
        type Shop implements Place @key(fields: "id") { id: ID! }
        type Stall implements Known & Place @key(fields: "id") { id: ID!  name: String }
        type Kiosk implements Known & Place @key(fields: "id") { id: ID!  name: String }`,
      names: `
        interface Known { name: String }
        interface Place { name: String }
        type Shop implements Known & Place @key(fields: "id") { id: ID! name: String }`,
    },
    data: {
      Query: { places: ['Shop', 'Stall', 'Kiosk'].map((one) => ({ __typename: one, id: one })) },
      Shop: { id: 'Shop', name: 'shop' },
      Stall: { id: 'Stall', name: 'stall' },
      Kiosk: { id: 'Kiosk', name: 'kiosk' },
    },
  })
  expect(await known.ask('{ places { name } }')).toEqual({
    data: { places: [{ name: 'shop' }, { name: 'stall' }, { name: 'kiosk' }] },
  })
  expect(known.calls[0]?.query).toContain('... on Known { name }')
})

test('a member may take an argument that its interface does not know, and others may require the field', async () => {
  const priced = await openCase({
    subgraphs: {
      shop: `
        type Query { wares: [Ware] }
        interface Ware { id: ID! }
        type Book implements Ware @key(fields: "id") { id: ID! }`,
      prices: `
        interface Ware { price: Int }
        type Book implements Ware @key(fields: "id") { id: ID!  price(net: Boolean): Int }`,
      parcels: `
        type Book @key(fields: "id") {
          id: ID!  price(net: Boolean): Int @external  insured: String @requires(fields: "price")
        }`,
    },
    data: {
      Query: { wares: [{ __typename: 'Book', id: '1' }] },
      Book: {
        id: '1',
        price: ({ given }: { given: { net?: boolean } }) => (given.net === true ? 8 : 10),
        insured: ({ required }: { required: { price: number } }) => `for ${required.price}`,
      },
    },
  })
  expect(await priced.ask('{ wares { price ... on Book { net: price(net: true) insured } } }')).toEqual({
    data: { wares: [{ price: 10, net: 8, insured: 'for 10' }] },
  })
})

test('a shared field is not asked for members of another subgraph that its own type does not have', async () => {
  const graphOfParts = await openCase({
    subgraphs: {
      first: `
        type Query { part: Part @shareable }
        type Part { held: [Held] @shareable }
        interface Held { unit: Unit }
        type Box implements Held @shareable { unit: Unit }
        type Bag @shareable { unit: Unit }
        type Unit @interfaceObject @key(fields: "id") { id: ID!  next: Unit  last: Unit }`,
      second: `
        type Query { part: Part @shareable }
        type Part { held: [Held] @shareable }
        interface Held { unit: Unit }
        type Box implements Held @shareable { unit: Unit }
        type Bag implements Held @shareable { unit: Unit }
        interface Unit @key(fields: "id") { id: ID! }
        type Crate implements Unit @key(fields: "id") { id: ID! }`,
      third: `
        interface Unit { weight: Int }
        type Crate implements Unit @key(fields: "id") { id: ID! weight: Int }`,
    },
    data: {
      Query: {
        part: {
          __typename: 'Part',
          held: [
            { __typename: 'Box', unit: { __typename: 'Crate', id: '1' } },
            { __typename: 'Box', unit: null },
          ],
        },
      },
      Crate: [
        { id: '1', next: { __typename: 'Crate', id: '2' } },
        { id: '2', last: { __typename: 'Crate', id: '3' } },
        { id: '3', weight: 7 },
      ],
    },
  })
  expect(await graphOfParts.ask('{ part { held { unit { next { last { weight } } } } } }')).toEqual({
    data: { part: { held: [{ unit: { next: { last: { weight: 7 } } } }, { unit: null }] } },
  })
})

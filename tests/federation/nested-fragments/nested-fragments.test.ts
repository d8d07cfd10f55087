/** Fragments in fragments on interfaces, unions and their members: every field that applies is there, once. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { items: [Item] node: Node! }
      interface Node { id: ID! next: Node! }
      interface Titled implements Node { id: ID! next: Node! title: String }
      union Item = Book | Film
      type Book implements Titled & Node @key(fields: "id") { id: ID! next: Node! title: String pages: Int! }
      type Film implements Titled & Node @key(fields: "id") { id: ID! next: Node! title: String }
      type Shop implements Node @key(fields: "id") { id: ID! next: Node! }`,
    stars: `
      type Book @key(fields: "id") { id: ID! stars: Int }
      type Film @key(fields: "id") { id: ID! stars: Int length: Int }`,
  },
  data: {
    Query: { items: [book(), null, film()], node: book() },
    Book: { id: 'b', title: 'Sea', pages: 9, stars: 4, next: { __typename: 'Shop', id: 's' } },
    Film: { id: 'f', title: 'Sun', length: 90, stars: null, next: book() },
    Shop: { id: 's', next: film() },
  },
})

function book() {
  return { __typename: 'Book', id: 'b' }
}
function film() {
  return { __typename: 'Film', id: 'f' }
}

test('fields in fragments on interfaces in fragments on members are all there', async () => {
  expect(
    await graph.ask(`
      { items { ... on Node { ... on Titled { title ... on Film { length ... on Titled { mark: id } } ... on Book { stars } } ... on Shop { id } } ...F } }
      fragment F on Item { ... on Titled { ...G } ... on Book { ...G pages } }
      fragment G on Titled { kind: __typename ... on Node { id } ... on Film { own: stars } }`),
  ).toEqual({
    data: {
      items: [
        { title: 'Sea', stars: 4, kind: 'Book', id: 'b', pages: 9 },
        null,
        { title: 'Sun', length: 90, mark: 'f', kind: 'Film', id: 'f', own: null },
      ],
    },
  })
})

test('a field of an interface that is asked again of a member is one object', async () => {
  expect(
    await graph.ask(
      '{ node { ... on Book { next { next { ... on Film { next { __typename } } } } } next { ... on Shop { next { id } } } } }',
    ),
  ).toEqual({ data: { node: { next: { next: { next: { __typename: 'Book' }, id: 'f' } } } } })
})

test('it is one object three levels down as well', async () => {
  expect(
    await graph.ask(`
      { node { next { next { next { ... on Book { pages title } } }
                      ... on Shop { next { next { ... on Book { __typename stars } } } } } } }`),
  ).toEqual({
    data: { node: { next: { next: { next: { pages: 9, title: 'Sea', __typename: 'Book', stars: 4 } } } } },
  })
})

test('the same fragment at several depths is filled in at each', async () => {
  expect(
    await graph.ask(`
      { node { ...F next { ...F next { ...F ... on Titled { next { ...F } } } } } }
      fragment F on Node { ... on Book { stars } ... on Film { stars length } }`),
  ).toEqual({
    data: { node: { stars: 4, next: { next: { stars: null, length: 90, next: { stars: 4 } } } } },
  })
})

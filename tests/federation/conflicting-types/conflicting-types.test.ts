/** Members of an abstract type that have a field of one name and different types: each needs a name of its own on the way. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { items: [Item] }
      union Item = Book | Film | Game
      type Book @key(fields: "id") { id: ID! code: String size: Int! tags: [String] of: Book }
      type Film @key(fields: "id") { id: ID! code: Int size: Int tags: String of: Film }
      type Game @key(fields: "id") { id: ID! code(long: Boolean): String size: [Int] }`,
    labels: `
      type Book @key(fields: "id") { id: ID! code: String @external label: String @requires(fields: "code") }
      type Film @key(fields: "id") { id: ID! code: Int @external label: String @requires(fields: "code") }
      type Game @key(fields: "id") { id: ID! code(long: Boolean): String @external label: String @requires(fields: "code(long: true)") }`,
  },
  data: {
    Query: { items: ['Book', 'Film', 'Game', null].map((one) => one && { __typename: one, id: one }) },
    Book: {
      id: 'Book',
      code: 'b',
      size: 1,
      tags: ['t'],
      of: { __typename: 'Book', id: 'Book' },
      label: told,
    },
    Film: { id: 'Film', code: 5, size: null, tags: 't', of: null, label: told },
    Game: {
      id: 'Game',
      code: ({ given }: { given: { long?: boolean } }) => (given.long ? 'long' : 'short'),
      size: [1, 2],
      label: told,
    },
  },
})

function told({ required }: { required: object }) {
  return JSON.stringify(required)
}

test("fields that are required under one name with several types reach each member's subgraph", async () => {
  expect(
    await graph.ask('{ items { ... on Book { label } ... on Film { label } ... on Game { label } } }'),
  ).toEqual({
    data: { items: [{ label: '{"code":"b"}' }, { label: '{"code":5}' }, { label: '{"code":"long"}' }, null] },
  })
})

test('names that were given on the way are not seen in the answer', async () => {
  expect(
    await graph.ask(
      '{ items { ... on Book { size label bookTags: tags of { code } } ... on Film { filmSize: size tags of { label } label } ... on Game { gameSize: size code } } }',
    ),
  ).toEqual({
    data: {
      items: [
        { size: 1, label: '{"code":"b"}', bookTags: ['t'], of: { code: 'b' } },
        { filmSize: null, tags: 't', of: null, label: '{"code":5}' },
        { gameSize: [1, 2], code: 'short' },
        null,
      ],
    },
  })
})

test('one name asked of two members with other arguments is fetched of each with its own', async () => {
  expect(
    await graph.ask(
      '{ items { ... on Book { code } ... on Game { code(long: true) } } other: items { ... on Book { code } ... on Game { code } } }',
    ),
  ).toEqual({
    data: {
      items: [{ code: 'b' }, {}, { code: 'long' }, null],
      other: [{ code: 'b' }, {}, { code: 'short' }, null],
    },
  })
})

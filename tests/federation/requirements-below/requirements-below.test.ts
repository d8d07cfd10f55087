/** Requirements that reach below: through entities, lists in lists, interfaces and unions. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { set: Set }
      type Set @key(fields: "id") { id: ID! parts: [[Part]] main: Part media: [Media] cover: Cover label: Label }
      type Part @key(fields: "id") { id: ID! }
      type Label { text: String lines: [[String]] }
      interface Media { id: ID! title: String }
      type Photo implements Media @key(fields: "id") { id: ID! title: String }
      type Clip implements Media @key(fields: "id") { id: ID! title: String length: Int }
      union Cover = Photo | Label`,
    weights:
      'type Part @key(fields: "id") { id: ID! weight: Int }  type Photo @key(fields: "id") { id: ID! pixels: Int }',
    parcels: `
      type Set @key(fields: "id") {
        id: ID!
        parts: [[Part]] @external
        main: Part @external
        media: [Media] @external
        cover: Cover @external
        label: Label @external
        weights: String @requires(fields: "parts { weight } main { id weight }")
        gallery: String @requires(fields: "media { title ... on Photo { pixels } ... on Clip { length } }")
        front: String @requires(fields: "cover { ... on Photo { pixels } ... on Label { text } }")
        print: String @requires(fields: "label { lines }")
      }
      type Part @key(fields: "id", resolvable: false) { id: ID! weight: Int @external }
      type Label @shareable { text: String @external lines: [[String]] @external }
      interface Media { id: ID! title: String }
      type Photo implements Media @key(fields: "id", resolvable: false) { id: ID! title: String @external pixels: Int @external }
      type Clip implements Media @key(fields: "id", resolvable: false) { id: ID! title: String @external length: Int @external }
      union Cover = Photo | Label`,
  },
  data: {
    Query: { set: { __typename: 'Set', id: '1' } },
    Set: {
      id: '1',
      parts: [[part('a'), null], null, [], [part('b'), part('a')]],
      main: part('b'),
      media: [{ __typename: 'Clip', id: 'c' }, null, { __typename: 'Photo', id: 'p' }],
      cover: { __typename: 'Photo', id: 'p' },
      label: { __typename: 'Label', text: 'Set', lines: [['x', null], null, []] },
      weights: told,
      gallery: told,
      front: told,
      print: told,
    },
    Part: [
      { id: 'a', weight: 1 },
      { id: 'b', weight: null },
    ],
    Photo: { id: 'p', title: 'Sea', pixels: 9 },
    Clip: { id: 'c', title: 'Sun', length: 60 },
  },
})

function part(id: string) {
  return { __typename: 'Part', id }
}
function told({ required }: { required: object }) {
  return JSON.stringify(required)
}
const answer = async (field: string): Promise<unknown> => {
  const { data } = await graph.ask(`{ set { ${field} } }`)
  return JSON.parse((data as { set: Record<string, string> }).set[field] ?? '')
}

test('what is required of entities in a list of lists comes with the list as it is', async () => {
  expect(await answer('weights')).toEqual({
    parts: [[{ weight: 1 }, null], null, [], [{ weight: null }, { weight: 1 }]],
    main: { id: 'b', weight: null },
  })
})

test('what is required of an interface comes for each member from where it is', async () => {
  expect(await answer('gallery')).toEqual({
    media: [{ title: 'Sun', length: 60 }, null, { title: 'Sea', pixels: 9 }],
  })
})

test('what is required of a union comes for the member that it is', async () => {
  expect(await answer('front')).toEqual({ cover: { pixels: 9 } })
})

test('a required list of lists of leaves keeps its nulls', async () => {
  expect(await answer('print')).toEqual({ label: { lines: [['x', null], null, []] } })
})

test('what is required stays out of what the client asked of the same objects', async () => {
  expect(
    await graph.ask(
      '{ set { weights parts { __typename } media { ... on Photo { pixels: title } } front cover { __typename } } }',
    ),
  ).toMatchObject({
    data: {
      set: {
        parts: [[{ __typename: 'Part' }, null], null, [], [{ __typename: 'Part' }, { __typename: 'Part' }]],
        media: [{}, null, { pixels: 'Sea' }],
        cover: { __typename: 'Photo' },
      },
    },
  })
})

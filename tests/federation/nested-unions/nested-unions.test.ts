/** Unions in unions, in lists of lists, of which each subgraph knows other members. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    feed: `
      type Query { feed: [[Item]] pinned: Item }
      union Item = Post | Advert
      type Post @key(fields: "id") { id: ID! about: Item replies: [Reply!] }
      type Advert { text: String target: Target }
      union Target = Post | Advert
      union Reply = Post
    `,
    posts: `
      type Query { latest: Item }
      union Item = Post | Poll
      union Reply = Post | Poll
      type Post @key(fields: "id") { id: ID! title: String @shareable }
      type Poll @key(fields: "id") { id: ID! title: [String] parent: Reply }`,
  },
  data: {
    Query: {
      feed: [[post('1'), advert(post('2'))], null, [], [null, advert(advert(null))]],
      pinned: advert(post('1')),
      latest: { __typename: 'Poll', id: '9' },
    },
    Post: [
      { id: '1', title: 'One', about: post('2'), replies: [post('2'), post('1')] },
      { id: '2', title: 'Two', about: advert(post('1')), replies: null },
    ],
    Poll: { id: '9', title: ['yes', null], parent: post('2') },
  },
})

function post(id: string) {
  return { __typename: 'Post', id }
}
function advert(target: unknown) {
  return { __typename: 'Advert', text: 'Buy', target }
}

test('unions in a list of lists keep their places and their nulls', async () => {
  expect(
    await graph.ask(
      '{ feed { __typename ... on Post { title } ... on Advert { target { ... on Post { title } } } } }',
    ),
  ).toEqual({
    data: {
      feed: [
        [
          { __typename: 'Post', title: 'One' },
          { __typename: 'Advert', target: { title: 'Two' } },
        ],
        null,
        [],
        [null, { __typename: 'Advert', target: {} }],
      ],
    },
  })
})

test('a union below a union is completed at every depth', async () => {
  expect(
    await graph.ask(
      '{ pinned { ... on Advert { target { ... on Post { title about { ... on Post { title about { ... on Advert { text target { ... on Post { replies { ... on Post { title } } } } } } } } } } } } }',
    ),
  ).toEqual({
    data: {
      pinned: {
        target: {
          title: 'One',
          about: {
            title: 'Two',
            about: { text: 'Buy', target: { replies: [{ title: 'Two' }, { title: 'One' }] } },
          },
        },
      },
    },
  })
})

test('a member that a subgraph does not know is left out of what it is asked, not an error', async () => {
  expect(
    await graph.ask(
      '{ latest { ... on Advert { text } ... on Poll { options: title parent { ... on Poll { id } ... on Post { about { ... on Advert { text } ... on Poll { id } } } } } ... on Post { title } } }',
    ),
  ).toEqual({ data: { latest: { options: ['yes', null], parent: { about: { text: 'Buy' } } } } })
})

test('one call for what is at two members of a shared union is proved, also where not all who give it have both', async () => {
  const shared = await openCase({
    subgraphs: {
      notes: `
        type Query { newest: Entry @shareable }
        union Entry = Note | Box
        type Note @key(fields: "id") { id: ID! }
        type Box @shareable { of: Thing! }
        type Thing @key(fields: "id") { id: ID!  price: Int  weight: Int }`,
      boxes: `
        type Query { newest: Entry @shareable }
        union Entry = Box | Other
        type Box @shareable { of: Thing! }
        type Other @shareable { text: String }
        type Thing @key(fields: "id") { id: ID!  name: String }`,
      parcels: `
        type Query { newest: Entry @shareable }
        union Entry = Note | Box | Other
        type Note @key(fields: "id") { id: ID!  boxes: [Box] }
        type Box @shareable { of: Thing! }
        type Other @shareable { text: String }
        type Thing @key(fields: "id") {
          id: ID!  price: Int @external  weight: Int @external  parcel: String @requires(fields: "price weight")
        }`,
    },
    data: {
      Query: { newest: { __typename: 'Box', of: { __typename: 'Thing', id: 't' } } },
      Thing: {
        id: 't',
        name: 'Bolt',
        price: 5,
        weight: 2,
        parcel: ({ required }: { required: object }) => JSON.stringify(required),
      },
    },
  })
  expect(
    await shared.ask(
      '{ newest { ... on Note { boxes { of { price } } } ... on Box { of { ... on Thing { parcel } name } } } }',
    ),
  ).toEqual({ data: { newest: { of: { parcel: '{"price":5,"weight":2}', name: 'Bolt' } } } })
})

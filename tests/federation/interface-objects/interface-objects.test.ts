/** A subgraph that holds an interface as an object: it has fields for every member and knows none of them. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    library: `
      type Query { newest: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String! }
      type Video implements Media @key(fields: "id") { id: ID! title: String! length: Int }
      type Song implements Media @key(fields: "id") { id: ID! title: String! singer: Singer }
      type Singer @key(fields: "id") { id: ID! name: String favourite: Media }`,
    reviews: `
      type Query { mostReviewed: Media leastReviewed: Media reviewed: [[Media]] }
      type Media @key(fields: "id") @interfaceObject {
        id: ID!
        title: String! @external
        stars: Int
        related: [Media!]
        headline(loud: Boolean): String @requires(fields: "title")
        review: Review
      }
      type Review { body: String of: Media }`,
    people: 'type Singer @key(fields: "id") { id: ID! born: Int }',
  },
  data: {
    Query: {
      newest: [song('s'), null, video('v')],
      mostReviewed: video('v'),
      leastReviewed: null,
      reviewed: [[song('s'), null], [], null, [video('v'), video('w')]],
    },
    Video: [
      { id: 'v', title: 'Sea', length: 90, stars: 5, related: [song('s')], headline: headline, review: null },
      { id: 'w', title: 'Sun', length: 60, stars: null, related: [], headline: headline },
    ],
    Song: [
      {
        id: 's',
        title: 'Rain',
        singer: { __typename: 'Singer', id: 'p' },
        stars: 3,
        related: [video('v'), video('w')],
        headline: headline,
        review: { __typename: 'Review', body: 'Wet', of: song('s') },
      },
    ],
    Singer: [{ id: 'p', name: 'Ann', favourite: video('v'), born: 1980 }],
  },
})

function video(id: string) {
  return { __typename: 'Video', id }
}
function song(id: string) {
  return { __typename: 'Song', id }
}
function headline({ given, required }: { given: object; required: object }) {
  return JSON.stringify({ ...given, ...required })
}

test('a field of an interface object is there for every member, whichever it is', async () => {
  expect(await graph.ask('{ newest { title stars } }')).toEqual({
    data: { newest: [{ title: 'Rain', stars: 3 }, null, { title: 'Sea', stars: 5 }] },
  })
})

test('what an interface object is comes from a subgraph that knows its members', async () => {
  expect(await graph.ask('{ mostReviewed { __typename stars } leastReviewed { __typename id } }')).toEqual({
    data: { mostReviewed: { __typename: 'Video', stars: 5 }, leastReviewed: null },
  })
})

test('a fragment below an interface object holds for its own member alone', async () => {
  const { data } = await graph.ask(
    '{ reviewed { stars ... on Video { length } ... on Song { singer { name born } } ... on Media { kind: __typename } } }',
  )
  expect(data).toEqual({
    reviewed: [
      [{ stars: 3, singer: { name: 'Ann', born: 1980 }, kind: 'Song' }, null],
      [],
      null,
      [
        { stars: 5, length: 90, kind: 'Video' },
        { stars: null, length: 60, kind: 'Video' },
      ],
    ],
  })
})

test('an interface object is told the value of the interface that its field requires', async () => {
  expect(await graph.ask('{ mostReviewed { headline } newest { shout: headline(loud: true) } }')).toEqual({
    data: {
      mostReviewed: { headline: '{"title":"Sea"}' },
      newest: [{ shout: '{"loud":true,"title":"Rain"}' }, null, { shout: '{"loud":true,"title":"Sea"}' }],
    },
  })
})

test("an interface object's external field is asked of the subgraph that has it", async () => {
  expect(await graph.ask('{ mostReviewed { title related { title } } }')).toEqual({
    data: { mostReviewed: { title: 'Sea', related: [{ title: 'Rain' }] } },
  })
})

test('an interface object leads to another, and back to a member', async () => {
  expect(
    await graph.ask(
      '{ newest { ... on Song { review { of { related { stars related { ... on Song { singer { favourite { headline } } } } } } } } } }',
    ),
  ).toEqual({
    data: {
      newest: [
        {
          review: {
            of: {
              related: [
                { stars: 5, related: [{ singer: { favourite: { headline: '{"title":"Sea"}' } } }] },
                { stars: null, related: [] },
              ],
            },
          },
        },
        null,
        {},
      ],
    },
  })
})

test('what no subgraph has of the interface itself is had by way of the members, below what is provided, too', async () => {
  const parts = await openCase({
    subgraphs: {
      shop: `
        type Query { first: Part @provides(fields: "... on Bolt { fits { ... on Nut { size } } }") }
        interface Part @key(fields: "id") { id: ID! }
        type Bolt implements Part @key(fields: "id") { id: ID!  fits: [Part] @external }
        type Nut implements Part @key(fields: "id") { id: ID!  size: Int @external }`,
      fitting: `
        interface Part { fits: [Part] }
        type Bolt @key(fields: "id") { id: ID!  fits: [Part] }
        type Nut implements Part @key(fields: "id") { id: ID!  fits: [Part]  size: Int }`,
      makers: 'type Part @interfaceObject @key(fields: "id") { id: ID!  spare: Part }',
    },
    data: {
      Query: { first: { __typename: 'Bolt', id: 'b' } },
      Bolt: { id: 'b', fits: [{ __typename: 'Nut', id: 'n' }], spare: null },
      Nut: [
        { id: 'n', fits: [], size: 5, spare: { __typename: 'Nut', id: 'm' } },
        { id: 'm', fits: [{ __typename: 'Nut', id: 'n' }], size: 6, spare: null },
      ],
    },
  })
  expect(await parts.ask('{ first { fits { spare { fits { id } } } } }')).toEqual({
    data: { first: { fits: [{ spare: { fits: [{ id: 'n' }] } }] } },
  })
})

test('what is required of an interface is asked of its members where one of them requires something for it', async () => {
  const items = await openCase({
    subgraphs: {
      labels: `
        type Query { items: [Item!] }
        type Item @interfaceObject @key(fields: "id") {
          id: ID!  code: Int @external  label: String @requires(fields: "code")
        }`,
      codes: `
        interface Item @key(fields: "id") { id: ID!  code: Int }
        type Plain implements Item @key(fields: "id") { id: ID!  code: Int }
        type Sized implements Item @key(fields: "id") {
          id: ID!  size: Int @external  code: Int @requires(fields: "size")
        }`,
      sizes: 'type Sized @key(fields: "id") { id: ID!  size: Int }',
      prints: `
        type Item @interfaceObject @key(fields: "id") {
          id: ID!  label: String @external  print: String @requires(fields: "label")
        }`,
    },
    data: {
      Query: {
        items: [
          { __typename: 'Sized', id: 's' },
          { __typename: 'Plain', id: 'p' },
        ],
      },
      Sized: { id: 's', size: 3, code: doubled('size'), label: told, print: told },
      Plain: { id: 'p', code: 5, label: told, print: told },
    },
  })
  expect(await items.ask('{ items { print } }')).toEqual({
    data: { items: [6, 5].map((code) => ({ print: JSON.stringify({ label: `{"code":${code}}` }) })) },
  })
})

function told({ required }: { required: object }) {
  return JSON.stringify(required)
}
function doubled(name: string) {
  return ({ required }: { required: { [name: string]: number } }) => (required[name] ?? 0) * 2
}

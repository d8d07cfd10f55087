/** Errors of subgraphs: at the client's path, with the index, once, and with the nulls that the public schema says. */
import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const failure = (): Error => new GraphQLError('Product.price failed', { extensions: { code: 'OUT_OF_LUCK' } })
const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { products: [[Product]] first: Product sure: Product! other: Int! linked: [Linked] }
      interface Linked { id: ID! links: [Page] }
      type Home implements Linked { id: ID! links: [Page] }
      type Page implements Linked @key(fields: "id") { id: ID! links: [Page]! }
      type Product @key(fields: "id") { id: ID! title: String }`,
    prices: `
      type Product @key(fields: "id") { id: ID! price: Int tax: Int! rebate: Int! offers: [Offer] }
      type Offer @key(fields: "id") { id: ID! amount: Int }`,
  },
  data: {
    Query: {
      products: [[product('1')], null, [product('2'), product('3')]],
      first: product('2'),
      sure: failure(),
      other: 1,
      linked: [{ __typename: 'Page', id: 'a' }],
    },
    Page: [
      { id: 'a', links: [{ __typename: 'Page', id: 'b' }] },
      { id: 'b', links: failure() },
    ],
    Product: [
      { id: '1', title: 'Lamp', price: 5, tax: 1, rebate: 1, offers: [] },
      {
        id: '2',
        title: 'Rope',
        price: failure(),
        tax: failure(),
        rebate: 2,
        offers: [offer('a'), offer('b')],
      },
      { id: '3', title: 'Sand', price: failure(), tax: 3, rebate: 3, offers: null },
    ],
    Offer: [
      { id: 'a', amount: 1 },
      { id: 'b', amount: failure() },
    ],
  },
})

function product(id: string) {
  return { __typename: 'Product', id }
}
function offer(id: string) {
  return { __typename: 'Offer', id }
}

test('an error of an entity in a list of lists has the index of each list', async () => {
  expect(await graph.ask('{ all: products { title cost: price } }')).toEqual({
    data: {
      all: [
        [{ title: 'Lamp', cost: 5 }],
        null,
        [
          { title: 'Rope', cost: null },
          { title: 'Sand', cost: null },
        ],
      ],
    },
    errors: [
      { path: ['all', 2, 0, 'cost'], code: 'OUT_OF_LUCK' },
      { path: ['all', 2, 1, 'cost'], code: 'OUT_OF_LUCK' },
    ],
  })
})

test('an error below an entity keeps the index of its list', async () => {
  expect(await graph.ask('{ first { offers { amount } } }')).toEqual({
    data: { first: { offers: [{ amount: 1 }, { amount: null }] } },
    errors: [{ path: ['first', 'offers', 1, 'amount'], code: 'OUT_OF_LUCK' }],
  })
})

test('an error that nulls a whole entity is told at the field that failed, whatever was asked beside it', async () => {
  expect(await graph.ask('{ first { title rebate tax } }')).toEqual({
    data: { first: null },
    errors: [{ path: ['first', 'tax'], code: 'OUT_OF_LUCK' }],
  })
})

test('an error that nulls all data is told at the field that failed, whatever was asked beside it', async () => {
  expect(await graph.ask('{ other sure { id } }')).toEqual({
    data: null,
    errors: [{ path: ['sure'], code: 'OUT_OF_LUCK' }],
  })
})

test('what is asked of one type alone is not fetched of others, who would fail at it', async () => {
  expect(await graph.ask('{ linked { links { id } ... on Home { links { links { id } } } } }')).toEqual({
    data: { linked: [{ links: [{ id: 'b' }] }] },
  })
})

test('an object at two places fails at both', async () => {
  expect(await graph.ask('{ first { price } products { price } }')).toEqual({
    data: { first: { price: null }, products: [[{ price: 5 }], null, [{ price: null }, { price: null }]] },
    errors: [
      { path: ['first', 'price'], code: 'OUT_OF_LUCK' },
      { path: ['products', 2, 0, 'price'], code: 'OUT_OF_LUCK' },
      { path: ['products', 2, 1, 'price'], code: 'OUT_OF_LUCK' },
    ],
  })
})

const opened = await openCase({
  slowest: 'second',
  subgraphs: {
    first: `
      type Query { part: Part @shareable  order: Order }
      type Order @key(fields: "id") { id: ID!  parts: [Part] @shareable  next: Order }
      type Part { name: String  tags: [Tag!]! }
      type Tag @key(fields: "id") { id: ID! }`,
    second: `
      type Query { part: Part @shareable  broken: Int! }
      type Order @key(fields: "id") { id: ID!  parts: [Part] @shareable  sum: Int! }
      type Part { weight: Int!  heavy: Int! }
      type Tag @key(fields: "id") { id: ID!  text: String! }`,
  },
  data: {
    Query: {
      part: {
        __typename: 'Part',
        name: 'Bolt',
        weight: 1,
        heavy: failure(),
        tags: [{ __typename: 'Tag', id: 't' }],
      },
      broken: failure(),
      order: { __typename: 'Order', id: 'o' },
    },
    Order: {
      id: 'o',
      parts: [{ __typename: 'Part', name: 'Nut', weight: 2 }],
      next: { __typename: 'Order', id: 'o' },
      sum: failure(),
    },
    Tag: { id: 't', text: failure() },
  },
})

test('an error that nulls a whole entity is the reason for what is missing deep below what others brought of it', async () => {
  expect(await opened.ask('{ order { parts { name weight } sum } }')).toEqual({
    data: { order: null },
    errors: [{ path: ['order', 'sum'], code: 'OUT_OF_LUCK' }],
  })
})

test('an error that nulls all data is the reason for what is missing below what others brought', async () => {
  expect(await opened.ask('{ part { name weight } broken }')).toEqual({
    data: null,
    errors: [{ path: ['broken'], code: 'OUT_OF_LUCK' }],
  })
})

test('an error below an object that another error has taken is not told apart from it', async () => {
  expect(await opened.ask('{ part { tags { text } heavy } }')).toEqual({
    data: { part: null },
    errors: [{ path: ['part', 'tags', 0, 'text'], code: 'OUT_OF_LUCK' }],
  })
})

test('an error far below is the reason for all that it took, also of items that others brought', async () => {
  const lists = await openCase({
    slowest: 'second',
    subgraphs: {
      first: `
        type Query { part: Part @shareable }
        type Part { groups: [Group] @shareable }
        type Group { items: [Item!]! @shareable  name: String }
        type Item { name: String }`,
      second: `
        type Query { part: Part @shareable }
        type Part { groups: [Group] @shareable }
        type Group { items: [Item!]! @shareable }
        type Item { weight: Int! }`,
    },
    data: {
      Query: {
        part: {
          __typename: 'Part',
          groups: [
            {
              __typename: 'Group',
              name: 'A',
              items: [
                { __typename: 'Item', name: 'Bolt', weight: 1 },
                { __typename: 'Item', name: 'Nut', weight: failure() },
              ],
            },
          ],
        },
      },
    },
  })
  expect(await lists.ask('{ part { groups { name items { name weight } } } }')).toEqual({
    data: { part: { groups: [null] } },
    errors: [{ path: ['part', 'groups', 0, 'items', 1, 'weight'], code: 'OUT_OF_LUCK' }],
  })
})

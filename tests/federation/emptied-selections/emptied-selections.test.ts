/** Selections that conditions leave empty, and fields that are asked twice and skipped once. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf: `
      type Query { product: Product products: [Product] }
      type Product @key(fields: "id") { id: ID! title: String maker: Maker }
      type Maker @key(fields: "id", resolvable: false) { id: ID! }
      interface Media @key(fields: "id") { id: ID! }
      type Film implements Media @key(fields: "id") { id: ID! length: Int }
      type Song implements Media @key(fields: "id") { id: ID! }`,
    plays:
      'type Query { played: [Media] } type Media @key(fields: "id") @interfaceObject { id: ID! times: Int }',
    makers:
      'type Maker @key(fields: "id") { id: ID! name: String }  type Product @key(fields: "id") { id: ID! stars: Int }',
  },
  data: {
    Query: {
      product: product(),
      products: [product(), null],
      played: [{ __typename: 'Song', id: 's' }, null],
    },
    Product: { id: '1', title: 'Lamp', maker: { __typename: 'Maker', id: 'm' }, stars: 4 },
    Maker: { id: 'm', name: 'Ann' },
    Film: { id: 'f', length: 90, times: 1 },
    Song: { id: 's', times: 2 },
  },
})

function product() {
  return { __typename: 'Product', id: '1' }
}

const head = 'query ($yes: Boolean = true, $no: Boolean = false)'

test('all root fields skipped gives empty data', async () => {
  expect(
    await graph.ask(`${head} { product @skip(if: $yes) { id } products @include(if: $no) { id } }`),
  ).toEqual({
    data: {},
  })
  expect(graph.calls).toEqual([])
})

test.each([
  ['here', 'title @skip(if: $yes) @include(if: $no)'],
  ['elsewhere', 'stars @include(if: $no) @skip(if: $yes)'],
  ['in a fragment', '... on Product @skip(if: $yes) { title @include(if: $no) stars }'],
])('a selection emptied of what is resolved %s is an empty object', async (_where, selection) => {
  expect(await graph.ask(`${head} { product { ${selection} } products { ${selection} } }`)).toEqual({
    data: { product: {}, products: [{}, null] },
  })
})

test('an object whose own selection is emptied stays in its list', async () => {
  expect(
    await graph.ask(`${head} { products { maker { name @include(if: $no) @skip(if: $yes) } } }`),
  ).toEqual({
    data: { products: [{ maker: {} }, null] },
  })
})

test('a field that is asked twice and skipped once is asked', async () => {
  expect(
    await graph.ask(
      `${head} { product { stars @skip(if: $yes) ... { stars } maker @include(if: $no) { id } maker { name } } }`,
    ),
  ).toEqual({ data: { product: { stars: 4, maker: { name: 'Ann' } } } })
})

test.each([true, false])(
  'conditions that contradict each other leave a selection empty when the variable is %s',
  async (value) => {
    const { data } = await graph.ask(
      'query ($x: Boolean!) { products @include(if: $x) { maker @skip(if: $x) { name } } product { stars @skip(if: $x) @include(if: $x) } }',
      { x: value },
    )
    expect(data).toEqual(value ? { products: [{}, null], product: {} } : { product: {} })
  },
)

test.each([
  ['its type', '__typename @include(if: false)'],
  ['a fragment', '... on Film @skip(if: $yes) @include(if: $no) { id length }'],
  ['a field of its own', 'times @skip(if: $yes)'],
])('an interface object whose selection is emptied of %s is an empty object', async (_what, selection) => {
  const names = selection.includes('$no')
    ? head
    : selection.includes('$yes')
      ? 'query ($yes: Boolean = true)'
      : ''
  expect(await graph.ask(`${names} { played { ${selection} } }`)).toEqual({ data: { played: [{}, null] } })
})

test.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])('conditions of several variables hold each by itself (%s, %s)', async (a, b) => {
  const { data } = await graph.ask(
    `query ($a: Boolean!, $b: Boolean!) {
      product { ...F @include(if: $a) ... @skip(if: $b) { stars maker { name @include(if: $a) } } }
    }
    fragment F on Product { maker { id @skip(if: $b) name } }`,
    { a, b },
  )
  const maker = { ...(a && !b && { id: 'm' }), ...(a && { name: 'Ann' }) }
  expect(data).toEqual({ product: { ...((a || !b) && { maker }), ...(!b && { stars: 4 }) } })
})

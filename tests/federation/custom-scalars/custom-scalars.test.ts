/** Scalars of one's own hold anything, and nobody on the way looks into them. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const blob = { z: [1, { b: null }], __typename: 'Product', id: '2', a: { _x: 1 } }
const graph = await openCase({
  subgraphs: {
    shelf:
      'type Query { product(blob: Blob): Product } type Product @key(fields: "key") { key: Blob! blob: Blob list: [Blob] } scalar Blob',
    prices: `type Product @key(fields: "key") {
      key: Blob!
      blob: Blob @external
      list: [Blob] @external
      told: Blob @requires(fields: "blob list")
      echo(of: Blob): Blob
    } scalar Blob`,
  },
  data: {
    Query: { product: { __typename: 'Product', id: '1' } },
    Product: {
      id: '1',
      key: { a: [1] },
      blob,
      list: [[blob], 'x', null, 5],
      told: ({ required }: { required: unknown }) => required,
      echo: ({ given }: { given: object }) => (given as { of?: unknown }).of,
    },
  },
})

test('a value comes out as it was, wherever it was needed on the way', async () => {
  const { data } = await graph.ask('{ product { key blob again: blob list told } }')
  const expected = {
    product: {
      key: { a: [1] },
      blob,
      again: blob,
      list: [[blob], 'x', null, 5],
      told: { blob, list: [[blob], 'x', null, 5] },
    },
  }
  expect(JSON.stringify(data)).toBe(JSON.stringify(expected))
})

test('a value goes in as it was, written out or as a variable', async () => {
  const { data } = await graph.ask(
    'query ($of: Blob, $in: Blob) { product { a: echo(of: $of) b: echo(of: { x: [1, null, { y: $in }], c: UP }) } }',
    { of: blob, in: [1] },
  )
  expect(JSON.stringify(data)).toBe(
    JSON.stringify({ product: { a: blob, b: { x: [1, null, { y: [1] }], c: 'UP' } } }),
  )
})

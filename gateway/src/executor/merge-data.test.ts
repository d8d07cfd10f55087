/** Merging: by place, order-independent, and never into what a transport returned. */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { mergeData } from './merge-data.ts'

const nothing = { onProblem: () => undefined, onFilled: () => undefined }

test('lists are merged item by item and nested lists keep their shape', () => {
  const target = {}
  mergeData(target, { list: [{ a: 1 }, null], grid: [[{ a: 1 }], []] }, nothing)
  mergeData(target, { list: [{ b: 2 }, { b: 3 }], grid: [[{ b: 2 }], []] }, nothing)
  expect(target).toEqual({ list: [{ a: 1, b: 2 }, { b: 3 }], grid: [[{ a: 1, b: 2 }], []] })
})

test('what was merged is a copy', () => {
  const source = { list: [{ a: 1 }] }
  const target: Record<string, unknown> = {}
  mergeData(target, source, nothing)
  expect(target.list).toEqual(source.list)
  expect(target.list).not.toBe(source.list)
})

test('merging in any order gives the same', () => {
  const parts = [{ p: { a: 1 } }, { p: { b: [{ c: 1 }] } }, { p: { b: [{ d: 2 }] }, q: null }]
  const merged = (order: readonly number[]) => {
    const target: Record<string, unknown> = {}
    for (const index of order) mergeData(target, parts[index] ?? {}, nothing)
    return target
  }
  for (const order of [
    [0, 2, 1],
    [2, 1, 0],
    [1, 0, 2],
  ])
    expect(merged(order)).toEqual(merged([0, 1, 2]))
})

test('two fetches that disagree about the length of a list make it null with an error', async () => {
  const shelf = testSubgraph(
    'shelf',
    'type Query { product: Product } type Product @key(fields: "id") { id: ID! dims: [Dim!] } type Dim @shareable { w: Int }',
    {
      Query: { product: () => ({ id: '1', dims: [{ w: 1 }] }) },
    },
  )
  const scales = testSubgraph(
    'scales',
    'type Query { n: Int } type Product @key(fields: "id") { id: ID! weight: Int }',
    {},
  )
  scales.answerWith = () =>
    Promise.resolve({ data: { _entities: [{ weight: 5, dims: [{ w: 1 }, { w: 2 }] }] } })
  await using gateway = await testGateway([shelf, scales])
  expect(await gateway.ask('{ product { dims { w } weight } }')).toMatchObject({
    data: { product: { dims: null, weight: 5 } },
    errors: [{ path: ['product', 'dims'], extensions: { code: 'GW_LIST_LENGTHS_DIFFER' } }],
  })
})

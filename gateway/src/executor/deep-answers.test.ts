/** Answers that are nested without end cost the field they came for, and never the request. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shelf = testSubgraph(
  'shelf',
  `scalar Anything
   type Query { anything: Anything list: [[Int]] product: Product count: Int }
   type Product @key(fields: "id") { id: ID! more: Anything }`,
  { Query: { count: () => 1, product: () => ({ id: '1' }) } },
)
const reviews = testSubgraph(
  'reviews',
  'scalar Anything type Product @key(fields: "id") { id: ID! stars: Int notes: Anything }',
  {},
)
const gateway = await testGateway([shelf, reviews])

beforeEach(() => {
  shelf.answerWith = undefined
  reviews.answerWith = undefined
})

afterAll(() => gateway.close())

const nested = (levels: number): unknown[] => {
  let list: unknown[] = []
  for (let level = 1; level < levels; level += 1) list = [list]
  return list
}

test.each([5_000, 200_000])(
  '%i lists in each other are null with an error, and the rest is there',
  async (levels) => {
    shelf.answerWith = () =>
      Promise.resolve({ data: { count: 1, anything: nested(levels), list: nested(levels), product: null } })
    const { status, data, errors } = await gateway.ask('{ count anything list product { id } }')
    expect(status).toBe(200)
    expect(data).toEqual({ count: 1, anything: null, list: null, product: null })
    expect(errors).toMatchObject([
      { path: ['anything'], extensions: { code: 'GW_SUBGRAPH_ANSWER_INVALID' } },
      { path: ['list'], extensions: { code: 'GW_SUBGRAPH_ANSWER_INVALID' } },
    ])
  },
)

test('an entity with a value that is nested too deeply keeps its others', async () => {
  reviews.answerWith = () => Promise.resolve({ data: { _entities: [{ stars: 4, notes: nested(5_000) }] } })
  const { data, errors } = await gateway.ask('{ product { stars notes } }')
  expect(data).toEqual({ product: { stars: 4, notes: null } })
  expect(errors).toMatchObject([{ path: ['product', 'notes'] }])
})

test('a scalar that is deep, but not without end, is passed on', async () => {
  shelf.answerWith = () => Promise.resolve({ data: { anything: nested(900) } })
  const { data, errors } = await gateway.ask('{ anything }')
  expect(errors).toBeUndefined()
  expect(data).toEqual({ anything: nested(900) })
})

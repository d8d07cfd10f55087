/** Where `@defer` may stand, and what else is refused about it. */
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const gateway = await testGateway([
  testSubgraph(
    'shop',
    `type Query { product: Product } type Mutation { list: Product } type Subscription { sold: Product }
     type Product @key(fields: "id") { id: ID! title: String }`,
    {},
  ),
])
afterAll(() => gateway.close())

async function problemsOf(query: string, variables = {}): Promise<readonly string[]> {
  const headers = { accept: 'application/json, text/event-stream;q=0.9' }
  const response = await gateway.respond({ headers, body: { query, variables } })
  // What has several answers was not refused.
  if (typeof response.body !== 'string') return []
  const { errors = [] } = JSON.parse(response.body) as { readonly errors?: readonly Error[] }
  return errors.map(({ message }) => message)
}

test.each([
  [
    'two fragments with one label',
    '{ product { ... @defer(label: "a") { id } ... @defer(label: "a") { title } } }',
    'Two @defer have the label "a".',
  ],
  [
    'a label that a variable says',
    'query($l: String) { product { ... @defer(label: $l) { id } } }',
    'A label of @defer has to be a plain string.',
  ],
  [
    'root fields of a mutation',
    'mutation { ... @defer { list { id } } }',
    'Root fields of a mutation can not be deferred.',
  ],
  [
    'root fields of a mutation in a named fragment',
    'mutation { ...F @defer } fragment F on Mutation { list { id } }',
    'Root fields of a mutation can not be deferred.',
  ],
  ['a field', '{ product @defer { id } }', 'Directive "@defer" may not be used on FIELD.'],
])('%s can not be deferred so', async (_, query, problem) => {
  expect(await problemsOf(query)).toEqual([problem])
})

test('a subscription defers nothing, but for what a variable or false may switch off', async () => {
  const ask = (defer: string) =>
    problemsOf(
      `subscription($x: Boolean = false) { sold { id @include(if: $x) ...F } } fragment F on Product { ... ${defer} { title } }`,
    )
  const refused = ['A subscription has no @defer, unless its `if` is false or a variable.']
  expect(await ask('@defer')).toEqual(refused)
  expect(await ask('@defer(if: true)')).toEqual(refused)
  expect(await ask('@defer(if: false)')).toEqual([])
  expect(await ask('@defer(if: $x)')).toEqual([])
})

test('a condition that is null is refused like one of @include', async () => {
  expect(
    await problemsOf('query($x: Boolean = true) { product { ... @defer(if: $x) { title } } }', { x: null }),
  ).toEqual(['Variable "$x" decides what is included, so it has to be true or false.'])
})

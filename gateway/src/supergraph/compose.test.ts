/** What composes, what is refused and in which words, and what of the supergraph is public. */
import { ClientError } from '@souk/contracts'
import { printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { compose } from './compose.ts'

const products = (more = '') => ({
  name: 'products',
  sdl: `${federation}
    type Query { product(id: ID!): Product _internalOffers: Int @inaccessible secret: Int @authenticated }
    type Product @key(fields: "id") @authenticated { id: ID! title: String! cost: Money @requiresScopes(scopes: [["shop:read", "shop:write"], ["platform:operate"]]) }
    type Money @shareable { amount: Int! currency: String! }
    ${more}`,
})

const content = (fields = '', more = '') => ({
  name: 'content',
  sdl: `${federation}
    type Query { videos: [ShortVideo!]! }
    type ShortVideo @key(fields: "id") { id: ID! product: Product budget: Money }
    type Product @key(fields: "id") { id: ID! ${fields} }
    type Money @shareable { amount: Int! currency: String! }
    ${more}`,
})

function problemsOf(run: () => unknown): { readonly code: string; readonly message: string } {
  try {
    run()
  } catch (error) {
    if (error instanceof ClientError) return { code: error.code, message: error.message }
  }
  throw new Error('It composed.')
}

test('the public schema has neither join machinery nor inaccessible fields', () => {
  const { publicSchema } = compose([products(), content()])
  const printed = printSchema(publicSchema)
  expect(printed).toContain('product(id: ID!): Product')
  expect(printed).not.toMatch(/join__|link__|_internal|_entities|_service|@authenticated/)
})

test('auth directives survive composition and are read for types and fields', () => {
  const { access } = compose([products(), content()])
  expect(access.types.get('Product')).toEqual([{}])
  expect(access.fields.get('Query.secret')).toEqual([{}])
  expect(access.fields.get('Product.cost')).toEqual([
    { scopes: [['shop:read', 'shop:write'], ['platform:operate']] },
  ])
})

test('a composition error names the subgraph and the element', () => {
  const problems = problemsOf(() => compose([products('type Extra { value: Missing }'), content()]))
  expect(problems.code).toBe('GW_COMPOSITION_FAILED')
  expect(problems.message).toContain('[products]')
  expect(problems.message).toContain('Missing')
})

test('an SDL that is not GraphQL names its subgraph', () => {
  const problems = problemsOf(() => compose([{ name: 'orders', sdl: 'type {' }]))
  expect(problems.message).toContain('[orders] Syntax Error')
})

test('a field that two subgraphs resolve has two owners, shareable or not', () => {
  const orders = {
    name: 'orders',
    sdl: `${federation} type Query { n: Int } type Product @key(fields: "id") { id: ID! title: String! @shareable }`,
  }
  expect(problemsOf(() => compose([products(), orders]))).toMatchInlineSnapshot(`
    {
      "code": "GW_FIELD_HAS_TWO_OWNERS",
      "message": "The subgraphs do not compose (1 problem):
      - [products, orders] Product.title is resolved by 2 subgraphs. Leave it to one of them; mark it @external in the others.",
    }
  `)
})

test('a field taken over with @override has one owner', () => {
  const orders = {
    name: 'orders',
    sdl: `${federation} type Query { n: Int } type Product @key(fields: "id") { id: ID! title: String! @override(from: "products") }`,
  }
  expect(() => compose([products(), orders])).not.toThrow()
})

test('value types without a key, shareable everywhere, may be resolved by all', () => {
  expect(() => compose([products(), content()])).not.toThrow()
})

// C56
test('content may declare nothing of Product beyond its key', () => {
  expect(problemsOf(() => compose([products(), content('caption: String')]))).toMatchInlineSnapshot(`
    {
      "code": "GW_FIELD_BEYOND_KEY",
      "message": "The subgraphs do not compose (1 problem):
      - [content] Product.caption is beyond the key of a type that products owns. Remove it from content.",
    }
  `)
})

test('a rule of access that the gateway does not enforce does not compose', () => {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"])
    type Query { secret: String @policy(policies: [["finance"]]) }`
  const problems = problemsOf(() => compose([{ name: 'orders', sdl }]))
  expect(problems.code).toBe('GW_COMPOSITION_FAILED')
  expect(problems.message).toContain('Query.secret')
})

test.each([
  ['import: [{ name: "@authenticated", as: "@signedIn" }]', '@signedIn'],
  ['import: ["@key"]', '@federation__authenticated'],
])('a rule of access is read under the name that a subgraph gives it: %s', (imports, directive) => {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ${imports})
    type Query { secret: String ${directive} }`
  expect(compose([{ name: 'orders', sdl }]).access.fields.get('Query.secret')).toEqual([{}])
})

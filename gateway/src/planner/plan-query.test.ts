/** Plans, printed: what a query costs, in which order, and what each fetch is given. */
import { buildSchema } from 'graphql'
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { printPlan } from './print-plan.ts'
import { translatePlan } from './translate-plan.ts'

const gateway = await testGateway([
  testSubgraph(
    'products',
    `type Query { product(id: ID!): Product media: [Media!]! }
     type Mutation { list(id: ID!): Product unlist(id: ID!): Product }
     type Product @key(fields: "id") { id: ID! title: String! weight(unit: String): Int }
     interface Media { id: ID! }
     type Video implements Media @key(fields: "id") { id: ID! product: Product }
     type Live implements Media @key(fields: "id") { id: ID! room: Int }`,
    {},
  ),
  testSubgraph(
    'reviews',
    `type Query { newest: Review }
     type Product @key(fields: "id") { id: ID! weight(unit: String): Int @external reviews(first: Int): [Review!]! shipping: Int @requires(fields: "weight(unit: \\"g\\")") }
     type Review @key(fields: "id") { id: ID! body: String author: Author }
     type Author @key(fields: "id") { id: ID! }
     type Live @key(fields: "id") { id: ID! likes: Int }`,
    {},
  ),
  testSubgraph(
    'people',
    `type Query { me: Author } type Author @key(fields: "id") { id: ID! name: String }`,
    {},
  ),
])

afterAll(() => gateway.close())

test('a review author costs one extra fetch', async () => {
  expect(await gateway.explain('{ product(id: 1) { title reviews(first: 2) { body author { name } } } }'))
    .toMatchInlineSnapshot(`
    "query, 3 fetches
    fetch products  { product(id: 1) { __typename title id } }
    fetch reviews  Product(id) at product -> { ... on Product { reviews(first: 2) { body author { __typename id } } } }
    fetch people  Author(id) at product.reviews[].author -> { ... on Author { name } }"
  `)
})

test('root fields of two subgraphs are fetched at once', async () => {
  expect(await gateway.explain('{ newest { body } me { name } }')).toMatchInlineSnapshot(`
    "query, 2 fetches
    parallel
      fetch reviews  { newest { body } }
      fetch people  { me { name } }"
  `)
})

test('a required field is fetched with its own arguments', async () => {
  expect(await gateway.explain('{ product(id: 1) { weight(unit: "kg") shipping } }')).toMatchInlineSnapshot(`
    "query, 2 fetches
    fetch products  { product(id: 1) { __typename weight__0: weight(unit: "kg") _weight_0: weight(unit: "g") id } }
    fetch reviews  Product(weight=_weight_0 id) at product -> { ... on Product { shipping } }"
  `)
})

test('entities of an interface are asked for by runtime type', async () => {
  expect(
    await gateway.explain('{ media { id ... on Live { likes } ... on Video { product { shipping } } } }'),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches
    fetch products  { media { __typename id ... on Video { product { __typename _weight_0: weight(unit: "g") id } } } }
    fetch reviews  Live(id) at media[]<Live> -> { ... on Live { likes } }
      and   Product(weight=_weight_0 id) at media[]<Video>.product -> { ... on Product { shipping } }"
  `)
})

test('root fields of a mutation are planned one after the other', async () => {
  expect(await gateway.explain('mutation { a: list(id: 1) { reviews { id } } b: unlist(id: 1) { title } }'))
    .toMatchInlineSnapshot(`
    "mutation, 3 fetches
    fetch products  mutation { a: list(id: 1) { __typename id } }
    fetch reviews  Product(id) at a -> { ... on Product { reviews { id } } }
    fetch products  mutation { b: unlist(id: 1) { title } }"
  `)
})

test('a condition is decided before planning, and explained as included', async () => {
  expect(
    await gateway.explain(
      'query($more: Boolean!) { product(id: 1) { title reviews @include(if: $more) { id } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches (with $more: true)
    fetch products  { product(id: 1) { __typename title id } }
    fetch reviews  Product(id) at product -> { ... on Product { reviews { id } } }"
  `)
})

test('introspection alone costs no fetch', async () => {
  expect(await gateway.explain('{ __schema { queryType { name } } __typename }')).toMatchInlineSnapshot(`
    "query, 0 fetches
    (nothing to fetch)"
  `)
})

test('a condition of a plan decides by its variable whether a fetch runs', async () => {
  const fetch = { kind: 'Fetch', serviceName: 'a', operation: '{ one }' }
  const schema = buildSchema('type Query { one: Int }')
  const root = translatePlan(
    { node: { kind: 'Condition', condition: 'more', ifClause: null, elseClause: fetch } },
    schema,
  )
  expect(printPlan({ operationKind: 'query', root })).toBe('unless $more\n  fetch a  { one }')
  expect(translatePlan({ node: null }, schema)).toBeNull()
  expect(() => translatePlan({ node: { kind: 'Defer' } }, schema)).toThrow('a node that is not known')
})

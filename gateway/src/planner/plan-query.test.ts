/** Plans, printed: what a query costs, in which order, and what each fetch is given. */
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

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
      1  fetch products  { product(id: 1) { title id } }
      2 after 1  fetch reviews  Product(id) at product -> { ... on Product { reviews(first: 2) { body author { id } } } }
      3 after 2  fetch people  Author(id) at product.reviews[].author -> { ... on Author { name } }"
    `)
})

test('root fields of two subgraphs are fetched at once', async () => {
  expect(await gateway.explain('{ newest { body } me { name } }')).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch reviews  { newest { body } }
    2  fetch people  { me { name } }"
  `)
})

test('a required field is fetched with its own arguments', async () => {
  expect(await gateway.explain('{ product(id: 1) { weight(unit: "kg") shipping } }')).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  { product(id: 1) { weight__0: weight(unit: "kg") _weight_0: weight(unit: "g") id } }
    2 after 1  fetch reviews  Product(weight=_weight_0 id) at product -> { ... on Product { shipping } }"
  `)
})

test('entities of an interface are asked for by runtime type', async () => {
  expect(
    await gateway.explain('{ media { id ... on Live { likes } ... on Video { product { shipping } } } }'),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  { media { __typename id ... on Video { product { _weight_0: weight(unit: "g") id } } } }
    2 after 1  fetch reviews  Live(id) at media[]<Live> -> { ... on Live { likes } }
        and  Product(weight=_weight_0 id) at media[]<Video>.product -> { ... on Product { shipping } }"
  `)
})

test('root fields of a mutation are planned one after the other', async () => {
  expect(await gateway.explain('mutation { a: list(id: 1) { reviews { id } } b: unlist(id: 1) { title } }'))
    .toMatchInlineSnapshot(`
      "mutation, 3 fetches
      1  fetch products  mutation { a: list(id: 1) { id } }
      2 after 1  fetch reviews  Product(id) at a -> { ... on Product { reviews { id } } }
      then
      1  fetch products  mutation { b: unlist(id: 1) { title } }"
    `)
})

test('a condition is part of the plan: what only it needs is fetched with it', async () => {
  expect(
    await gateway.explain(
      'query($more: Boolean!) { product(id: 1) { title reviews @include(if: $more) { id } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  query ($more: Boolean!) { product(id: 1) { title id @include(if: $more) } }
    2 after 1  fetch reviews  Product(id) at product if $more -> { ... on Product { reviews { id } } }"
  `)
})

test('a field asked twice under two conditions is fetched under either', async () => {
  expect(
    await gateway.explain(
      `query($a: Boolean!, $b: Boolean!) { me @include(if: $a) { name }
        product(id: 1) { shipping @include(if: $a) ... @skip(if: $b) { shipping title @include(if: $a) } } }`,
    ),
  ).toMatchInlineSnapshot(`
    "query, 3 fetches
    1  fetch people if $a  { me { name } }
    2  fetch products  query ($a: Boolean!, $b: Boolean!) { product(id: 1) { __typename ... @skip(if: $b) { title @include(if: $a) } _weight_0: weight(unit: "g") @include(if: $a) _weight_0: weight(unit: "g") @skip(if: $b) id @include(if: $a) id @skip(if: $b) } }
    3 after 2  fetch reviews  Product(weight=_weight_0 id) at product if $a, or not $b -> { ... on Product { shipping } }"
  `)
})

test('a root field of a mutation has its turn where the first selection stands that counts', async () => {
  expect(
    await gateway.explain(
      `mutation($skip: Boolean!) { unlist(id: 1) @skip(if: $skip) { id } list(id: 2) { id } unlist(id: 1) { title } }`,
    ),
  ).toMatchInlineSnapshot(`
    "mutation, 3 fetches
    1  fetch products if not $skip  mutation { unlist(id: 1) { id title } }
    then
    1  fetch products  mutation { list(id: 2) { id } }
    then
    1  fetch products if $skip  mutation { unlist(id: 1) { title } }"
  `)
})

test('what no turn can want is not asked in it, nor are its variables sent', async () => {
  expect(
    await gateway.explain(
      `mutation($do: Boolean!, $unit: String) { list(id: 1) @include(if: $do) { weight(unit: $unit) } list(id: 1) { title } }`,
    ),
  ).toMatchInlineSnapshot(`
    "mutation, 2 fetches
    1  fetch products if $do  mutation ($unit: String) { list(id: 1) { weight__0: weight(unit: $unit) title } }
    then
    1  fetch products if not $do  mutation { list(id: 1) { title } }"
  `)
})

test('introspection alone costs no fetch', async () => {
  expect(await gateway.explain('{ __schema { queryType { name } } __typename }')).toMatchInlineSnapshot(`
    "query, 0 fetches
    (nothing to fetch)"
  `)
})

test('what one type requires is not fetched for the others, under whose condition it is asked for all', async () => {
  await using shapes = await testGateway(
    [
      testSubgraph(
        'a',
        `type Query { shapes: [Shape] } interface Shape { size: Int! }
         type Box implements Shape @key(fields: "id") { id: ID! size: Int! }
         type Ball implements Shape @key(fields: "id") { id: ID! size: Int! }`,
        {},
      ),
      testSubgraph(
        'b',
        `type Box @key(fields: "id") { id: ID! size: Int! @external price: Int @requires(fields: "size") }`,
        {},
      ),
    ],
    {},
    { ownership: { keyOnly: [], allowsSharedFields: true } },
  )
  expect(
    await shapes.explain(
      'query($sized: Boolean!) { shapes { size @include(if: $sized) ... on Box { price } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch a  query ($sized: Boolean!) { shapes { __typename size @include(if: $sized) ... on Box { size id } } }
    2 after 1  fetch b  Box(size id) at shapes[]<Box> -> { ... on Box { price } }"
  `)
})

/** Plans with deferred fragments, printed: what the first answer waits for, and what is fetched apart. */
import { getOperationAST, parse } from 'graphql'
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { checkPlan } from './check-plan.ts'
import { type DeferredIn, notDeferred } from './deferred.ts'
import { allPasses } from './make-plan.ts'
import { operationContext } from './operation-context.ts'
import { planQuery, readPlannedGraph } from './plan-query.ts'
import { printPlan } from './print-plan.ts'
import { fetchesOf } from './query-plan.ts'

const gateway = await testGateway([
  testSubgraph(
    'products',
    `type Query { product(id: ID!): Product media: [Media!]! shop: Shop }
     type Mutation { list: Product }
     type Shop { name: String owner: Product city: City }
     type City { name: String }
     type Product @key(fields: "id") { id: ID! title: String! weight(unit: String): Int size: Size }
     type Size { width: Int height: Int }
     interface Media { id: ID! title: String }
     type Video implements Media @key(fields: "id") { id: ID! title: String product: Product }
     type Live implements Media @key(fields: "id") { id: ID! title: String room: Int }`,
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
  testSubgraph('codes', 'type Product @key(fields: "id") { id: ID! code: String @shareable }', {}),
  testSubgraph('stores', 'type Product @key(fields: "code") { code: String @shareable stock: Int }', {}),
])

afterAll(() => gateway.close())

test('what is deferred is a fetch of its own, and the key for it is read at once', async () => {
  expect(
    await gateway.explain('{ product(id: 1) { title ... @defer { reviews { body author { name } } } } }'),
  ).toMatchInlineSnapshot(`
    "query, 3 fetches
    1  fetch products  { product(id: 1) { title id } }
    2 after 1 deferred 1  fetch reviews  Product(id) at product -> { ... on Product { reviews { body author { id } } } }
    3 after 2 deferred 1  fetch people  Author(id) at product.reviews[].author -> { ... on Author { name } }"
  `)
})

test('an entity is entered again in its own subgraph', async () => {
  expect(await gateway.explain('{ product(id: 1) { title ... @defer { weight } } }')).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  { product(id: 1) { title id } }
    2 after 1 deferred 1  fetch products  Product(id) at product -> { ... on Product { weight } }"
  `)
})

test('root fields that are deferred start at once, apart', async () => {
  expect(await gateway.explain('{ product(id: 1) { title } ... @defer { shop { name } newest { body } } }'))
    .toMatchInlineSnapshot(`
    "query, 3 fetches
    1  fetch products  { product(id: 1) { title } }
    2 deferred 1  fetch products  { shop { name } }
    3 deferred 1  fetch reviews  { newest { body } }"
  `)
})

test('what a deferred field requires is fetched where it stands', async () => {
  expect(await gateway.explain('{ product(id: 1) { ... @defer { shipping } } }')).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  { product(id: 1) { _weight_0: weight(unit: "g") id } }
    2 after 1 deferred 1  fetch reviews  Product(weight=_weight_0 id) at product -> { ... on Product { shipping } }"
  `)
})

test('fragments side by side are fetched apart, and so is one inside of another', async () => {
  expect(
    await gateway.explain(
      '{ product(id: 1) { title ... @defer { shipping } ... @defer { reviews { id } ... @defer { weight } } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 4 fetches
    1  fetch products  { product(id: 1) { title _weight_0: weight(unit: "g") id } }
    2 after 1 deferred 1  fetch reviews  Product(weight=_weight_0 id) at product -> { ... on Product { shipping } }
    3 after 1 deferred 2  fetch reviews  Product(id) at product -> { ... on Product { reviews { id } } }
    4 after 1 deferred 2.3  fetch products  Product(id) at product -> { ... on Product { weight } }"
  `)
})

test('a key that another group fetches is fetched again', async () => {
  expect(await gateway.explain('{ product(id: 1) { ... @defer { code } ... @defer { stock } } }'))
    .toMatchInlineSnapshot(`
    "query, 4 fetches
    1  fetch products  { product(id: 1) { id } }
    2 after 1 deferred 1  fetch codes  Product(id) at product -> { ... on Product { code } }
    3 after 1 deferred 2  fetch codes  Product(id) at product -> { ... on Product { code } }
    4 after 3 deferred 2  fetch stores  Product(code) at product -> { ... on Product { stock } }"
  `)
})

test('what two groups share is fetched once, and both wait for it', async () => {
  expect(
    await gateway.explain(
      '{ product(id: 1) { title ... @defer { reviews { body } } ... @defer { reviews { author { name } } } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 5 fetches
    1  fetch products  { product(id: 1) { title id } }
    2 after 1 deferred 1 and 2  fetch reviews  Product(id) at product -> { ... on Product { reviews { id } } }
    3 after 2 deferred 1  fetch reviews  Review(id) at product.reviews[] -> { ... on Review { body } }
    4 after 2 deferred 2  fetch reviews  Review(id) at product.reviews[] -> { ... on Review { author { id } } }
    5 after 4 deferred 2  fetch people  Author(id) at product.reviews[].author -> { ... on Author { name } }"
  `)
})

test('what is wanted at once as well is not deferred', async () => {
  expect(
    await gateway.explain('{ product(id: 1) { title reviews { body } ... @defer { reviews { body } } } }'),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  { product(id: 1) { title id } }
    2 after 1  fetch reviews  Product(id) at product -> { ... on Product { reviews { body } } }"
  `)
})

test('what has no key is fetched where it stands, and what is below it apart again', async () => {
  expect(await gateway.explain('{ shop { name ... @defer { city { name } owner { title } } } }'))
    .toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  { shop { name city { name } owner { id } } }
    2 after 1 deferred 1  fetch products  Product(id) at shop.owner -> { ... on Product { title } }"
  `)
})

test('runtime types are deferred one by one', async () => {
  expect(
    await gateway.explain(
      '{ media { title ... on Live @defer { likes room } ... on Video @defer { id product { title } } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 4 fetches
    1  fetch products  { media { __typename title ... on Live { id } ... on Video { id } } }
    2 after 1 deferred 1  fetch products  Live(id) at media[]<Live> -> { ... on Live { room } }
    3 after 1 deferred 1  fetch reviews  Live(id) at media[]<Live> -> { ... on Live { likes } }
    4 after 1 deferred 2  fetch products  Video(id) at media[]<Video> -> { ... on Video { product { title } } }"
  `)
})

test('conditions hold in deferred fetches too', async () => {
  expect(
    await gateway.explain(
      'query($a: Boolean!) { product(id: 1) { title ... @defer { shipping @include(if: $a) } } }',
    ),
  ).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch products  query ($a: Boolean!) { product(id: 1) { title _weight_0: weight(unit: "g") @include(if: $a) id @include(if: $a) } }
    2 after 1 deferred 1  fetch reviews  Product(weight=_weight_0 id) at product if $a -> { ... on Product { shipping } }"
  `)
})

test('a mutation is planned as one, and so is what is never deferred', async () => {
  expect(await gateway.explain('{ product(id: 1) { title ... @defer(if: false) { weight } } }'))
    .toMatchInlineSnapshot(`
    "query, 1 fetch
    1  fetch products  { product(id: 1) { title weight } }"
  `)
  expect(await gateway.explain('mutation { list { title ... @defer { weight } } }')).toMatchInlineSnapshot(`
    "mutation, 1 fetch
    1  fetch products  mutation { list { title weight } }"
  `)
})

test('the checker knows what each fragment waits for', () => {
  const query = `{ product(id: 1) { title
    ... @defer { reviews { author { name } } } ... @defer { weight ... @defer { shipping } } } }`
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('There is no operation.')
  const { publicSchema, fieldSetNames, sdl } = gateway.supergraph
  const planned = readPlannedGraph(sdl)
  const context = operationContext(publicSchema, fieldSetNames, document)
  const input = { context, document, operation, isAllowed: () => true }
  const limits = { placesMax: 1_000, fetchesMax: 100, alternativesMax: 100, stepsMax: 100_000 }
  const { plan } = planQuery(input, { ...planned, limits, passes: allPasses })
  const problemsWith = (at: number, deferred: DeferredIn): readonly string[] => {
    const changed = fetchesOf(plan).map((fetch, index) => (index === at ? { ...fetch, deferred } : fetch))
    const damaged = { ...plan, steps: [{ fetches: changed }] }
    return checkPlan(damaged, { ...input, supergraph: planned.checked, stepsMax: limits.stepsMax })
  }
  expect(printPlan(plan)).toMatchInlineSnapshot(`
    "1  fetch products  { product(id: 1) { title id _weight_0: weight(unit: "g") } }
    2 after 1 deferred 1  fetch reviews  Product(id) at product -> { ... on Product { reviews { author { id } } } }
    3 after 1 deferred 2  fetch products  Product(id) at product -> { ... on Product { weight } }
    4 after 1 deferred 2.3  fetch reviews  Product(weight=_weight_0 id) at product -> { ... on Product { shipping } }
    5 after 2 deferred 1  fetch people  Author(id) at product.reviews[].author -> { ... on Author { name } }"
  `)
  expect(fetchesOf(plan).flatMap((_, at) => problemsWith(at, ['9']).slice(0, 1))).toMatchInlineSnapshot(`
    [
      "A fetch comes after one that is not waited for.",
      "A fetch comes after one that is not waited for.",
      "Product.weight is asked at .product.weight and not fetched.",
      "Product.shipping is asked at .product.shipping and not fetched.",
      "A fetch comes after one that is not waited for.",
    ]
  `)
  // The other way round nothing is missing, but for what an earlier fetch would wait for.
  expect(fetchesOf(plan).map((_, at) => problemsWith(at, notDeferred))).toMatchInlineSnapshot(`
    [
      [],
      [],
      [],
      [],
      [
        "A fetch comes after one that is not waited for.",
      ],
    ]
  `)
})

test('all of these plans are proved with their optimisations', () => {
  expect(gateway.planCounts()).toMatchObject({ unoptimised: 0, failed: 0 })
})

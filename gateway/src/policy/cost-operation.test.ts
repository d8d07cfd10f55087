/** What operations cost by `@cost` and `@listSize`, whatever subgraphs call them, before and after they run. */
import { buildASTSchema, Kind, parse } from 'graphql'
import { expect, test } from 'vitest'
import { compose } from '../supergraph/compose.ts'
import { type CostRules, readCostRules } from '../supergraph/cost-rules.ts'
import { readSupergraph } from '../supergraph/read-supergraph.ts'
import { operationContext } from '../planner/operation-context.ts'
import { compileCost, type CostLimits } from './cost-operation.ts'

const limits: CostLimits = { listSizeAssumed: 10, listSizeMax: 100, planPlacesMax: 1_000 }

const link = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`

const shop = `${link('"@key", { name: "@cost", as: "@weighs" }, "@listSize"')}
  type Query {
    product: Product
    products(first: Int = 20, last: Int): Products @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes"])
    few: [Product] @listSize(assumedSize: 3)
    many: [Product!]!
    grid: [[Product]]
    heavy: Product @weighs(weight: 7)
    search(by: By, dear: Int @weighs(weight: 4)): Product
    any: Any
    tags: [String] @weighs(weight: 2)
  }
  type Mutation { buy: Product }
  input By { name: String, also: [By!], slow: Boolean @weighs(weight: 5) }
  type Products { nodes: [Product!]! total: Int }
  type Product @key(fields: "id") { id: ID! shop: Shop color: Color }
  type Shop @weighs(weight: 0) { name: String owner: Product }
  enum Color @weighs(weight: 3) { RED }
  union Any = Product | Shop`
const reviews = `${link('"@key", "@listSize"')}
  type Product @key(fields: "id") { id: ID! reviews(limit: Int!): [Review] @listSize(slicingArguments: ["limit"]) }
  type Review { text: String product: Product }`
const { publicSchema, costs, fieldSetNames } = compose(
  [
    { name: 'shop', sdl: shop },
    { name: 'reviews', sdl: reviews },
  ],
  { keyOnly: [], allowsSharedFields: true },
)

function costOf(source: string, rules: CostRules = costs, schema = publicSchema) {
  const document = parse(source)
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('There is no operation.')
  const context = operationContext(schema, fieldSetNames, document)
  return compileCost({ context, rules, deniedBecause: () => undefined }, operation)
}

const estimate = (source: string, variables: Readonly<Record<string, unknown>> = {}): number =>
  costOf(source).estimate(variables, limits)

test.each([
  ['an object costs one and a leaf nothing', '{ product { id } }', 1],
  ['objects below each other add up', '{ product { shop { owner { id } } } }', 2],
  ['a mutation costs ten more', 'mutation { buy { id } }', 11],
  ['an enum with a weight has it', '{ product { color } }', 4],
  ['the weight of a field is instead of its type', '{ heavy { id } }', 7],
  ['a list without a size has the assumed one', '{ many { id } }', 10],
  ['a list of lists has it for each', '{ grid { id } }', 100],
  ['a size that is assumed for a field holds', '{ few { id } }', 3],
  ['what is below a list costs as often', '{ few { color } }', 12],
  ['leaves in a list weigh by the field', '{ tags }', 20],
  ['a connection is as long as its argument says', '{ products(first: 5) { total nodes { id } } }', 6],
  ['without the argument its default holds', '{ products { nodes { id } } }', 21],
  ['null is as good as nothing', '{ products(first: null) { nodes { id } } }', 21],
  ['less than none is none', '{ products(first: -5) { nodes { id } } }', 1],
  [
    'a list that is not named in sizedFields is not sized',
    '{ products(last: 5) { nodes { reviews(limit: 2) { text } } } }',
    16,
  ],
  ['each input object costs one', '{ search(by: { name: "a", also: [{}, {}] }) { id } }', 4],
  ['an input field with a weight has it', '{ search(by: { slow: true }) { id } }', 7],
  ['an argument with a weight has it', '{ search(dear: 1) { id } }', 5],
  ['of runtime types the dearest counts', '{ any { ... on Product { color } ... on Shop { name } } }', 4],
  [
    'a field that is asked twice costs once',
    '{ product { id } product { color } ...f } fragment f on Query { product { id } }',
    4,
  ],
  ['what is left out costs nothing', '{ product @skip(if: true) { id } few @include(if: false) { id } }', 0],
  ['a field answered here costs nothing', '{ __typename __schema { types { name } } }', 0],
])('%s', (_, source, cost) => {
  expect(estimate(source)).toBe(cost)
})

test('a variable decides sizes and what is included, in each request anew', () => {
  const cost = costOf(
    'query ($n: Int, $all: Boolean!) { products(first: $n) { nodes { id } } few @include(if: $all) { id } }',
  )
  expect(cost.estimate({ n: 7, all: false }, limits)).toBe(8)
  expect(cost.estimate({ n: 2, all: true }, limits)).toBe(6)
  expect(cost.estimate({ all: false }, limits)).toBe(21)
})

test('input objects in variables cost as those in the document', () => {
  const source = 'query ($by: By) { search(by: $by) { id } }'
  expect(estimate(source, { by: { also: [{}, { slow: true }] } })).toBe(9)
  expect(estimate(source)).toBe(1)
})

test('a list that is asked too long is refused, with its limit and its length', () => {
  expect(() => estimate('{ products(first: 101) { total } }')).toThrow(
    '"first" of Query.products is 101; at most 100 are allowed (SOUK_LIST_SIZE_MAX).',
  )
  expect(() => estimate('query ($n: Int!) { product { reviews(limit: $n) { text } } }', { n: 500 })).toThrow(
    '"limit" of Product.reviews is 500',
  )
})

test('two sizes for one list are refused where one is wanted, and a default does not count beside one that is given', () => {
  expect(() => estimate('{ products(first: 1, last: 1) { total } }')).toThrow(
    'Query.products takes exactly one of "first", "last"; 2 are given.',
  )
  expect(estimate('{ products(last: 5) { nodes { id } } }')).toBe(6)
})

test('what came is counted: shorter lists, nulls, and the type that it is', () => {
  const cost = costOf(
    '{ few { color } any { ... on Product { id } ... on Shop { owner { id } } } search(dear: 1) { id } }',
  )
  expect(cost.estimate({}, limits)).toBe(12 + 1 + 5)
  const data = {
    few: [{ color: 'RED' }, null, { color: null }],
    any: { __typename: 'Shop', owner: { id: '1' } },
    search: null,
  }
  expect(cost.count(data, {})).toBe(1 + 3 + 1 + (0 + 1) + 4)
})

test('a field that the viewer may not read costs nothing', () => {
  const document = parse('{ product { shop { owner { id } } } }')
  const [operation] = document.definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.')
  const context = operationContext(publicSchema, fieldSetNames, document)
  const deniedBecause = (_: string, name: string) =>
    name === 'owner' ? { code: 'FORBIDDEN', message: '' } : undefined
  expect(compileCost({ context, rules: costs, deniedBecause }, operation).estimate({}, limits)).toBe(1)
})

test('fragments that are spread twice below each other are costed in time that grows with the document', () => {
  const doubling = Array.from({ length: 40 }, (_, at) => {
    const next = `{ owner { ...f${at + 1} } }`
    return `fragment f${at} on Product { a: shop ${next} b: shop ${next} }`
  })
  const source = `{ product { ...f0 } } ${doubling.join(' ')} fragment f40 on Product { id }`
  expect(estimate(source)).toBe(2 ** 41 - 1)
}, 2_000)

test('beyond the limit of places nothing is costed', () => {
  const wide = Array.from({ length: 60 }, (_, at) => `a${at}: product { shop { name } }`).join(' ')
  expect(() => costOf(`{ ${wide} }`).estimate({}, { ...limits, planPlacesMax: 100 })).toThrow(
    'more than 100 places',
  )
})

const written = (schemaLinks: string, cost: string, listSize: string): string => `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
    ${schemaLinks} { query: Query }
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @${cost}(weight: Int!) on FIELD_DEFINITION | OBJECT
  directive @${listSize}(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  enum join__Graph { A @join__graph(name: "a", url: "http://a") }
  scalar join__FieldSet scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  type Query @join__type(graph: A) { things: [Thing] @${listSize}(assumedSize: 4) }
  type Thing @join__type(graph: A) @${cost}(weight: 6) { id: ID }`

test.each([
  [
    'under their own names',
    '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])',
    'cost',
    'listSize',
  ],
  [
    'under the prefix of the specification',
    '@link(url: "https://specs.apollo.dev/cost/v0.1")',
    'cost',
    'cost__listSize',
  ],
  [
    'under a prefix of their own',
    '@link(url: "https://specs.apollo.dev/cost/v0.1", as: "price")',
    'price',
    'price__listSize',
  ],
  [
    'renamed',
    '@link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@weighs" }, { name: "@listSize", as: "@counts" }])',
    'weighs',
    'counts',
  ],
])('a supergraph of somebody else has the directives %s', (...[, links, cost, listSize]) => {
  const supergraph = readSupergraph(written(links, cost, listSize), 'a file')
  expect(costOf('{ things { id } }', supergraph.costs, supergraph.publicSchema).estimate({}, limits)).toBe(24)
})

test('where nothing is said, first, last and limit say how long a list or a connection is, and refuse nothing', () => {
  const sdl = `
    type Query { plain(limit: Int): [Item] pages(first: Int = 30): Pages other(first: String): [Item] one(first: Int): Item }
    type Pages { edges: [Edge] more: [Item] } type Edge { node: Item } type Item { id: ID }`
  const document = parse(sdl)
  const rules = readCostRules(document)
  const schema = buildASTSchema(document)
  const cost = (source: string): number => costOf(source, rules, schema).estimate({}, limits)
  expect(cost('{ plain(limit: 500) { id } }')).toBe(500)
  expect(cost('{ plain { id } }')).toBe(10)
  expect(cost('{ pages { edges { node { id } } } }')).toBe(61)
  expect(cost('{ pages(first: 2) { more { id } } }')).toBe(11)
  expect(cost('{ other(first: "1") { id } one(first: 5) { id } }')).toBe(11)
})

test('a weight may be written as text, and is never below nothing', () => {
  const document = parse(
    'directive @cost(weight: String!) on OBJECT type Query { a: A b: B } type A @cost(weight: "2.5") { id: ID } type B @cost(weight: "-4") { c: C } type C { id: ID }',
  )
  const rules = readCostRules(document)
  const schema = buildASTSchema(document)
  expect(costOf('{ a { id } b { c { id } } }', rules, schema).estimate({}, limits)).toBe(3.5)
})

test('a size may be a member of an input object, as some composers let it', () => {
  const sdl = `directive @listSize(slicingArguments: [String!], requireOneSlicingArgument: Boolean) on FIELD_DEFINITION
    type Query { things(page: Page): [Thing] @listSize(slicingArguments: ["page.first"], requireOneSlicingArgument: false) }
    type Thing { id: ID } input Page { first: Int }`
  const document = parse(sdl)
  const cost = costOf(
    'query ($page: Page) { things(page: $page) { id } }',
    readCostRules(document),
    buildASTSchema(document),
  )
  expect(cost.estimate({ page: { first: 4 } }, limits)).toBe(5)
  expect(cost.estimate({}, limits)).toBe(10)
  expect(() => cost.estimate({ page: { first: 400 } }, limits)).toThrow('"page.first" of Query.things is 400')
})

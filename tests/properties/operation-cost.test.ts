/** No operation costs more than was estimated, as long as its lists are no longer than their sizes say. */
import { testGateway, testSubgraph } from '@souk/gateway/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const imports =
  '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])'
const catalogue = `extend schema ${imports}
  type Query { shop(by: By): Shop shops(first: Int = 3): Shops @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"]) found: [Found!]! }
  type Mutation { open(by: By): Shop }
  input By { name: String tags: [String] also: [By!] dear: Int @cost(weight: 4) }
  type Shops { nodes: [Shop!]! edges: [Edge] total: Int }
  type Edge @cost(weight: 0) { node: Shop }
  interface Named { name: String }
  type Shop implements Named @key(fields: "id") { id: ID! name: String state: State products: [Product!]! @listSize(assumedSize: 2) parent: Shop }
  type Product implements Named @key(fields: "id") @cost(weight: 3) { id: ID! name: String tags: [String] @cost(weight: 2) grid: [[Shop]] }
  enum State @cost(weight: 1) { OPEN }
  union Found = Shop | Product`
const reviews = `extend schema ${imports}
  type Product @key(fields: "id") { id: ID! reviews(limit: Int!): [Review] @listSize(slicingArguments: ["limit"]) }
  type Shop @key(fields: "id") { id: ID! best: Review @cost(weight: 5) }
  type Review { text: String of: Product }`

/** Each list is as long as it may be, or shorter, or has nulls in it. */
const upTo = <Item>(length: number, item: (at: number) => Item): Item[] =>
  Array.from({ length }, (_, at) => item(at))
const shop = (): object => ({
  __typename: 'Shop',
  id: 's',
  name: 'Shop',
  state: 'OPEN',
  products: () => upTo(2, product),
  parent: shop,
})
const product = (): object => ({
  __typename: 'Product',
  id: 'p',
  name: 'Product',
  tags: upTo(listSize, String),
  grid: () => upTo(listSize, () => upTo(listSize, shop)),
})
const listSize = 2
const reviewed = (): object => ({
  __typename: 'Product',
  id: 'p',
  reviews: ({ limit }: { limit: number }) => upTo(limit, review),
})
const review = (): object => ({ text: 'Fine.', of: reviewed })
const gateway = await testGateway(
  [
    testSubgraph('catalogue', catalogue, {
      Query: {
        shop,
        shops: (_: unknown, { first }: { first: number }) => ({
          nodes: () => upTo(first, shop),
          edges: () => upTo(first, (at) => (at === 1 ? null : { node: shop })),
          total: first,
        }),
        found: () => [shop(), product()],
      },
      Mutation: { open: shop },
      Shop: { __resolveReference: shop },
      Product: { __resolveReference: product },
    }),
    testSubgraph('reviews', reviews, {
      Product: {
        __resolveReference: reviewed,
      },
      Shop: { __resolveReference: () => ({ __typename: 'Shop', id: 's', best: review }) },
    }),
  ],
  { SOUK_LIST_SIZE_ASSUMED: String(listSize), SOUK_COST_MAX: '1000000000' },
  { ownership: { keyOnly: [], allowsSharedFields: true } },
)

const size = fc.integer({ min: 0, max: 3 })
const by = fc.constantFrom('{}', '{ dear: 1 }', '{ also: [{}, { dear: 2 }], tags: ["a"] }', 'null', '$by')
const { shopFields, foundFields } = fc.letrec<Record<string, string>>((tie) => {
  const set = (...fields: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc
      .array(fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.constant('__typename'), ...fields), {
        minLength: 1,
        maxLength: 3,
      })
      .map((chosen) => `{ ${chosen.map((field, at) => aliased(field, at)).join(' ')} }`)
  const below = (field: string, fields: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fields.map((text) => `${field} ${text}`)
  const condition = fc.constantFrom('', '@include(if: $yes)', '@skip(if: $yes)', '@include(if: $no)')
  const shopSet = tie('shopFields')
  const productSet = tie('productFields')
  const reviewSet = tie('reviewFields')
  return {
    shopFields: set(
      fc.constantFrom('id', 'name', 'state'),
      below('products', productSet),
      below('parent', shopSet),
      below('best', reviewSet),
      fc.tuple(condition, shopSet).map(([when, text]) => `... ${when} ${text}`),
    ),
    productFields: set(
      fc.constantFrom('id', 'tags'),
      below('grid', shopSet),
      fc.tuple(size, reviewSet).map(([limit, text]) => `reviews(limit: ${limit}) ${text}`),
    ),
    reviewFields: set(fc.constant('text'), below('of', productSet)),
    foundFields: set(
      below('... on Shop', shopSet),
      below('... on Product', productSet),
      fc.constant('... on Named { name }'),
    ),
  }
})

// Other arguments of the same field need another name; a fragment has none.
const aliased = (field: string, at: number): string =>
  field.startsWith('...') || field.startsWith('__') ? field : `a${at}_${field.split(/\W/)[0]}: ${field}`

const queryField = fc.oneof(
  fc.tuple(by, shopFields ?? fc.constant('')).map(([given, text]) => `shop(by: ${given}) ${text}`),
  fc
    .tuple(size, shopFields ?? fc.constant(''))
    .map(([first, text]) => `shops(first: ${first}) { total nodes ${text} edges { node ${text} } }`),
  (shopFields ?? fc.constant('')).map((text) => `shops(first: $size) { nodes ${text} }`),
  (foundFields ?? fc.constant('')).map((text) => `found ${text}`),
)
const operation = fc.oneof(
  fc
    .array(queryField, { minLength: 1, maxLength: 2 })
    .map((fields) => ['query', fields.map(aliased).join(' ')] as const),
  fc
    .tuple(by, shopFields ?? fc.constant(''))
    .map(([given, text]) => ['mutation', `open(by: ${given}) ${text}`] as const),
)
const variables = fc.record({
  size,
  by: fc.constantFrom(null, {}, { also: [{ dear: 1 }] }),
  yes: fc.constant(true),
  no: fc.constant(false),
})

test('an operation never costs more than was estimated', async () => {
  let counted = 0
  const property = fc.asyncProperty(operation, variables, async ([kind, fields], values) => {
    const used = Object.entries({ size: 'Int', by: 'By', yes: 'Boolean!', no: 'Boolean!' }).filter(([name]) =>
      fields.includes(`$${name}`),
    )
    const declared =
      used.length === 0 ? '' : `(${used.map(([name, type]) => `$${name}: ${type}`).join(', ')})`
    const query = `${kind} ${declared} { ${fields} }`
    const given = Object.fromEntries(Object.entries(values).filter(([name]) => fields.includes(`$${name}`)))
    const body = { query, variables: given }
    const answer = JSON.parse(
      (await gateway.execute({ body, headers: { 'x-souk-cost': '1' } })).body,
    ) as Answer
    expect(answer.errors, query).toBeUndefined()
    const { estimated, actual } = answer.extensions.cost
    counted += actual
    expect(actual, query).toBeLessThanOrEqual(estimated)
  })
  await fc.assert(property, { numRuns: 300, seed: 4 })
  expect(counted).toBeGreaterThan(1_000)
})

test('where lists are as long as their sizes say the estimate is what it comes to', async () => {
  const query = `{ shop(by: { also: [{}, { dear: 2 }] }) { state best { of { reviews(limit: 3) { text } } } parent { products { tags grid { name } } } } }`
  const { body } = await gateway.execute({ body: { query }, headers: { 'x-souk-cost': '1' } })
  const { cost } = (JSON.parse(body) as Answer).extensions
  expect(cost.actual).toBe(cost.estimated)
})

type Answer = {
  readonly errors?: unknown
  readonly extensions: { readonly cost: { readonly estimated: number; readonly actual: number } }
}

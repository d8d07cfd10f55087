/** What our planner plans, what it leaves to the library, and what its passes and limits do. */
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { compose } from '../supergraph/compose.ts'
import { federation, testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { CannotPlan } from './cannot-plan.ts'
import { checkPlan } from './check-plan.ts'
import { readCheckedSupergraph } from './check-supergraph.ts'
import { makePlan, type MakePlanInput } from './make-plan.ts'
import { buildMoveGraph } from './move-graph.ts'
import { operationContext } from './operation-context.ts'
import { normalizeOperation } from './normalize-operation.ts'
import { printPlan } from './print-plan.ts'
import { fetchesOf } from './query-plan.ts'

const limits = { placesMax: 10_000, fetchesMax: 500, alternativesMax: 100, stepsMax: 100_000 }

type Sdls = Readonly<Record<string, string>>

function plannerOf(sdls: Sdls) {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl }))
  const supergraph = compose(subgraphs, { keyOnly: [], allowsSharedFields: true })
  const graph = buildMoveGraph(supergraph.sdl)
  return (query: string, options: Partial<Pick<MakePlanInput, 'passes' | 'limits'>> = {}) => {
    const document = parse(query)
    const operation = getOperationAST(document)
    if (!operation) throw new Error('No operation.')
    const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
    const isAllowed = () => true
    const normalized = normalizeOperation({ context, operation, isAllowed }, limits)
    const plan = makePlan({ graph, operation, normalized, limits, ...options })
    const checked = readCheckedSupergraph(graph.schema)
    expect(
      checkPlan(plan, { supergraph: checked, context, operation, isAllowed, stepsMax: 100_000 }),
    ).toEqual([])
    return plan
  }
}

const shop: Sdls = {
  a: `type Query { p: P money: Money @shareable } type P @key(fields: "id") @key(fields: "code") { id: ID! code: ID! n: String }
      type Money @shareable { amount: Int cents: Int }`,
  b: `type Query { money: Money @shareable } type P @key(fields: "code") { code: ID! org: Org @shareable stock: Int }
      type Org @shareable { id: ID! name: String } type Money @shareable { amount: Int currency: String }`,
  c: `type P @key(fields: "org { id }") { org: Org @shareable size: Int } type Org @shareable { id: ID! }`,
}

test('a nested key is reached by way of another subgraph', () => {
  expect(printPlan(plannerOf(shop)('{ p { size } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { p { code } }
    2 after 1  fetch b  P(code) at p -> { ... on P { org { id } } }
    3 after 2  fetch c  P(org { id }) at p -> { ... on P { size } }"
  `)
})

test('what a value type lacks is asked of its parent in another subgraph', () => {
  expect(printPlan(plannerOf(shop)('{ money { amount currency cents } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { money { amount cents } }
    2  fetch b  { money { currency } }"
  `)
})

test('a field taken over with @override comes from its new owner', () => {
  const plan = plannerOf({
    a: 'type Query { p: P } type P @key(fields: "id") { id: ID! n: String }',
    b: 'type P @key(fields: "id") { id: ID! n: String @override(from: "a") }',
  })
  expect(printPlan(plan('{ p { n } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { p { id } }
    2 after 1  fetch b  P(id) at p -> { ... on P { n } }"
  `)
})

test('an inaccessible key is sent and never shown', () => {
  const plan = plannerOf({
    a: 'type Query { p: P } type P @key(fields: "secret") { secret: ID! @inaccessible n: String }',
    b: 'type P @key(fields: "secret") { secret: ID! m: String }',
  })
  expect(printPlan(plan('{ p { n m } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { p { n secret } }
    2 after 1  fetch b  P(secret) at p -> { ... on P { m } }"
  `)
})

test('requirements that require each other in turn take turns', () => {
  const plan = plannerOf({
    a: 'type Query { p: P } type P @key(fields: "id") { id: ID! one: Int three: Int @requires(fields: "two") two: Int @external }',
    b: 'type P @key(fields: "id") { id: ID! two: Int @requires(fields: "one") one: Int @external four: Int @requires(fields: "three") three: Int @external }',
  })
  expect(printPlan(plan('{ p { four } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { p { one id } }
    2 after 1  fetch b  P(one id) at p -> { ... on P { two } }
    3 after 2  fetch a  P(two id) at p -> { ... on P { three } }
    4 after 3  fetch b  P(three id) at p -> { ... on P { four } }"
  `)
})

test('a field of one name and two types gets two names', () => {
  const plan = plannerOf({
    a: `type Query { all: [U] } union U = X | Y
        type X @key(fields: "id") { id: ID! } type Y @key(fields: "id") { id: Int! }`,
    b: 'type X @key(fields: "id") { id: ID! x: Int } type Y @key(fields: "id") { id: Int! y: Int }',
  })
  expect(printPlan(plan('{ all { ... on X { x } ... on Y { y } } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { all { __typename ... on X { _X_id: id } ... on Y { _Y_id: id } } }
    2 after 1  fetch b  X(id) at all[]<X> -> { ... on X { x } }
        and  Y(id) at all[]<Y> -> { ... on Y { y } }"
  `)
})

test('without its passes the plan is longer and proved as well', () => {
  const plan = plannerOf({
    a: 'type Query { one: P two: P } type P @key(fields: "id") { id: ID! }',
    b: 'type P @key(fields: "id") { id: ID! n: Int }',
  })
  const query = '{ one { n } two { n } }'
  const fetches = [
    { mergesSiblings: true, dropsDuplicates: true },
    { mergesSiblings: true, dropsDuplicates: false },
    { mergesSiblings: false, dropsDuplicates: true },
    { mergesSiblings: false, dropsDuplicates: false },
  ].map((passes) => fetchesOf(plan(query, { passes })).length)
  expect(fetches).toEqual([2, 2, 3, 3])
})

test('beyond a limit planning ends with a reason', () => {
  const plan = plannerOf(shop)
  expect(() => plan('{ p { size } }', { limits: { ...limits, placesMax: 2 } })).toThrow(CannotPlan)
  expect(() => plan('{ p { size } }', { limits: { ...limits, fetchesMax: 2 } })).toThrow(
    'more than 2 fetches',
  )
})

test('a text grows with its conditions, however many stand above each other', () => {
  const plan = plannerOf({
    a: `type Query { node: Node } interface Node { id: ID! next: Node }
        type A implements Node @key(fields: "id") { id: ID! next: Node } type B implements Node { id: ID! next: Node }`,
    b: 'type A @key(fields: "id") { id: ID! x: Int }',
  })
  const lengthOf = (count: number): number => {
    const indices = Array.from({ length: count }, (_, index) => index)
    const variables = indices.map((index) => `$v${index}: Boolean!`).join(' ')
    const nodes = indices.map(
      (index) =>
        `next @include(if: $v${index}) { next @skip(if: $v${(index + 1) % count}) { ... on A { x } } }`,
    )
    return printPlan(plan(`query(${variables}) { node { ${nodes.join(' ')} } }`)).length
  }
  expect(lengthOf(40)).toBeLessThan(2.2 * lengthOf(20))
})

test('conditions of a mutation that combine in too many ways are refused before they are written out', () => {
  const plan = plannerOf({ a: 'type Query { n: Int } type Mutation { add: Int }' })
  const indices = Array.from({ length: 40 }, (_, index) => index)
  const variables = indices.map((index) => `$a${index}: Boolean! $b${index}: Boolean!`).join(' ')
  const turns = indices.map((index) => `... @include(if: $a${index}) { add @include(if: $b${index}) }`)
  expect(() => plan(`mutation(${variables}) { ${turns.join(' ')} }`)).toThrow(
    'more than 100 alternatives of conditions',
  )
})

test('many types, many levels: what they have in common is looked at once', () => {
  const names = Array.from({ length: 10 }, (_, index) => `T${index}`)
  const plan = plannerOf({
    a: `type Query { node: Node } interface Node { id: ID! } interface Linked { next: Node }
        ${names.map((name) => `type ${name} implements Node & Linked @key(fields: "id") { id: ID! next: Node }`).join(' ')}`,
    b: names.map((name) => `type ${name} @key(fields: "id") { id: ID! n: Int }`).join(' '),
  })
  const level = (depth: number): string =>
    depth === 0 ? '{ id }' : `{ id ... on Linked { next ${level(depth - 1)} } }`
  const few = { ...limits, placesMax: 30, stepsMax: 2_000 }
  expect(printPlan(plan(`{ node ${level(2)} }`, { limits: few }))).toMatchInlineSnapshot(
    `"1  fetch a  { node { __typename id ... on Linked { next { __typename id ... on Linked { next { __typename id } } } } } }"`,
  )
  expect(fetchesOf(plan(`{ node ${level(9)} }`, { limits: few }))).toHaveLength(1)
})

const withInterfaceObject = () => [
  testSubgraph(
    'a',
    `type Query { all: [I] } interface I @key(fields: "id") { id: ID! }
     type X implements I @key(fields: "id") { id: ID! x: Int } type Y implements I @key(fields: "id") { id: ID! }`,
    {
      Query: {
        all: () => [
          { __typename: 'X', id: '1', x: 2 },
          { __typename: 'Y', id: '2' },
        ],
      },
      I: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'X', id, x: 2 }) },
    },
  ),
  testSubgraph('b', `type Query { some: I } type I @key(fields: "id") @interfaceObject { id: ID! y: Int }`, {
    Query: { some: () => ({ id: '1' }) },
    I: { y: ({ id }: { id: string }) => Number(id) + 10 },
  }),
]

test('a subgraph that holds an interface as an object is asked by that name', async () => {
  await using gateway = await testGateway(withInterfaceObject())
  const query = '{ all { ... on X { x } y } }'
  const { data, errors } = await gateway.ask(query)
  expect({ data, errors }).toEqual({ data: { all: [{ x: 2, y: 11 }, { y: 12 }] }, errors: undefined })
  expect(gateway.planCounts()).toMatchObject({ planned: 1, unoptimised: 0, failed: 0 })
  expect(await gateway.explain(query)).toMatchInlineSnapshot(`
    "query, 2 fetches
    1  fetch a  { all { __typename id ... on X { x } } }
    2 after 1  fetch b  I(id) at all[] -> { ... on I { y } }"
  `)
})

test('a key that only names an entity still takes back what a field of its own requires', async () => {
  await using gateway = await testGateway([
    testSubgraph(
      'a',
      'type Query { p: P } type P @key(fields: "id", resolvable: false) { id: ID! n: Int @external m: Int @requires(fields: "n") }',
      {
        Query: { p: () => ({ id: '1' }) },
        P: { __resolveReference: (it: object) => it, m: ({ n }: { n: number }) => n + 1 },
      },
    ),
    testSubgraph('b', 'type P @key(fields: "id") { id: ID! n: Int }', { P: { n: () => 5 } }),
  ])
  expect(await gateway.ask('{ p { m } }')).toMatchObject({ data: { p: { m: 6 } } })
})

const media: Sdls = {
  a: `type Query { all: [I] } interface I @key(fields: "id") { id: ID! title: String }
      type X implements I @key(fields: "id") { id: ID! title: String x: Int }
      type Y implements I @key(fields: "id") { id: ID! title: String }`,
  b: `type Query { some: [I] } type I @key(fields: "id") @interfaceObject { id: ID! likes: Int by: Who } type Who { name: String }`,
  c: `type I @key(fields: "id") @interfaceObject { id: ID! views: Int likes: Int @external rank: Int @requires(fields: "likes") }`,
}

test('what is asked of an interface object alone takes no other fetch', () => {
  expect(printPlan(plannerOf(media)('{ some { likes by { name } } }'))).toMatchInlineSnapshot(
    `"1  fetch b  { some { _typename__0: __typename likes by { name } } }"`,
  )
})

test('from one interface object to another the type stays unknown', () => {
  expect(printPlan(plannerOf(media)('{ some { views } }'))).toMatchInlineSnapshot(`
    "1  fetch b  { some { _typename__0: __typename id } }
    2 after 1  fetch c  I(id) at some[] -> { ... on I { views } }"
  `)
})

test('the type of an interface object comes from a subgraph that has the interface', () => {
  const plan = plannerOf(media)
  expect(printPlan(plan('{ some { __typename likes } }'))).toMatchInlineSnapshot(`
    "1  fetch b  { some { likes id } }
    2 after 1  fetch a  I(id) at some[] -> { ... on I { __typename } }"
  `)
  expect(printPlan(plan('{ some { title likes ... on X { x views } } }'))).toMatchInlineSnapshot(`
    "1  fetch b  { some { likes id } }
    2 after 1  fetch a  I(id) at some[] -> { ... on I { __typename title ... on X { x } } }
    3 after 2  fetch c  X(id) as I at some[]<X> -> { ... on I { views } }"
  `)
  expect(printPlan(plan('{ some { ... on X { likes } } }'))).toMatchInlineSnapshot(`
    "1  fetch b  { some { likes id } }
    2 after 1  fetch a  I(id) at some[] -> { ... on I { __typename } }"
  `)
  expect(printPlan(plan('{ some { rank } all { rank } }'))).toMatchInlineSnapshot(`
    "1  fetch b  { some { _typename__0: __typename likes id } }
    2  fetch a  { all { __typename id } }
    3 after 2  fetch b  I(id) at all[] -> { ... on I { likes } }
    4 after 1, 3  fetch c  I(likes id) at some[] , all[] -> { ... on I { rank } }"
  `)
})

test('root fields below a field are asked where they are', () => {
  const graph = buildMoveGraph(`
    directive @join__graph(name: String!, url: String!) on ENUM_VALUE
    directive @join__type(graph: join__Graph!) repeatable on OBJECT
    directive @join__field(graph: join__Graph) repeatable on FIELD_DEFINITION
    enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
    type Query @join__type(graph: A) @join__type(graph: B) { one: Int @join__field(graph: A) two: Int @join__field(graph: B) }
    type Mutation @join__type(graph: A) { add: Added @join__field(graph: A) }
    type Added @join__type(graph: A) { query: Query n: Int }`)
  const document = parse('mutation { add { n query { one two again: two } } }')
  const context = operationContext(graph.schema, new Set(), document)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('No operation.')
  const isAllowed = () => true
  const plan = makePlan({
    graph,
    operation,
    normalized: normalizeOperation({ context, operation, isAllowed }, limits),
    limits,
  })
  const supergraph = readCheckedSupergraph(graph.schema)
  expect(checkPlan(plan, { supergraph, context, operation, isAllowed, stepsMax: 1_000 })).toEqual([])
  expect(printPlan(plan)).toMatchInlineSnapshot(`
    "1  fetch a  mutation { add { n query { one } } }
    2 after 1  fetch b at add.query  { two again: two }"
  `)
})

test('a type that is narrower below a fragment is asked for its own fields', () => {
  const plan = plannerOf({
    a: `type Query { media: Media } interface Media { owner: Node } interface Node { id: ID! }
        type User implements Node { id: ID! name: String } type Shop implements Node { id: ID! }
        type Video implements Media { owner: User } type Live implements Media { owner: Node }`,
  })
  expect(printPlan(plan('{ media { owner { id } ... on Video { owner { name } } } }'))).toMatchInlineSnapshot(
    `"1  fetch a  { media { __typename owner { __typename id } ... on Video { owner { name } } } }"`,
  )
})

test('two requirements on one field with different arguments are sent apart', () => {
  const plan = plannerOf({
    a: `type Query { p: P } type P @key(fields: "id") { id: ID! price(in: String): Int }`,
    b: `type P @key(fields: "id") { id: ID! price(in: String): Int @external
          usd: Int @requires(fields: "price(in: \\"USD\\")") eur: Int @requires(fields: "price(in: \\"EUR\\")") }`,
  })
  expect(printPlan(plan('{ p { usd eur } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { p { _price_0: price(in: "USD") id _price_1: price(in: "EUR") } }
    2 after 1  fetch b  P(price=_price_0 id) at p -> { ... on P { usd } }
        and  P(price=_price_1 id) at p -> { ... on P { eur } }"
  `)
})

test('what nobody waits for holds nothing up', () => {
  const plan = plannerOf({
    a: 'type Query { users: [U] } type U @key(fields: "id") { id: ID! }',
    b: 'type Query { products: [P] } type P @key(fields: "id") { id: ID! }',
    c: 'type P @key(fields: "id") { id: ID! inStock: Boolean }',
    d: 'type P @key(fields: "id") { id: ID! stars: Int } type U @key(fields: "id") { id: ID! stars: Int }',
  })
  expect(printPlan(plan('{ users { stars } products { inStock stars } }'))).toMatchInlineSnapshot(`
    "1  fetch a  { users { id } }
    2  fetch b  { products { id } }
    3 after 1, 2  fetch d  U(id) at users[] -> { ... on U { stars } }
        and  P(id) at products[] -> { ... on P { stars } }
    4 after 2  fetch c  P(id) at products[] -> { ... on P { inStock } }"
  `)
})

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
import { normalizeOperation } from './normalize-operation.ts'
import { printPlan } from './print-plan.ts'
import { countFetches } from './query-plan.ts'
import { nameFields } from './select-fields.ts'

type Sdls = Readonly<Record<string, string>>

function plannerOf(sdls: Sdls) {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl }))
  const supergraph = compose(subgraphs, { keyOnly: [], allowsSharedFields: true })
  const graph = buildMoveGraph(supergraph.sdl)
  return (query: string, options: Pick<MakePlanInput, 'passes' | 'limits'> = {}) => {
    const operation = getOperationAST(parse(query))
    if (!operation) throw new Error('No operation.')
    const context = {
      schema: supergraph.publicSchema,
      fragments: new Map(),
      internalName: nameFields(supergraph.fieldSetNames),
    }
    const isAllowed = () => true
    const normalized = normalizeOperation(context, operation, isAllowed)
    const plan = makePlan({ graph, operation, normalized, ...options })
    const checked = readCheckedSupergraph(graph.schema)
    expect(checkPlan(plan, { supergraph: checked, context, operation, isAllowed })).toEqual([])
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
    "fetch a  { p { __typename code } }
    fetch b  P(code) at p -> { ... on P { __typename org { id } } }
    fetch c  P(org { id }) at p -> { ... on P { size } }"
  `)
})

test('what a value type lacks is asked of its parent in another subgraph', () => {
  expect(printPlan(plannerOf(shop)('{ money { amount currency cents } }'))).toMatchInlineSnapshot(`
    "parallel
      fetch a  { money { amount cents } }
      fetch b  { money { currency } }"
  `)
})

test('a field taken over with @override comes from its new owner', () => {
  const plan = plannerOf({
    a: 'type Query { p: P } type P @key(fields: "id") { id: ID! n: String }',
    b: 'type P @key(fields: "id") { id: ID! n: String @override(from: "a") }',
  })
  expect(printPlan(plan('{ p { n } }'))).toMatchInlineSnapshot(`
    "fetch a  { p { __typename id } }
    fetch b  P(id) at p -> { ... on P { n } }"
  `)
})

test('an inaccessible key is sent and never shown', () => {
  const plan = plannerOf({
    a: 'type Query { p: P } type P @key(fields: "secret") { secret: ID! @inaccessible n: String }',
    b: 'type P @key(fields: "secret") { secret: ID! m: String }',
  })
  expect(printPlan(plan('{ p { n m } }'))).toMatchInlineSnapshot(`
    "fetch a  { p { __typename n secret } }
    fetch b  P(secret) at p -> { ... on P { m } }"
  `)
})

test('requirements that require each other in turn take turns', () => {
  const plan = plannerOf({
    a: 'type Query { p: P } type P @key(fields: "id") { id: ID! one: Int three: Int @requires(fields: "two") two: Int @external }',
    b: 'type P @key(fields: "id") { id: ID! two: Int @requires(fields: "one") one: Int @external four: Int @requires(fields: "three") three: Int @external }',
  })
  expect(printPlan(plan('{ p { four } }'))).toMatchInlineSnapshot(`
    "fetch a  { p { __typename one id } }
    fetch b  P(one id) at p -> { ... on P { __typename two } }
    fetch a  P(two id) at p -> { ... on P { __typename three } }
    fetch b  P(three id) at p -> { ... on P { four } }"
  `)
})

test('a field of one name and two types gets two names', () => {
  const plan = plannerOf({
    a: `type Query { all: [U] } union U = X | Y
        type X @key(fields: "id") { id: ID! } type Y @key(fields: "id") { id: Int! }`,
    b: 'type X @key(fields: "id") { id: ID! x: Int } type Y @key(fields: "id") { id: Int! y: Int }',
  })
  expect(printPlan(plan('{ all { ... on X { x } ... on Y { y } } }'))).toMatchInlineSnapshot(`
    "fetch a  { all { __typename ... on X { _X_id: id } ... on Y { _Y_id: id } } }
    fetch b  X(id) at all[]<X> -> { ... on X { x } }
      and   Y(id) at all[]<Y> -> { ... on Y { y } }"
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
  ].map((passes) => countFetches(plan(query, { passes }).root))
  expect(fetches).toEqual([2, 2, 3, 3])
})

test('beyond a limit planning ends with a reason', () => {
  const plan = plannerOf(shop)
  expect(() => plan('{ p { size } }', { limits: { placesMax: 2, fetchesMax: 500 } })).toThrow(CannotPlan)
  expect(() => plan('{ p { size } }', { limits: { placesMax: 100, fetchesMax: 2 } })).toThrow(
    'more than 2 fetches',
  )
})

test('many types, many levels: planning time stays small', () => {
  const names = Array.from({ length: 10 }, (_, index) => `T${index}`)
  const plan = plannerOf({
    a: `type Query { node: Node } interface Node { id: ID! next: Node }
        ${names.map((name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node }`).join(' ')}`,
    b: names.map((name) => `type ${name} @key(fields: "id") { id: ID! n: Int }`).join(' '),
  })
  const level = (depth: number): string =>
    depth === 0 ? '{ id }' : `{ id ... on T1 { n } ... on T2 { n } next ${level(depth - 1)} }`
  const startedAt = performance.now()
  expect(countFetches(plan(`{ node ${level(3)} }`).root)).toBe(2)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
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
  expect(gateway.planCounts()).toEqual({ own: 1, library: 0 })
  expect(await gateway.explain(query)).toMatchInlineSnapshot(`
    "query, 2 fetches
    fetch a  { all { __typename ... on X { x id } ... on Y { id } } }
    fetch b  X(id) at all[]<X> -> { ... on I { y } }
      and   Y(id) at all[]<Y> -> { ... on I { y } }"
  `)
})

test('what our planner does not know yet is planned by the library, and counted', async () => {
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
  expect(gateway.planCounts()).toEqual({ own: 0, library: 1 })
})

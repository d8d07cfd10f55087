/** The checker lets good plans pass and tells what is wrong with each kind of bad one. */
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { compose, type SubgraphSdl } from '../supergraph/compose.ts'
import { federation } from '../testing/test-gateway.ts'
import { checkPlan } from './check-plan.ts'
import { allPasses } from './make-plan.ts'
import { operationContext } from './operation-context.ts'
import { planQuery, readPlannedGraph } from './plan-query.ts'
import type { PlanStep, QueryPlan } from './query-plan.ts'

const products = graphOf([
  {
    name: 'products',
    sdl: `${federation} type Query { product: Product media: [Media] } type Mutation { add: Product drop: Int }
      interface Media { id: ID! }
      type Video implements Media @key(fields: "id") { id: ID! title: String }
      type Live implements Media @key(fields: "id") { id: ID! room: Int }
      type Product @key(fields: "id") { id: ID! weight(unit: String): Int title: String maker: Maker }
      type Maker @key(fields: "id") { id: ID! name: String }`,
  },
  {
    name: 'reviews',
    sdl: `${federation} type Query { newest: Product @provides(fields: "title") other: Product }
      type Video @key(fields: "id") { id: ID! likes: Int }
      type Product @key(fields: "id") { id: ID! title: String @external stars: Int weight(unit: String): Int @external
        shipping: Int @requires(fields: "weight(unit: \\"g\\")") }`,
  },
])
const limits = { placesMax: 1_000, fetchesMax: 100, stepsMax: 10_000 }

function planned(query: string, { supergraph, graph } = products) {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('No operation.')
  const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
  const input = { context, document, operation, isAllowed: () => true }
  const { plan } = planQuery(input, { ...graph, limits, passes: allPasses })
  const check = (steps: readonly PlanStep[], more: object = {}): readonly string[] =>
    checkPlan(
      { ...plan, steps, ...more },
      { ...input, supergraph: graph.checked, stepsMax: limits.stepsMax, ...more },
    )
  return { plan, check }
}

function graphOf(subgraphs: readonly SubgraphSdl[]) {
  const supergraph = compose(subgraphs)
  return { supergraph, graph: readPlannedGraph(supergraph.sdl) }
}

/** The plan with one piece of its text replaced, wherever it occurs. */
const changed = ({ steps }: QueryPlan, from: string, to: string): readonly PlanStep[] => {
  const before = JSON.stringify(steps)
  expect(before).toContain(from)
  return JSON.parse(before.replaceAll(from, to)) as readonly PlanStep[]
}

test.each([
  '{ product { title stars shipping } }',
  '{ product { shipping weight(unit: "kg") a: weight(unit: "lb") id: title } }',
  '{ media { id ... on Video { likes title } ... on Live { room } } }',
  '{ newest { title stars } other { title maker { name } } }',
  '{ __typename }',
])('a good plan is proved: %s', (query) => {
  const { plan, check } = planned(query)
  expect(check(plan.steps)).toEqual([])
})

test('a field that is asked and not fetched', () => {
  const { plan, check } = planned('{ product { id title } }')
  expect(check(changed(plan, ' title', ''))).toEqual([
    'Product.title is asked at .product.title and not fetched.',
  ])
  expect(check([])).toEqual(['Query.product is asked at .product and not fetched.'])
})

test('a field asked of a subgraph that does not have it', () => {
  const { plan, check } = planned('{ product { title } }')
  expect(check(changed(plan, 'title', 'title stars'))).toEqual(['products does not have Product.stars.'])
})

test('a field asked with other arguments', () => {
  const { plan, check } = planned('{ product { weight(unit: "kg") } }')
  expect(check(changed(plan, 'kg', 'lb'))[0]).toContain('is asked at')
})

test('an external field where it is not provided', () => {
  const { plan, check } = planned('{ newest { title } }')
  expect(check(changed(plan, 'newest', 'other'))).toContain(
    'Product.title is external in reviews, and not provided at .other.',
  )
})

test('a key that is sent before it is known', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(check(changed(plan, 'title id', 'title'))).toContain('.product.id is sent before it is known.')
})

test('fetches at once that rely on each other', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(check(changed(plan, '"after":[0]', '"after":[]'))).toContain('A fetch has no entities.')
  expect(check(changed(plan, '"after":[0]', '"after":[1]'))).toContain(
    'A fetch comes before one that it needs.',
  )
})

test('a requirement that is not sent, and one that is read from another call', () => {
  const { plan, check } = planned('{ product { shipping } }')
  expect(check(changed(plan, '{"from":"_weight_0","to":"weight","shapes":[]},', ''))).toContain(
    'reviews is asked for Product.shipping without what it requires.',
  )
  expect(check(changed(plan, 'unit: \\"g\\"', 'unit: \\"kg\\"'))).toContain(
    'reviews is asked for Product.shipping without what it requires.',
  )
})

test('an entity that is not found by what is sent', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(check(changed(plan, '"to":"id"', '"to":"title"'))).toContain(
    "reviews can't find Product at .product by what is sent.",
  )
})

test('runtime types that can not be told apart', () => {
  const { plan, check } = planned('{ media { id ... on Video { likes } } }')
  expect(check(changed(plan, '__typename', ''))).toContain('.media comes without its __typename.')
})

test('a runtime type that is forgotten', () => {
  const { plan, check } = planned('{ media { ... on Video { title } ... on Live { room } } }')
  expect(check(changed(plan, '... on Live { room }', ''))).toEqual([
    'Live.room is asked at .media.room and not fetched.',
  ])
})

test('a path on which conditions contradict each other leads nowhere, which is no fault of the path', () => {
  const { plan, check } = planned('query ($a: Boolean!) { product @include(if: $a) { title stars } }')
  const steps = plan.steps.map(({ fetches }) => ({
    fetches: fetches.map((fetch) =>
      fetch.kind === 'rootFetch'
        ? fetch
        : {
            ...fetch,
            inputs: fetch.inputs.map((input) => ({ ...input, when: [[{ variable: 'a', wanted: false }]] })),
          },
    ),
  }))
  expect(check(steps)).toEqual(['Product.stars is asked at .product.stars and not fetched.'])
})

test('a type that neither data nor what is sent tells', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(check(changed(plan, '"types":["Product"]', '"types":[]'))).toEqual([
    '.product is represented without its __typename.',
  ])
})

test('a variable that is used and not given', () => {
  const { plan, check } = planned('query ($unit: String) { product { weight(unit: $unit) } }')
  expect(check(changed(plan, '"variables":["unit"]', '"variables":[]'))).toEqual([
    'products is asked with $unit, which is not declared, used and given.',
  ])
})

test('a plan that is not run as its operation is', () => {
  const { plan, check } = planned('{ product { title } }')
  expect(check(plan.steps, { operationKind: 'mutation' })).toEqual(['The plan is not run as a query is.'])
  expect(check([...plan.steps, ...plan.steps])).toEqual(['The plan is not run as a query is.'])
  expect(check(changed(plan, 'query { product', 'mutation { product'))).toEqual([
    'products is sent a mutation.',
  ])
})

test('a field of a mutation that is run unasked, twice or too late', () => {
  const { plan, check } = planned('mutation ($a: Boolean!) { add { title } drop @include(if: $a) }')
  const [add, drop] = plan.steps
  if (add === undefined || drop === undefined) throw new Error('No steps.')
  expect(check([add, drop])).toEqual([])
  expect(check([drop, add])).toEqual(['.add is run after .drop, which it is asked before.'])
  expect(check([add, add, drop])).toEqual(['.add is run twice.'])
  expect(check([add, ...changed({ ...plan, steps: [drop] }, '{"variable":"a","wanted":true}', '')])).toEqual([
    '.drop is run where it is not asked.',
  ])
})

test('an interface object of which something depends on its type', () => {
  const graph = graphOf([
    {
      name: 'a',
      sdl: `${federation} type Query { all: [I] } interface I @key(fields: "id") { id: ID! }
        type X implements I @key(fields: "id") { id: ID! }`,
    },
    {
      name: 'b',
      sdl: `${federation} type Query { some: [I] } type I @key(fields: "id") @interfaceObject { id: ID! likes: Int }`,
    },
  ])
  const { plan, check } = planned('{ some { likes } }', graph)
  expect(check(plan.steps)).toEqual([])
  // Data names the interface, of which a fragment on the only type that has it is no part.
  expect(planned('{ some { ... on X { likes } } }', graph).check(plan.steps)).toEqual([
    '.some comes without its __typename.',
  ])
  expect(planned('{ some { __typename likes } }', graph).check(plan.steps)).toEqual([
    '.some comes without its __typename.',
  ])
})

test('a proof takes as many steps as there is text, however many types there are', () => {
  const names = Array.from({ length: 20 }, (_, index) => `T${index}`)
  const graph = graphOf([
    {
      name: 'a',
      sdl: `${federation} type Query { node: Node } interface Node { id: ID! next: Node }
        ${names.map((name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node }`).join(' ')}`,
    },
    {
      name: 'b',
      sdl: federation + names.map((name) => `type ${name} @key(fields: "id") { id: ID! n: Int }`).join(' '),
    },
  ])
  const below = (depth: number): string =>
    depth === 0 ? '{ id }' : `{ id ... on T1 { n } ... on T2 { n } next ${below(depth - 1)} }`
  const { plan, check } = planned(`{ node ${below(4)} }`, graph)
  expect(check(plan.steps, { stepsMax: 300 })).toEqual([])
})

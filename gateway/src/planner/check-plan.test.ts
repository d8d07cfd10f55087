/** The checker lets good plans pass and tells what is wrong with each kind of bad one. */
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { compose } from '../supergraph/compose.ts'
import { federation } from '../testing/test-gateway.ts'
import { checkPlan } from './check-plan.ts'
import { readCheckedSupergraph } from './check-supergraph.ts'
import { makePlan } from './make-plan.ts'
import { buildMoveGraph } from './move-graph.ts'
import { normalizeOperation } from './normalize-operation.ts'
import type { PlanNode, QueryPlan } from './query-plan.ts'
import { nameFields } from './select-fields.ts'

const supergraph = compose([
  {
    name: 'products',
    sdl: `${federation} type Query { product: Product media: [Media] }
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
const graph = buildMoveGraph(supergraph.sdl)
const checked = readCheckedSupergraph(graph.schema)

function planned(query: string) {
  const operation = getOperationAST(parse(query))
  if (!operation) throw new Error('No operation.')
  const context = {
    schema: supergraph.publicSchema,
    fragments: new Map(),
    internalName: nameFields(supergraph.fieldSetNames),
  }
  const isAllowed = () => true
  const plan = makePlan({ graph, operation, normalized: normalizeOperation(context, operation, isAllowed) })
  const check = (root: PlanNode | null): readonly string[] =>
    checkPlan({ ...plan, root }, { supergraph: checked, context, operation, isAllowed })
  return { plan, check }
}

/** The plan with one piece of its text replaced, wherever it occurs. */
const changed = ({ root }: QueryPlan, from: string, to: string): PlanNode | null => {
  const before = JSON.stringify(root)
  expect(before).toContain(from)
  return JSON.parse(before.replaceAll(from, to)) as PlanNode | null
}

test.each([
  '{ product { title stars shipping } }',
  '{ product { shipping weight(unit: "kg") a: weight(unit: "lb") id: title } }',
  '{ media { id ... on Video { likes title } ... on Live { room } } }',
  '{ newest { title stars } other { title maker { name } } }',
  '{ __typename }',
])('a good plan is proved: %s', (query) => {
  const { plan, check } = planned(query)
  expect(check(plan.root)).toEqual([])
})

test('a field that is asked and not fetched', () => {
  const { plan, check } = planned('{ product { id title } }')
  expect(check(changed(plan, ' title', ''))).toEqual([
    'Product.title is asked at .product<Product>.title and not fetched.',
  ])
  expect(check(null)).toEqual(['Query.product is asked at .product and not fetched.'])
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
    'Product.title is external in reviews, and not provided at .other<Product>.',
  )
})

test('a key that is sent before it is known', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(check(changed(plan, 'title id', 'title'))).toContain(
    '.product<Product>.id is sent before it is known.',
  )
})

test('fetches at once that rely on each other', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(plan.root?.kind).toBe('sequence')
  expect(check(changed(plan, '"sequence"', '"parallel"'))).toContain('A fetch has no entities.')
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
    "reviews can't find Product at .product<Product> by what is sent.",
  )
})

test('runtime types that can not be told apart', () => {
  const { plan, check } = planned('{ media { id ... on Video { likes } } }')
  expect(check(changed(plan, '__typename', ''))).toContain('.media<Live> comes without its __typename.')
})

test('a runtime type that is forgotten', () => {
  const { plan, check } = planned('{ media { ... on Video { title } ... on Live { room } } }')
  expect(check(changed(plan, '... on Live { room }', ''))).toEqual([
    'Live.room is asked at .media<Live>.room and not fetched.',
  ])
})

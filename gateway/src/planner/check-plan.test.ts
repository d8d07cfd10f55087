/** The checker lets good plans pass and tells what is wrong with each kind of bad one. */
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { compose, type SubgraphSdl } from '../supergraph/compose.ts'
import { federation } from '../testing/test-gateway.ts'
import { checkPlan } from './check-plan.ts'
import { allPasses } from './make-plan.ts'
import { operationContext } from './operation-context.ts'
import { planQuery, readPlannedGraph } from './plan-query.ts'
import type { IsAllowed } from './normalize-operation.ts'
import { type EntityInput, fetchesOf, type PlanStep, type QueryPlan } from './query-plan.ts'

const products = graphOf([
  {
    name: 'products',
    sdl: `${federation} type Query { product: Product media: [Media] } type Mutation { add: Product drop: Int }
      type Subscription { sold: Product }
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
const limits = { placesMax: 1_000, fetchesMax: 100, alternativesMax: 100, stepsMax: 10_000 }

function planned(query: string, { supergraph, graph } = products, isAllowed: IsAllowed = () => true) {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('No operation.')
  const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
  const input = { context, document, operation, isAllowed }
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
  const untold = changed(plan, '__typename', '')
  expect(check(untold)).toEqual([
    'Types are told apart below .media without __typename.',
    '.media is represented without its __typename.',
    '.media comes without its __typename.',
  ])
  expect(check(changed({ ...plan, steps: untold }, ',{"kind":"types","types":["Video"]}', ''))).toEqual([
    '.media is represented without its __typename.',
    '.media comes without its __typename.',
  ])
})

test('a type by a name that its subgraph does not know', () => {
  const { plan, check } = planned('{ media { ... on Live { room id } ... on Video { likes id } } }')
  const sent = changed(plan, '"types":["Video"]', '"types":["Live"]')
  expect(check(sent)).toContain('reviews does not know Live by the name that is sent.')
  expect(check(changed(plan, '... on Video { likes', '... on Live { likes'))).toContain(
    'reviews does not have the type Live.',
  )
})

test('a name that means two things', () => {
  const { plan, check } = planned('{ product { title stars } }')
  expect(check(changed(plan, '{ stars }', '{ stars title: stars }'))).toContain(
    '.product.title is both title() and stars().',
  )
})

test('a field that may not be fetched, and one that may for some types alone', () => {
  const isAllowed: IsAllowed = (typeName, fieldName) => typeName !== 'Video' || fieldName !== 'id'
  const { plan, check } = planned('{ media { id } }', products, isAllowed)
  expect(check(plan.steps)).toEqual([])
  expect(check(changed(plan, ' ... on Live { id }', ''))).toEqual([
    'Live.id is asked at .media.id and not fetched.',
  ])
})

test('a runtime type that is forgotten', () => {
  const { plan, check } = planned('{ media { ... on Video { title } ... on Live { room } } }')
  expect(check(changed(plan, '... on Live { room }', ''))).toEqual([
    'Live.room is asked at .media.room and not fetched.',
  ])
})

test('a fetch of what is there only in some cases, or never', () => {
  const { plan, check } = planned('query ($a: Boolean!) { product @include(if: $a) { title stars } }')
  expect(check(withWhen(plan, [[]]))).toEqual([])
  // Conditions that contradict each other are no fault of the path.
  expect(check(withWhen(plan, [[{ variable: 'a', wanted: false }]]))).toEqual([
    'Product.stars is asked at .product.stars and not fetched.',
  ])
})

const withWhen = ({ steps }: QueryPlan, when: EntityInput['when']): readonly PlanStep[] =>
  steps.map(({ fetches }) => ({
    fetches: fetches.map((fetch) =>
      fetch.kind === 'rootFetch'
        ? fetch
        : { ...fetch, inputs: fetch.inputs.map((input) => ({ ...input, when })) },
    ),
  }))

test('a type that neither data nor what is sent tells', () => {
  const { plan, check } = planned('{ product { title stars } }')
  for (const types of ['[]', '["Product","Maker"]'])
    expect(check(changed(plan, '"types":["Product"]', `"types":${types}`))).toEqual([
      '.product is represented without its __typename.',
    ])
})

test('a variable that is not declared, not used or not given', () => {
  const { plan, check } = planned('query ($unit: String) { product { weight(unit: $unit) } }')
  const problem = 'products is asked with $unit, which is not declared, used and given.'
  expect(check(changed(plan, '"variables":["unit"]', '"variables":[]'))).toEqual([problem])
  expect(check(changed(plan, '($unit: String)', ''))).toEqual([problem])
  expect(check(changed(plan, 'weight(unit: $unit)', 'weight'))).toContain(problem)
})

test('a plan that is not run as its operation is', () => {
  const { plan, check } = planned('{ product { title } }')
  expect(check(plan.steps, { operationKind: 'mutation' })).toEqual(['The plan is not run as a query is.'])
  expect(check([...plan.steps, ...plan.steps])).toEqual(['The plan is not run as a query is.'])
  expect(check(changed(plan, 'query { product', 'mutation { product'))).toEqual([
    'products is sent a mutation.',
  ])
})

test('events that come from two fetches, from none, or only on a condition', () => {
  const { plan, check } = planned('subscription ($a: Boolean!) { sold { stars title @include(if: $a) } }')
  const [source, ...later] = fetchesOf(plan)
  if (source === undefined) throw new Error('No source.')
  expect(check(plan.steps)).toEqual([])
  expect(check([{ fetches: [source, ...later, source] }])).toContain('Events have two sources.')
  expect(check([{ fetches: later }])).toContain('Events have no source.')
  const when = [[{ variable: 'a', wanted: true }]]
  expect(check([{ fetches: [{ ...source, when } as typeof source, ...later] }])).toContain(
    'Events have no source.',
  )
  expect(check([...plan.steps, ...plan.steps])).toContain('The plan is not run as a subscription is.')
  expect(check(changed(plan, 'subscription(', 'query('))).toContain('products is sent a query.')
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

const withInterfaceObject = graphOf([
  {
    name: 'a',
    sdl: `${federation} type Query { all: [I] } interface I @key(fields: "id") { id: ID! }
      type X implements I @key(fields: "id") { id: ID! }`,
  },
  {
    name: 'b',
    sdl: `${federation} type Query { some: [I] } type I @key(fields: "id") @interfaceObject { id: ID! likes: Int }`,
  },
  { name: 'c', sdl: `${federation} type X @key(fields: "id") { id: ID! z: Int }` },
])

test('an interface object of which something depends on its type', () => {
  const { plan, check } = planned('{ some { likes } }', withInterfaceObject)
  expect(check(plan.steps)).toEqual([])
  const untyped = ['.some comes without its __typename.']
  // Data names the interface, of which a fragment on the only type that has it is no part.
  for (const query of ['{ some { ... on X { likes } } }', '{ some { __typename likes } }'])
    expect(planned(query, withInterfaceObject).check(plan.steps)).toEqual(untyped)
  const isAllowed: IsAllowed = (_, fieldName) => fieldName !== 'likes'
  expect(planned('{ some { id likes } }', withInterfaceObject, isAllowed).check(plan.steps)).toContain(
    untyped[0],
  )
  expect(check(changed(plan, '_typename__0: __typename', ''))).toEqual(untyped)
})

test('an interface that passes for the only type that has it', () => {
  const { plan, check } = planned('{ some { ... on X { z } } }', withInterfaceObject)
  const [step] = plan.steps
  const [first, , last] = step?.fetches ?? []
  if (first === undefined || last === undefined) throw new Error('No fetches.')
  const steps = [{ fetches: [first, { ...last, after: [0] }] }]
  expect(check(steps)).not.toContain('Types are told apart below .some without __typename.')
  expect(check(changed({ ...plan, steps }, '{ some { ', '{ some { __typename '))).toContain(
    'Types are told apart below .some without __typename.',
  )
})

const withUnions = graphOf([
  {
    name: 'a',
    sdl: `${federation} type Query { some: [U] org: Org p: P } union U = P | Q
      type P @key(fields: "id") @key(fields: "code") { id: ID! code: ID! v: [U] self: P } type Q @key(fields: "id") { id: Int! v: U }
      type Org @key(fields: "id") { id: ID! owner: Owner } union Owner = User | Team
      type User { name: String } type Team { title: String }`,
  },
  {
    name: 'b',
    sdl: `${federation} type P @key(fields: "id") @key(fields: "code", resolvable: false) { id: ID! code: ID! p: Int }
      type Q @key(fields: "id") { id: Int! q: Int }
      type Org @key(fields: "id") { id: ID! owner: Owner @external
        label: String @requires(fields: "owner { ... on User { name } ... on Team { title } }") }
      union Owner = User | Team type User { name: String @external } type Team { title: String @external }`,
  },
])

test('a requirement that goes by a type which is not told, or is not sent for one of the types', () => {
  const { plan, check } = planned('{ org { label } }', withUnions)
  const problem = 'b is asked for Org.label without what it requires.'
  const aliased = changed(plan, 'owner { __typename', 'owner { kind: __typename')
  expect(check(changed({ ...plan, steps: aliased }, '"from":"__typename"', '"from":"kind"'))).toContain(
    problem,
  )
  const everywhere = '{"types":[],"fields":[{"from":"__typename"'
  const ofUsers = changed(plan, everywhere, everywhere.replace('[]', '["User"]'))
  expect(check(ofUsers)).toContain(problem)
  const team = '{"types":["Team"],"fields":[{"from":"title","to":"title","shapes":[]}]}'
  expect(check(changed({ ...plan, steps: ofUsers }, `,${team}`, ''))).toContain(problem)
})

test('a name that is an object for one type and a leaf for another', () => {
  const { plan, check } = planned('{ some { ... on P { v: self { p } } ... on Q { v: id } } }', withUnions)
  expect(check(changed(plan, '{"kind":"types","types":["P"]},{"kind":"field"', '{"kind":"field"'))).toEqual(
    [],
  )
})

test('a key that only names an entity does not find it', () => {
  const { plan, check } = planned('{ p { p } }', withUnions)
  const byCode = changed(plan, '"from":"id","to":"id"', '"from":"code","to":"code"')
  expect(check(changed({ ...plan, steps: byCode }, '{ id }', '{ code }'))).toEqual([
    "b can't find P at .p by what is sent.",
  ])
})

test('names of an answer that are changed by type need the type in that answer', () => {
  const { plan, check } = planned('{ some { ... on P { p } ... on Q { q } } }', withUnions)
  const fetches = plan.steps[0]?.fetches ?? []
  const [first] = fetches
  if (first === undefined) throw new Error('No fetch.')
  expect(check([{ fetches: [...fetches, first] }])).toEqual([])
  for (const other of ['', 'kind: __typename', '__typename @include(if: false)']) {
    const again = { ...first, operation: first.operation.replace('__typename', other) }
    expect(check([{ fetches: [...fetches, again] }])).toEqual([
      '.some has members that are renamed by type, without its __typename.',
    ])
  }
})

test('names of an answer are changed from the inside outwards', () => {
  const query =
    '{ some { ... on P { v { ... on P { p } ... on Q { q } } } ... on Q { v { ... on P { p } ... on Q { q } } } } }'
  const { plan, check } = planned(query, withUnions)
  const steps = plan.steps.map(({ fetches }) => ({
    fetches: fetches.map((fetch) =>
      fetch.kind === 'rootFetch' ? { ...fetch, renames: fetch.renames.toReversed() } : fetch,
    ),
  }))
  expect(check(steps)).not.toEqual([])
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
  expect(() => check(plan.steps, { stepsMax: 30 })).toThrow('more than 30 steps')
})

/** Whatever piece is taken from a plan, the checker notices; what it lets pass is listed, with why it is still right. */
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { compose } from '../supergraph/compose.ts'
import { damagePlan } from '../testing/damage-plan.ts'
import { federation } from '../testing/test-gateway.ts'
import { checkPlan } from './check-plan.ts'
import { allPasses } from './make-plan.ts'
import { operationContext } from './operation-context.ts'
import { planQuery, readPlannedGraph } from './plan-query.ts'
import type { QueryPlan } from './query-plan.ts'

type Sdls = Readonly<Record<string, string>>

const shop: Sdls = {
  products: `type Query { product: Product media: [Media] all: [Product] } type Mutation { rename(title: String): Product }
    interface Media { id: ID! by: Maker }
    type Video implements Media @key(fields: "id") { id: ID! title: String by: Maker }
    type Live implements Media @key(fields: "id") { id: ID! room: Int by: Maker }
    type Product @key(fields: "id") { id: ID! weight(unit: String): Int title: String maker: Maker }
    type Maker @key(fields: "id") { id: ID! name: String }`,
  reviews: `type Query { newest: Product @provides(fields: "title") } type Mutation { rate(stars: Int): Product }
    type Video @key(fields: "id") { id: ID! likes: Int }
    type Product @key(fields: "id") { id: ID! title: String @external stars: Int weight(unit: String): Int @external
      maker: Maker @external shipping: Int @requires(fields: "weight(unit: \\"g\\") maker { name }") }
    type Maker @key(fields: "id") { id: ID! name: String @external rating: Int }`,
}

/** Three levels of an interface whose types other subgraphs know one by one. */
const nodes: Sdls = {
  a: `type Query { node: Node } interface Node { id: ID! next: Node }
    type A implements Node @key(fields: "id") { id: ID! next: Node }
    type B implements Node @key(fields: "id") { id: ID! next: Node }
    type C implements Node @key(fields: "id") { id: ID! next: C }`,
  b: `type A @key(fields: "id") { id: ID! x: Int } type B @key(fields: "id") { id: ID! x: Int y: Int }
    type C @key(fields: "id") { id: ID! y: Int }`,
}

/** Subgraphs that hold an interface as an object. */
const media: Sdls = {
  a: `type Query { all: [I] } interface I @key(fields: "id") { id: ID! title: String }
    type X implements I @key(fields: "id") { id: ID! title: String x: Int }
    type Y implements I @key(fields: "id") { id: ID! title: String }`,
  b: `type Query { some: [I] } type I @key(fields: "id") @interfaceObject { id: ID! likes: Int }`,
  c: `type I @key(fields: "id") @interfaceObject { id: ID! likes: Int @external rank: Int @requires(fields: "likes") }`,
  d: `type X @key(fields: "id") { id: ID! z: Int }`,
}

/**
 * Members that call two kinds of values alike, a key below a key, a requirement that is abstract, and a key that only its
 * own subgraph takes back.
 */
const others: Sdls = {
  a: `type Query { some: [U] org: Org own: Own } union U = P | Q
    type P @key(fields: "id") { id: ID! } type Q @key(fields: "id") { id: Int! }
    type Org @key(fields: "id") { id: ID! owner: Owner } union Owner = User | Team
    type User { name: String } type Team { title: String }
    type Own @key(fields: "id", resolvable: false) { id: ID! once: Int @external twice: Int @requires(fields: "once") }`,
  b: `type P @key(fields: "id") { id: ID! p: Int } type Q @key(fields: "id") { id: Int! q: Int }
    type Org @key(fields: "id") { id: ID! owner: Owner @external seats: [Seat]
      label: String @requires(fields: "owner { ... on User { name } ... on Team { title } }") }
    union Owner = User | Team type User { name: String @external } type Team { title: String @external }
    type Seat @key(fields: "org { id } row") { org: Org row: Int }`,
  c: `type Own @key(fields: "id") { id: ID! once: Int } type Seat @key(fields: "org { id } row") { org: Org row: Int price: Int } type Org @key(fields: "id") { id: ID! }`,
}

const limits = { placesMax: 1_000, fetchesMax: 100, alternativesMax: 100, stepsMax: 100_000 }

/** How many ways there were to damage the plan, and what the checker let pass. */
function damagedPlans(sdls: Sdls, query: string): readonly [count: number, passed: readonly string[]] {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl }))
  const supergraph = compose(subgraphs, { keyOnly: [], allowsSharedFields: true })
  const planned = readPlannedGraph(supergraph.sdl)
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('No operation.')
  const context = operationContext(supergraph.publicSchema, supergraph.fieldSetNames, document)
  const input = { context, document, operation, isAllowed: () => true }
  const { plan, rejected } = planQuery(input, { ...planned, limits, passes: allPasses })
  expect(rejected).toEqual([])
  const isProved = (damaged: QueryPlan): boolean =>
    checkPlan(damaged, { ...input, supergraph: planned.checked, stepsMax: limits.stepsMax }).length === 0
  const damaged = damagePlan(plan, Object.keys(sdls))
  return [damaged.length, damaged.filter((one) => isProved(one.plan)).map(({ damage }) => damage)]
}

test.each<{ sdls: Sdls; query: string; stillRight?: readonly string[] }>([
  { sdls: shop, query: '{ product { title stars maker { rating } } }' },
  { sdls: shop, query: '{ product { shipping weight(unit: "kg") } }' },
  { sdls: shop, query: '{ newest { title stars } all { shipping } }' },
  {
    sdls: shop,
    query: `query ($a: Boolean!, $b: Boolean!) { product @include(if: $a) { title stars @skip(if: $b) } }`,
    // It is fetched in vain: nobody is told, and nothing is there that the second fetch could be for.
    stillRight: ['fetch 1 whatever $a is', 'fetch 2 whatever $a is'],
  },
  {
    sdls: shop,
    query: `query ($a: Boolean!) { media { id ... on Video { likes title @skip(if: $a) } by { rating @include(if: $a) } } }`,
    // Only there so that a selection has something, whatever its conditions are.
    stillRight: [
      'fetch 1 without __typename at .media<Video>.__typename',
      'fetch 1 without __typename at .media.by.__typename',
    ],
  },
  {
    sdls: shop,
    query: `mutation ($t: String, $a: Boolean!) {
      rename(title: $t) { stars } rate(stars: 1) @include(if: $a) { title } again: rename { id } }`,
  },
  { sdls: nodes, query: '{ node { next { next { ... on A { x } ... on B { y } } } } }' },
  {
    sdls: nodes,
    query: '{ node { ... on A { next { id } x } ... on C { next { y } } next { ... on B { x } } } }',
    // Asked of one type, and of all types beside it.
    stillRight: ['fetch 1 without __typename at .node<A>.next.__typename'],
  },
  { sdls: media, query: '{ some { likes title } }' },
  { sdls: media, query: '{ some { rank } all { rank ... on X { z } } }' },
  { sdls: media, query: '{ some { likes ... on X { z } } }' },
  { sdls: others, query: '{ some { ... on P { p } ... on Q { q } } }' },
  { sdls: others, query: '{ org { label seats { price } } }' },
  { sdls: others, query: '{ own { twice } }' },
])('no piece can be taken from the plan for $query', ({ sdls, query, stillRight = [] }) => {
  const [count, passed] = damagedPlans(sdls, query)
  expect(count).toBeGreaterThan(10)
  expect(passed.filter((damage) => !stillRight.includes(damage))).toEqual([])
})

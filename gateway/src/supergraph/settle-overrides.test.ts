/** A field with a label is left to one of two subgraphs, whoever composed the supergraph. */
import { expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { readSupergraph } from './read-supergraph.ts'

const before = testSubgraph(
  'before',
  'type Query { top: E root: String } type E @key(fields: "id") { id: ID! field: String }',
  { Query: { top: () => ({ id: '1' }), root: () => 'before' }, E: { field: () => 'before' } },
)

const after = (label: string) =>
  testSubgraph(
    'after',
    `type Query { root: String @override(from: "before", label: "${label}") }
     type E @key(fields: "id") { id: ID! field: String @override(from: "before", label: "${label}") }`,
    { Query: { root: () => 'after' }, E: { field: () => 'after' } },
  )

test.each([
  ['percent(100)', 'after'],
  ['percent(99)', 'before'],
  ['percent(0)', 'before'],
  ['my-label', 'before'],
])('with the label %s a field is resolved by the one %s', async (label, owner) => {
  await using gateway = await testGateway([before, after(label)], {}, { ownership: noOwnership })
  expect((await gateway.ask('{ root top { field } }')).data).toEqual({ root: owner, top: { field: owner } })
})

// As @apollo/composition writes it: a label on both sides, and nothing else on the side that loses.
const ofApollo = (label: string) => `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
  scalar join__FieldSet
  enum join__Graph { AFTER @join__graph(name: "after", url: "") BEFORE @join__graph(name: "before", url: "") }
  type Query @join__type(graph: AFTER) @join__type(graph: BEFORE) {
    top: E @join__field(graph: BEFORE)
    root: String @join__field(graph: AFTER, override: "before", overrideLabel: "${label}") @join__field(graph: BEFORE, overrideLabel: "${label}")
  }
  type E @join__type(graph: AFTER, key: "id") @join__type(graph: BEFORE, key: "id") {
    id: ID!
    field: String @join__field(graph: AFTER, override: "before", overrideLabel: "${label}") @join__field(graph: BEFORE, overrideLabel: "${label}")
  }`

test.each([
  ['percent(100)', 'after'],
  ['percent(5)', 'before'],
])('in a supergraph that Apollo composed the label %s leaves a field to the one %s', async (label, owner) => {
  const supergraph = readSupergraph(ofApollo(label), 'file')
  await using gateway = await testGateway([before, after(label)], {}, { supergraph })
  expect((await gateway.ask('{ root top { field } }')).data).toEqual({ root: owner, top: { field: owner } })
})

/** Supergraphs whose joins name what is not there: each is refused with the element at fault. */
import { expect, test } from 'vitest'
import { readSupergraph } from './read-supergraph.ts'

const joined = (join: string, field = ''): string => `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
  enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
  type Query @join__type(graph: A) { a: T }
  type T @join__type(${join}) { id: ID! b: T ${field} }`

test('what names only what is there is served', () => {
  const field = '@join__field(graph: A, requires: "id", provides: "b { __typename ... on T { id } }")'
  const { subgraphs } = readSupergraph(joined('graph: A, key: "id b { id }"', field), 'FILE')
  expect(subgraphs).toHaveLength(2)
})

test.each([
  ['a key that is not there', joined('graph: A, key: "nope"'), 'T has key: "nope", and there is no T.nope.'],
  [
    'a key that is no set of fields',
    joined('graph: A, key: "id {"'),
    'T has key: "id {", which is not a set of fields that can be read.',
  ],
  [
    'a key that is nested without end',
    joined(`graph: A, key: "${'b { '.repeat(100_000)}"`),
    `T has key: "${'b { '.repeat(15)}…", which is not a set of fields that can be read.`,
  ],
  [
    'a requirement that is not there',
    joined('graph: A', '@join__field(graph: A, requires: "b { ... on T { b { x } } }")'),
    'T.b has requires: "b { ... on T { b { x } } }", and there is no T.x.',
  ],
  [
    'a provision of a type that is not there',
    joined('graph: A', '@join__field(graph: A, provides: "... on X { y }")'),
    'T.b has provides: "... on X { y }", and there is no type X.',
  ],
  [
    'a type of a subgraph that is not there',
    joined('graph: Z'),
    'T is joined from Z, which join__Graph does not have.',
  ],
  [
    'a field of a subgraph that is not there',
    joined('graph: A', '@join__field(graph: Z)'),
    'T.b is joined from Z, which join__Graph does not have.',
  ],
  [
    'two subgraphs of one name',
    joined('graph: A').replace('name: "b"', 'name: "a"'),
    'A and B of join__Graph are both called a.',
  ],
  [
    'a version that nobody here has read',
    joined('graph: A').replace('join/v0.3', 'join/v1.0'),
    'https://specs.apollo.dev/join/v1.0 is not known here; join/v0.1 to join/v0.5 are.',
  ],
])('%s is refused with the element that names it', (_what, text, sentence) => {
  expect(() => readSupergraph(text, 'FILE')).toThrow(
    expect.objectContaining({ code: 'GW_SUPERGRAPH_INVALID', message: `FILE can't be served: ${sentence}` }),
  )
})

test('a key that is nested in more levels than anybody writes is refused', () => {
  const key = `${'b { '.repeat(1_000)}id${' }'.repeat(1_000)}`
  expect(() => readSupergraph(joined(`graph: A, key: "${key}"`), 'FILE')).toThrow(
    'which is not a set of fields that can be read.',
  )
})

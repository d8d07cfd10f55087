/** Fields of an interface that several subgraphs share, and members that not all of them know. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    first: `
      type Query { all: [Node] @shareable  some: [Named] }
      interface Node { id: ID! owner: Owner }
      interface Named implements Node { id: ID! owner: Owner name: String }
      type Shop implements Named & Node @key(fields: "id") { id: ID! owner: Owner @shareable name: String @shareable }
      type Stall implements Node @key(fields: "id") { id: ID! owner: Owner }
      type Owner @key(fields: "id") { id: ID! age: Int }`,
    second: `
      type Query { all: [Node] @shareable }
      interface Node { id: ID! }
      interface Named implements Node { id: ID! name: String }
      type Shop implements Node & Named @key(fields: "id") { id: ID! owner: Owner @shareable name: String @shareable size: Int }
      type Stall implements Node @key(fields: "id") { id: ID! open: Boolean }
      type Kiosk implements Named & Node @key(fields: "id") { id: ID! name: String }
      type Owner @key(fields: "id") { id: ID! name: String }`,
    third:
      'type Kiosk @key(fields: "id") { id: ID! owner: Owner }  type Owner @key(fields: "id", resolvable: false) { id: ID! }',
  },
  data: {
    Query: {
      all: [thing('Shop', '1'), thing('Stall', '2'), null],
      some: [thing('Shop', '1')],
    },
    Shop: { id: '1', owner: thing('Owner', 'o'), name: 'Corner', size: 4 },
    Stall: { id: '2', owner: null, open: true },
    Kiosk: { id: '3', owner: thing('Owner', 'o'), name: 'News' },
    Owner: { id: 'o', age: 40, name: 'Ann' },
  },
})

function thing(typeName: string, id: string) {
  return { __typename: typeName, id }
}

test('a field that one subgraph has on the interface and another on its members alone is one field', async () => {
  expect(await graph.ask('{ all { id owner { name age } } }')).toEqual({
    data: { all: [{ id: '1', owner: { name: 'Ann', age: 40 } }, { id: '2', owner: null }, null] },
  })
})

test('a narrower interface as a fragment lets only its own members through', async () => {
  expect(
    await graph.ask(
      '{ all { ... on Named { name ... on Shop { size } } ... on Stall { open } } some { __typename name } }',
    ),
  ).toEqual({
    data: {
      all: [{ name: 'Corner', size: 4 }, { open: true }, null],
      some: [{ __typename: 'Shop', name: 'Corner' }],
    },
  })
})

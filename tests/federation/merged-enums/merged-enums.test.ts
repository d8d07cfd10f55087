/** An enum that only comes out: each subgraph knows some of its values, and clients see all. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    shelf:
      'type Query { product: Product } type Product @key(fields: "id") { id: ID! color: Color colors: [[Color]] } enum Color { RED GREEN SECRET @inaccessible }',
    prints:
      'type Product @key(fields: "id") { id: ID! ink: Color color: Color @external print: String @requires(fields: "color") } enum Color { RED BLACK }',
  },
  data: {
    Query: { product: { __typename: 'Product', id: '1' } },
    Product: {
      id: '1',
      color: 'GREEN',
      colors: [['RED', null], null, ['GREEN']],
      ink: 'BLACK',
      print: ({ required }: { required: object }) => JSON.stringify(required),
    },
  },
})

test('values of several subgraphs come out of one enum', async () => {
  expect(await graph.ask('{ product { color colors ink } }')).toEqual({
    data: { product: { color: 'GREEN', colors: [['RED', null], null, ['GREEN']], ink: 'BLACK' } },
  })
})

test('an enum has the values of all subgraphs but those that are hidden', async () => {
  const { data } = await graph.ask('{ __type(name: "Color") { enumValues { name } } }')
  const { enumValues } = (data as { __type: { enumValues: { name: string }[] } }).__type
  expect(enumValues.map(({ name }) => name).toSorted()).toEqual(['BLACK', 'GREEN', 'RED'])
})

test('a required value that its subgraph does not know as a value is told all the same', async () => {
  expect(await graph.ask('{ product { print } }')).toEqual({
    data: { product: { print: '{"color":"GREEN"}' } },
  })
})

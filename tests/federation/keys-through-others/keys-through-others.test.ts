/** Keys that are not known where one stands: they are fetched elsewhere first. */
import { expect, test } from 'vitest'
import { openCase } from '../support/open-case.ts'

const graph = await openCase({
  subgraphs: {
    a: 'type Query { ones: [One] }  type One @key(fields: "id") { id: ID! }',
    b: 'type One @key(fields: "id") @key(fields: "code region") { id: ID! code: String! region: String }',
    c: `
      type One @key(fields: "code region") @key(fields: "place { city { zip } }") { code: String! region: String place: Place! }
      type Place { city: City! } type City { zip: Int! }`,
    d: `
      type One @key(fields: "place { city { zip } }") { id: ID! @shareable place: Place! two: Two far: Int }
      type Place { city: City! } type City { zip: Int! }
      type Two @key(fields: "id one { id }") { id: ID! one: One! }`,
    e: 'type Two @key(fields: "id one { id }") { id: ID! one: One! name: String }  type One @key(fields: "id", resolvable: false) { id: ID! }',
  },
  data: {
    Query: { ones: [one('1'), null, one('2')] },
    One: [
      { id: '1', code: 'x', region: null, place: place(10), far: 1, two: { __typename: 'Two', id: '5' } },
      { id: '2', code: 'x', region: 'r', place: place(20), far: null, two: null },
    ],
    Two: { id: '5', one: one('1'), name: 'Fife' },
  },
})

function one(id: string) {
  return { __typename: 'One', id }
}
function place(zip: number) {
  return { __typename: 'Place', city: { __typename: 'City', zip } }
}

test('a key three jumps away is fetched jump by jump, null parts and all', async () => {
  expect(await graph.ask('{ ones { far } }')).toEqual({ data: { ones: [{ far: 1 }, null, { far: null }] } })
})

test('a key that goes through another entity is whole', async () => {
  expect(await graph.ask('{ ones { id: code two { name } } }')).toEqual({
    data: { ones: [{ id: 'x', two: { name: 'Fife' } }, null, { id: 'x', two: null }] },
  })
})

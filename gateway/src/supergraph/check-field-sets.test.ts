/** Keys, requirements and provisions that could not be asked are refused with what is wrong in them. */
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'

function problemsOf(sdls: Readonly<Record<string, string>>): readonly string[] {
  try {
    compose(
      Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl })),
      noOwnership,
    )
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(1) : []
  }
  return []
}

const requiring = (fields: string) => ({
  a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! weight(unit: String!): Int author: Author } type Author { name: String }',
  b: `type Author { name: String @external }
      type Book @key(fields: "id") {
        id: ID! weight(unit: String!): Int @external author: Author @external
        cost: Int @requires(fields: ${JSON.stringify(fields)}) rest: Int @requires(fields: "weight(unit: \\"g\\") author { name }")
      }`,
})

test.each([
  ['weight', 'Field "weight" argument "unit" of type "String!" is required, but it was not provided.'],
  ['weight(unit: 1)', 'String cannot represent a non string value: 1.'],
  ['weight(unit: "g", to: 1)', 'Unknown argument "to" on field "Book.weight".'],
  ['weight(unit: $unit)', 'There is no variable "$unit".'],
  ['grams: weight(unit: "g")', 'The alias "grams" can\'t be sent on.'],
  [
    'author',
    'Field "author" of type "Author" must have a selection of subfields. Did you mean "author { ... }"?',
  ],
  [
    'author { name { first } }',
    'Field "name" must not have a selection since type "String" has no subfields.',
  ],
])('a field that requires `%s` is refused', (fields, fault) => {
  expect(problemsOf(requiring(fields))[0]).toBe(
    `  - [b] Book.cost, @requires(fields: ${JSON.stringify(fields)}): ${fault} Write it as it would be asked of the subgraph that has the field, without alias or variable. (REQUIRES_INVALID_FIELDS)`,
  )
})

test('a field that requires another with its arguments composes', () => {
  expect(problemsOf(requiring('weight(unit: "kg") author { name }'))).toEqual([])
})

test.each([
  [
    'author',
    'Field "author" of type "Author" must have a selection of subfields. Did you mean "author { ... }"?',
  ],
  ['code: id', 'The alias "code" can\'t be sent on.'],
  ['maker { __typename }', 'Book.maker is of a union, which has no fields to know an entity by.'],
])('a type with the key `%s` is refused', (fields, fault) => {
  const sdl = `type Query { book: Book } type Book @key(fields: "${fields}") { id: ID! author: Author maker: Maker }
    type Author { name: String } union Maker = Author`
  expect(problemsOf({ a: sdl })[0]).toBe(
    `  - [a] Book, @key(fields: "${fields}"): ${fault} Name fields without fields of their own, or those of them, without alias or variable. (KEY_INVALID_FIELDS)`,
  )
})

test('a type that is only extended is checked as well', () => {
  const sdls = {
    a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! author: Author } type Author { name: String }',
    b: 'extend type Book @key(fields: "id") { id: ID! @external author: Author @external cost: Int @requires(fields: "author") } type Author { name: String @shareable }',
  }
  expect(problemsOf(sdls)[0]).toContain('[b] Book.cost, @requires(fields: "author"): Field "author" of type')
})

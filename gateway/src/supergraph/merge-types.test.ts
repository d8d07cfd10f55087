/** What type clients see where subgraphs say different things, and what is refused. */
import { printType } from 'graphql'
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'

type Sdls = Readonly<Record<string, string>>

const composed = (sdls: Sdls) =>
  compose(
    Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl })),
    noOwnership,
  )

function publicType(sdls: Sdls, name: string): string {
  const type = composed(sdls).publicSchema.getType(name)
  return type ? printType(type).replaceAll(/\s+/g, ' ') : 'nothing'
}

function problemOf(sdls: Sdls): string {
  try {
    composed(sdls)
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(1).join('\n').trim() : ''
  }
  return 'It composed.'
}

const shared = (one: string, other: string): Sdls => ({
  a: `type Query { thing: ${one} @shareable a: Named } interface Named { id: ID! }
      type Book implements Named @key(fields: "id") { id: ID! } union Media = Book`,
  b: `type Query { thing: ${other} @shareable b: Named } interface Named { id: ID! }
      type Book implements Named @key(fields: "id") { id: ID! } union Media = Book`,
})

test.each([
  ['Int!', 'Int', 'Int'],
  ['[Int!]!', '[Int]', '[Int]'],
  ['[[Int]]', '[[Int!]!]', '[[Int]]'],
  ['[Int!]', '[Int]!', '[Int]'],
  ['Book', 'Media', 'Media'],
  ['Named', 'Book', 'Named'],
  ['[Book!]!', '[Named!]', '[Named!]'],
])('a field that is %s and %s is %s to clients', (one, other, merged) => {
  expect(publicType(shared(one, other), 'Query')).toContain(`thing: ${merged} `)
})

test.each([
  ['Int', 'String'],
  ['[Int]', 'Int'],
  ['Media', 'Named'],
])('a field that is %s and %s is refused with both and their subgraphs', (one, other) => {
  expect(problemOf(shared(one, other))).toBe(
    `- [a, b] Query.thing is ${one} in "a", ${other} in "b". Give it one type, or an interface or union in one of them that has the types of the others. (FIELD_TYPE_MISMATCH)`,
  )
})

test('an interface field is as wide as any subgraph has it', () => {
  const sdls = {
    a: 'type Query { a: Named } interface Named { name: [String!] } type A implements Named { name: [String!] }',
    b: 'type Query { b: Named } interface Named { name: [String] } type B implements Named { name: [String] }',
  }
  expect(publicType(sdls, 'Named')).toBe('interface Named { name: [String] }')
})

test('an object whose field is wider than that of its interface is refused', () => {
  const sdls = {
    a: 'type Query { a: Named } interface Named { name: String! } type A implements Named @shareable { name: String! }',
    b: 'type Query { b: A } type A @shareable { name: String }',
  }
  expect(problemOf(sdls)).toBe(
    '- [a, b] Named.name is String! in "a", but A.name is String! in "a", String in "b". Give A.name the type of Named.name, or a narrower one. (INTERFACE_FIELD_TYPE_MISMATCH)',
  )
})

const taking = (one: string, other: string): Sdls => ({
  a: `type Query { thing(in: ${one}): Int @shareable a(in: In): Int } input In { size: ${one} n: Int }`,
  b: `type Query { thing(in: ${other}): Int @shareable b(in: In): Int } input In { size: ${other} n: Int }`,
})

test.each([
  ['Int!', 'Int', 'Int!'],
  ['[Int]', '[Int!]', '[Int!]'],
  ['[Int!]', '[Int]!', '[Int!]!'],
])('an argument or input that is %s and %s is %s to clients', (one, other, merged) => {
  expect(publicType(taking(one, other), 'Query')).toContain(`thing(in: ${merged}): Int`)
  expect(publicType(taking(one, other), 'In')).toContain(`size: ${merged} `)
})

test('an argument that has a default in one subgraph alone has none for clients', () => {
  expect(publicType(taking('Int = 1', 'Int'), 'Query')).toContain('thing(in: Int): Int')
  expect(publicType(taking('Int = 1', 'Int = 1'), 'Query')).toContain('thing(in: Int = 1): Int')
})

test('arguments and inputs of two types are refused', () => {
  expect(problemOf(taking('Int', 'String'))).toBe(
    `- [a, b] Query.thing(in:) is Int in "a", String in "b". Give it one type everywhere; nullability alone may differ. (FIELD_ARGUMENT_TYPE_MISMATCH)
  - [a, b] In.size is Int in "a", String in "b". Give it one type everywhere; nullability alone may differ. (FIELD_TYPE_MISMATCH)`,
  )
})

test('an external field of another type than its owner gives it is refused', () => {
  const sdls = {
    a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! pages: Int }',
    b: 'type Book @key(fields: "id") { id: ID! pages: Int! @external weight: Int @requires(fields: "pages") }',
  }
  expect(problemOf(sdls)).toBe(
    '- [a, b] Book.pages is Int in "a", Int! in "b". Give it the type Int where it is @external. (EXTERNAL_TYPE_MISMATCH)',
  )
})

test('an external field has the arguments that all of its owners take, and need not have others', () => {
  const sdls = (external: string) => ({
    a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! pages(from: Int): Int @shareable }',
    b: 'type Book @key(fields: "id") { id: ID! pages(from: Int, to: Int): Int @shareable }',
    c: `type Book @key(fields: "id") { id: ID! ${external}: Int @external weight: Int @requires(fields: "pages") }`,
  })
  expect(publicType(sdls('pages(from: Int)'), 'Book')).toContain('pages(from: Int): Int')
  expect(problemOf(sdls('pages'))).toBe(
    '- [a, b, c] Book.pages takes the argument from, but not where it is @external, in "c". Declare the argument where the field is @external as well. (EXTERNAL_ARGUMENT_MISSING)',
  )
})

test('an interface object may require a field that some object has in a narrower type', () => {
  const sdls = {
    a: `type Query { named: Named } interface Named @key(fields: "id") { id: ID! name: String }
        type A implements Named @key(fields: "id") { id: ID! name: String! }`,
    b: `type Named @interfaceObject @key(fields: "id") { id: ID! name: String @external label: String @requires(fields: "name") }`,
  }
  expect(publicType(sdls, 'A')).toBe('type A implements Named { id: ID! name: String! label: String }')
})

test('an argument of an interface field that is @inaccessible is not public', () => {
  const sdls = {
    a: `type Query { named: Named } interface Named { name(secret: Int @inaccessible): String }
        type A implements Named { name(secret: Int @inaccessible): String }`,
  }
  expect(publicType(sdls, 'Named')).toBe('interface Named { name: String }')
})

/** What subgraphs may not say together of interfaces and overrides, in which words it is refused, and what they may. */
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'

type Sdls = Readonly<Record<string, string>>

function problemsOf(sdls: Sdls): readonly string[] {
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

const films = `type Query { media: Media } interface Media @key(fields: "id") { id: ID! name: String }
  type Film implements Media @key(fields: "id") { id: ID! name: String }`
const ratings =
  'type Query { best: Media } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }'

test('an interface object beside an interface of all its types composes', () => {
  expect(problemsOf({ films, ratings })).toEqual([])
})

test('an interface object beside a type of the interface is refused', () => {
  const sdls = { films, ratings: `${ratings} type Film @key(fields: "id") { id: ID! seats: Int }` }
  expect(problemsOf(sdls)).toEqual([
    '  - [ratings] Media is an @interfaceObject here, so an object that implements it is known here as Media and nothing else, but Film is defined here as well. Remove Film from "ratings" and put its fields into Media, or define Media there as an interface. (INTERFACE_OBJECT_USAGE_ERROR)',
  ])
})

const songs = `interface Media { id: ID! name: String }
  type Song implements Media @key(fields: "id") { id: ID! name: String } type Query { song: Media }`

test('an interface that is entered by its key without all of its types is refused', () => {
  expect(problemsOf({ films, ratings, songs })).toEqual([
    '  - [films] Media has a @key here and is an @interfaceObject elsewhere, so every Media has to be known here, but Song is not. Define Song in "films", implementing Media, or write the key with `resolvable: false`. (INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE)',
  ])
})

test('an interface with a key that nobody enters it by may be without some of its types', () => {
  expect(problemsOf({ films, songs })).toEqual([])
})

test('an interface that is found by a key which one of its types is not found by is refused', () => {
  const sdls = {
    films: films.replace(
      'Media @key(fields: "id") { id: ID! name: String }\n  type Film implements Media @key(fields: "id")',
      'Media @key(fields: "id") { id: ID! name: String }\n  type Film implements Media @key(fields: "id", resolvable: false)',
    ),
    ratings,
  }
  expect(problemsOf(sdls)).toEqual([
    '  - [films] Media is found here by @key(fields: "id"), but that key of Film, which implements it, has `resolvable: false`. Make the key of Film resolvable, or that of Media not. (INTERFACE_KEY_NOT_ON_IMPLEMENTATION)',
  ])
})

test('an @override in an interface object is refused', () => {
  const sdls = {
    films,
    ratings: ratings.replace('stars: Int', 'stars: Int name: String @override(from: "films")'),
  }
  expect(problemsOf(sdls)[0]).toBe(
    '  - [ratings] Media.name has @override, but Media is an @interfaceObject: "films" resolves the field for objects, one type at a time. Remove the field from the objects in "films", and @override here. (OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE)',
  )
})

test('a root field that requires another is refused', () => {
  const sdls = {
    a: 'type Query { one: Int }',
    b: 'type Query { one: Int @external two: Int @requires(fields: "one") }',
  }
  expect(problemsOf(sdls)).toEqual([
    '  - [b] Query.two has @requires, but Query is no entity: there is nothing that "b" could be told of it. Take the value as an argument, or resolve the field on an entity. (REQUIRES_INVALID_FIELDS)',
  ])
})

const taken = (shareable = ''): Sdls => ({
  a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! price: Int }',
  b: `type Book @key(fields: "id") { id: ID! price: Int @override(from: "a") ${shareable} }`,
  c: `type Book @key(fields: "id") { id: ID! price: Int @override(from: "b") ${shareable} }`,
})

test('a field that two subgraphs take over is refused, unless they share it', () => {
  expect(problemsOf(taken())).toEqual([
    '  - [b, c] Book.price has @override in "b" and "c": each takes it over for itself. Leave @override in one of them and remove the field from the others, or mark it @shareable in all. (OVERRIDE_SOURCE_HAS_OVERRIDE)',
  ])
  expect(problemsOf(taken('@shareable'))).toEqual([])
})

const eventful = (own: string, other: string): Sdls => ({
  a: `type Query { one: Int } type Subscription { ${own} }`,
  b: `type Query { two: Int } type Subscription { ${other} }`,
})

test('events that two subgraphs share are refused, for they come from one', () => {
  const shared = 'sold: Int @shareable'
  expect(problemsOf(eventful(shared, shared))[0]).toContain('(INVALID_FIELD_SHARING)')
  expect(problemsOf(eventful('sold: Int', 'bought: Int'))).toEqual([])
})

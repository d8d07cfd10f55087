/** What the supergraph says of each subgraph is what the subgraph says of itself. */
import { Kind, parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'

type Sdls = Readonly<Record<string, string>>

const supergraphOf = (sdls: Sdls): string =>
  compose(
    Object.entries(sdls).map(([name, sdl]) => ({ name, sdl })),
    noOwnership,
  ).sdl

const linked = (sdls: Sdls): Sdls =>
  Object.fromEntries(Object.entries(sdls).map(([name, sdl]) => [name, federation + sdl]))

/** A field of the supergraph with its joins, or a type with its own. */
function joinOf(sdls: Sdls, coordinate: string): string {
  const [typeName, fieldName] = coordinate.split('.')
  for (const definition of parse(supergraphOf(sdls)).definitions) {
    if (!('name' in definition) || definition.name?.value !== typeName) continue
    if (fieldName === undefined) return (definition.directives ?? []).map((one) => print(one)).join(' ')
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue
    for (const field of definition.fields ?? []) if (field.name.value === fieldName) return print(field)
  }
  return 'nothing'
}

const book = {
  a: 'type Query { book: Book @shareable } type Book @key(fields: "id") { id: ID! title: String }',
  b: `type Query { book: Media @shareable } union Media = Book | Film type Film { name: String }
      type Book @key(fields: "id") { id: ID! pages: Int }`,
}

test('a root field has the widest type, and each subgraph its own', () => {
  expect(joinOf(linked(book), 'Query.book')).toBe(
    'book: Media @join__field(graph: A, type: "Book") @join__field(graph: B, type: "Media")',
  )
})

test('what a root field provides is joined where every subgraph has the field', () => {
  const sdls = {
    a: 'type Query { book: Book @shareable } type Book @key(fields: "id") { id: ID! title: String @shareable }',
    b: `type Query { book: Book @shareable @provides(fields: "title") }
        type Book @key(fields: "id") { id: ID! title: String @external }`,
  }
  expect(joinOf(linked(sdls), 'Query.book')).toBe(
    'book: Book @join__field(graph: A) @join__field(graph: B, provides: "title")',
  )
})

const media = {
  a: `type Query { media: Media } interface Media @key(fields: "id") { id: ID! name: String }
      type Film implements Media @key(fields: "id") { id: ID! name: String }`,
  b: `type Query { best: Media }
      type Media @interfaceObject @key(fields: "id") { id: ID! name: String @external label: String @requires(fields: "name") }`,
}

test('a field that an interface object only requires is external', () => {
  expect(joinOf(linked(media), 'Media.name')).toBe(
    'name: String @join__field(graph: A) @join__field(graph: B, external: true)',
  )
  expect(joinOf(linked(media), 'Media.label')).toBe('label: String @join__field(graph: B, requires: "name")')
})

test('a field that an object has from an interface object alone is joined with no subgraph', () => {
  expect(joinOf(linked(media), 'Film.label')).toBe('label: String @join__field')
})

test('an interface is joined with its keys, and as an object where it is held as one', () => {
  expect(joinOf(linked(media), 'Media')).toBe(
    '@join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true)',
  )
})

test('an interface field has the type that each subgraph gives it', () => {
  const sdls = {
    a: 'type Query { one: Named } interface Named { name: String! } type A implements Named { name: String! }',
    b: 'type Query { other: Named } interface Named { name: String } type B implements Named { name: String }',
  }
  expect(joinOf(linked(sdls), 'Named.name')).toBe(
    'name: String @join__field(graph: A, type: "String!") @join__field(graph: B, type: "String")',
  )
})

const old = {
  a: 'type Query { shelf: Shelf } type Shelf @key(fields: "room { id }") { room: Room size: Int } type Room { id: ID! floor: Int }',
  b: `type Query { other: Shelf } extend type Shelf @key(fields: "room { id }") { room: Room @external books: Int }
      extend type Room { id: ID! @external }`,
}

test('what the key of an extension names is not external, down to its last field', () => {
  expect(joinOf(old, 'Shelf.room')).toBe('room: Room')
  expect(joinOf(old, 'Room.id')).toBe('id: ID!')
})

test('an extension of Federation 1 without a key gives the fields of its owner’s key', () => {
  const sdls = {
    a: 'type Query { a: Int } type Book @key(fields: "id") { id: ID! title: String }',
    b: 'type Query { book: Book } extend type Book { id: ID! @external pages: Int }',
  }
  expect(joinOf(sdls, 'Book.id')).toBe('id: ID!')
})

test('of a type of Federation 1 an external field that nothing names is left out', () => {
  const sdls = {
    a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String pages: Int }',
    b: `extend type Book @key(fields: "id") { id: ID! @external title: String @external pages: Int @external
        weight: Int @requires(fields: "pages") }`,
  }
  expect(joinOf(sdls, 'Book.title')).toBe('title: String @join__field(graph: A)')
  expect(joinOf(sdls, 'Book.pages')).toBe(
    'pages: Int @join__field(graph: A) @join__field(graph: B, external: true)',
  )
  expect(joinOf(sdls, 'Book')).toContain('@join__type(graph: B, key: "id", extension: true)')
})

test('a field that was taken over is left out where nothing needs it, and else marked', () => {
  const sdls = {
    a: `type Query { book: Book } interface Named { name: String }
        type Book implements Named @key(fields: "id") { id: ID! name: String price: Int }`,
    b: `type Query { other: Book }
        type Book @key(fields: "id") { id: ID! name: String @override(from: "a") price: Int @override(from: "a") }`,
  }
  expect(joinOf(linked(sdls), 'Book.price')).toBe('price: Int @join__field(graph: B, override: "a")')
  expect(joinOf(linked(sdls), 'Book.name')).toBe(
    'name: String @join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: "a")',
  )
})

test('a key that only names an entity is joined as such', () => {
  const sdls = {
    a: 'type Query { book: Book } type Book @key(fields: "id", resolvable: false) { id: ID! }',
    b: 'type Query { other: Book } type Book @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }',
  }
  expect(joinOf(linked(sdls), 'Book')).toBe(
    '@join__type(graph: A, key: "id", resolvable: false) @join__type(graph: B, key: "id") @join__type(graph: B, key: "code")',
  )
})

test('a field that a type is given with @external on the type is external', () => {
  const sdls = {
    a: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! size: Size } type Size { width: Int height: Int }',
    b: `type Query { other: Book } type Size @external { width: Int }
        type Book @key(fields: "id") { id: ID! size: Size @external label: String @requires(fields: "size { width }") }`,
  }
  expect(joinOf(linked(sdls), 'Size.width')).toBe(
    'width: Int @join__field(graph: A) @join__field(graph: B, external: true)',
  )
})

test('a field that an interface object requires is external there', () => {
  const sdls = {
    a: `type Query { named: Named } interface Named @key(fields: "id") { id: ID! name: ID }
        type A implements Named @key(fields: "id") { id: ID! name: ID }`,
    b: `type Query { other: Named }
        type Named @interfaceObject @key(fields: "id") { id: ID! name: ID @external label: String @requires(fields: "name") }`,
  }
  expect(joinOf(linked(sdls), 'Named.name')).toBe(
    'name: ID @join__field(graph: A) @join__field(graph: B, external: true)',
  )
})

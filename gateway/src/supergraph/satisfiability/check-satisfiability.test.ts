/** Graphs in which some query can't be answered are refused, with the subgraph, the field and the remedy; the others compose. */
import { expect, test } from 'vitest'
import { federation } from '../../testing/test-gateway.ts'
import { noOwnership } from '../check-ownership.ts'
import { compose } from '../compose.ts'

type Sdls = Readonly<Record<string, string>>

const composed = (sdls: Sdls) =>
  compose(
    Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: `${federation}${sdl}` })),
    noOwnership,
  )

function problemsOf(sdls: Sdls): string {
  try {
    composed(sdls)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'It composed.'
}

const shop = 'type Query { top: Product } type Product @key(fields: "id") { id: ID! name: String }'

test('a field in a subgraph without a key that could be used is told with the key to add', () => {
  const sdls = { shop, stock: 'type Product { id: ID! @shareable inStock: Int } type Query { any: Product }' }
  expect(problemsOf(sdls)).toMatchInlineSnapshot(`
    "The subgraphs do not compose (1 problem):
      - [shop] Product.inStock can't be resolved in \`{ top { inStock } }\`: stock has it, but no @key of Product to be entered by. Add @key(fields: "id") to Product in stock."
  `)
})

test('a key that is not known where one comes from is told with its fields', () => {
  const sdls = { shop, stock: 'type Product @key(fields: "sku") { sku: ID! inStock: Int }' }
  expect(problemsOf(sdls)).toMatchInlineSnapshot(`
    "The subgraphs do not compose (2 problems):
      - [shop] Product.sku can't be resolved in \`{ top { sku } }\`: stock has it, but is entered by @key(fields: "sku") alone, of which sku is not known. Add sku to Product in shop, or @key(fields: "id") to Product in stock.
      - [shop] Product.inStock can't be resolved in \`{ top { inStock } }\`: stock has it, but is entered by @key(fields: "sku") alone, of which sku is not known. Add sku to Product in shop, or @key(fields: "id") to Product in stock."
  `)
})

test('a key that is only for naming is no way in', () => {
  const sdls = { shop, stock: 'type Product @key(fields: "id", resolvable: false) { id: ID! inStock: Int }' }
  expect(problemsOf(sdls)).toMatchInlineSnapshot(`
    "The subgraphs do not compose (1 problem):
      - [shop] Product.inStock can't be resolved in \`{ top { inStock } }\`: stock has it, but no @key of Product to be entered by. Add @key(fields: "id") to Product in stock."
  `)
})

test('what is required and can’t be had is told by name', () => {
  const sdls = {
    shop,
    post: 'type Product @key(fields: "id") { id: ID! grams: Int @external cents: Int @requires(fields: "grams") }',
    lab: 'type Product @key(fields: "probe") { probe: ID! grams: Int }',
  }
  expect(problemsOf(sdls)).toMatch(
    /\[post, shop\] Product\.cents can't be resolved in `\{ top \{ cents \} \}`: post @requires grams/,
  )
})

test('fields that require each other are refused', () => {
  const sdls = {
    a: 'type Query { top: E } type E @key(fields: "id") { id: ID! x: Int @requires(fields: "y") y: Int @external }',
    b: 'type E @key(fields: "id") { id: ID! y: Int @requires(fields: "x") x: Int @external }',
  }
  expect(problemsOf(sdls)).toMatch(
    /E\.x can't be resolved[^]*a @requires y for it[^]*E\.y can't be resolved[^]*b @requires x/,
  )
})

test('a value type that nobody can complete is told where to resolve the field', () => {
  const sdls = {
    a: 'type Query { one: V } type V { x: Int @shareable y: Int }',
    b: 'type Query { two: V } type V { x: Int @shareable }',
  }
  expect(problemsOf(sdls)).toMatchInlineSnapshot(`
    "The subgraphs do not compose (1 problem):
      - [b] V.y can't be resolved in \`{ two { y } }\`: a has it, but no @key of V to be entered by. Resolve it in b as well (@shareable), or give V a @key that b and a both have."
  `)
})

test('an interface object whose type nobody can tell is refused', () => {
  const sdls = {
    a: 'interface Node { id: ID! } type A implements Node @key(fields: "id") { id: ID! } type Query { a: A }',
    b: 'type Node @interfaceObject @key(fields: "id") { id: ID! n: Int } type Query { node: Node }',
  }
  expect(problemsOf(sdls)).toMatchInlineSnapshot(`
    "The subgraphs do not compose (1 problem):
      - [b] What type an object of Node has can't be told in \`{ node }\`: b holds the interface as an object, and none of a can be asked for it. Add @key(fields: "id") to the interface Node and all of its types in a."
  `)
})

test('each field is told once, with the shortest way to it, however many ways there are', () => {
  const sdls = {
    shop: 'type Query { deep: List top: Product } type List { next: List products: [Product] } type Product @key(fields: "id") { id: ID! }',
    stock: 'type Product @key(fields: "sku") { sku: ID! inStock: Int }',
  }
  expect(problemsOf(sdls).match(/can't be resolved in `[^`]*`/g)).toEqual([
    "can't be resolved in `{ top { sku } }`",
    "can't be resolved in `{ top { inStock } }`",
  ])
})

test.each<[string, Sdls]>([
  [
    'over two keys, the second known after the first',
    {
      shop,
      names: 'type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }',
      stock: 'type Product @key(fields: "sku") { sku: ID! inStock: Int }',
    },
  ],
  [
    'by a nested key, part of which comes from elsewhere',
    {
      a: 'type Query { top: E } type E @key(fields: "id") { id: ID! owner: O @shareable } type O @key(fields: "id") { id: ID! }',
      b: 'type E @key(fields: "owner { code }") { owner: O @shareable more: Int } type O @key(fields: "id") { id: ID! code: ID! }',
    },
  ],
  [
    'by keys that mention each other’s types',
    {
      a: 'type Query { e: E f: F } type E @key(fields: "f { id }") { f: F @shareable x: Int } type F @key(fields: "id") { id: ID! e: E }',
      b: 'type E @key(fields: "f { id }") { f: F @shareable y: Int } type F @key(fields: "id") { id: ID! z: Int }',
    },
  ],
  [
    'because it is provided where it is asked',
    {
      stock:
        'type Query { rare: Product @provides(fields: "origin") } type Product @key(fields: "id") { id: ID! origin: String @external }',
      archive:
        'type Query { old: Product } type Product @key(fields: "id", resolvable: false) { id: ID! origin: String @shareable }',
    },
  ],
  [
    'back in its own subgraph, which names the object by a key that can’t be entered',
    {
      a: 'type Query { top: E } type E @key(fields: "id", resolvable: false) { id: ID! grams: Int @external cents: Int @requires(fields: "grams") }',
      b: 'type E @key(fields: "id") { id: ID! grams: Int }',
    },
  ],
  [
    'over the field above, which both have, where there is no key',
    {
      a: 'type Query { v: V @shareable } type V { x: Int }',
      b: 'type Query { v: V @shareable } type V { y: Int }',
    },
  ],
  [
    'where the subgraph that has it doesn’t know one of the types',
    {
      a: 'type Query { all: [I] } interface I { id: ID! } type A implements I @key(fields: "id") { id: ID! } type B implements I @key(fields: "id") { id: ID! }',
      b: 'interface I { id: ID! } type A implements I @key(fields: "id") { id: ID! n: Int }',
    },
  ],
  [
    'below a field that returns the query type',
    {
      a: 'type Query { a: Int me: User } type User @key(fields: "id") { id: ID! query: Query }',
      b: 'type Query { b: Int }',
    },
  ],
  [
    'where what is inaccessible can’t be had, for nobody can ask for it',
    { shop, stock: 'type Product @key(fields: "sku") { sku: ID! @inaccessible inStock: Int @inaccessible }' },
  ],
])('a field that can be had %s composes', (_how, sdls) => {
  expect(problemsOf(sdls)).toBe('It composed.')
})

test('requirements in a chain over subgraphs compose, however long', () => {
  const names = Array.from({ length: 12 }, (_, at) => `s${at}`)
  const sdls = Object.fromEntries(
    names.map((name, at) => [
      name,
      at === 0
        ? 'type Query { top: E } type E @key(fields: "id") { id: ID! f0: Int }'
        : `type E @key(fields: "id") { id: ID! f${at - 1}: Int @external f${at}: Int @requires(fields: "f${at - 1}") }`,
    ]),
  )
  expect(problemsOf(sdls)).toBe('It composed.')
})

// The composer's own check walks such a graph recursively and overflows the stack.
test('a graph in which one can walk through three thousand types composes', () => {
  const types = Array.from(
    { length: 3_000 },
    (_, at) => `type T${at} @key(fields: "id") { id: ID! next: T${(at + 1) % 3_000} }`,
  )
  expect(problemsOf({ a: `type Query { first: T0 } ${types.join('\n')}` })).toBe('It composed.')
})

test('a type that not all who share a field know is not met below it', () => {
  const item = 'type Query { item: Item @shareable } type Book @shareable { pages: Int }'
  const sdls = {
    shop: `${item} union Item = Book | Film type Film { minutes: Int }`,
    seats: 'type Film { seats: Int }',
  }
  expect(problemsOf(sdls)).toContain("Film.seats can't be resolved in `{ item { ... on Film { seats } } }`")
  expect(problemsOf({ ...sdls, stock: `${item} union Item = Book` })).toBe('It composed.')
})

test('a field that an event leads to and that can’t be had is told with its subscription', () => {
  const sdls = {
    shop: 'type Query { one: Int } type Subscription { sold: Product } type Product @key(fields: "id") { id: ID! }',
    stock: 'type Query { two: Int } type Product { id: ID! @shareable inStock: Int }',
  }
  expect(problemsOf(sdls)).toContain(
    "Product.inStock can't be resolved in `subscription { sold { inStock } }`: stock has it, but no @key",
  )
})

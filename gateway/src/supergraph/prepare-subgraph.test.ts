/** Ways to write a subgraph that federation allows and the composer does not know: each composes, and is answered. */
import { type GraphQLSchema, printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'

const composed = (sdl: string) => compose([{ name: 'a', sdl }], noOwnership)

const link = (version: string, rest: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", ${rest})\n`

/** But for the directive that is the gateway's own. */
const printTypes = (schema: GraphQLSchema): string =>
  printSchema(schema).replace(/directive @defer[^\n]*\n\n/, '')

test('federation may be linked under another name', () => {
  const sdl = `${link('v2.9', 'as: "fed"')} type Query { a: A } type A @fed__key(fields: "id") @fed__shareable { id: ID! b: Int @fed__inaccessible }`
  const { publicSchema, sdl: supergraph } = composed(sdl)
  expect(printTypes(publicSchema)).toBe('type Query {\n  a: A\n}\n\ntype A {\n  id: ID!\n}')
  expect(supergraph).toContain('@join__type(graph: A, key: "id")')
})

test.each(['v2.10', 'v2.11', 'v2.12'])(
  'federation %s is read, without what is not for a gateway',
  (version) => {
    const sdl = `${link(version, 'import: ["@key", "@cacheTag"]')} type Query { a: A @cacheTag(format: "a") } type A @key(fields: "id") { id: ID! }`
    expect(printTypes(composed(sdl).publicSchema)).toBe('type Query {\n  a: A\n}\n\ntype A {\n  id: ID!\n}')
  },
)

test('a version of federation that does not exist is refused', () => {
  expect(() => composed(`${link('v3.0', 'import: ["@key"]')} type Query { a: Int }`)).toThrow(
    '[a] Invalid version v3.0 for the federation feature in @link directive on schema. Link a version of federation from v2.0 to v2.12.',
  )
})

test('root types may have other names, also where a field returns one', () => {
  const sdl = `schema { query: Questions mutation: Changes }
    type Questions { a: Int more: Questions } type Changes { change: Questions } extend type Questions { b: [Questions!] }`
  expect(printTypes(composed(sdl).publicSchema)).toMatchInlineSnapshot(`
    "type Query {
      a: Int
      more: Query
      b: [Query!]
    }

    type Mutation {
      change: Query
    }"
  `)
})

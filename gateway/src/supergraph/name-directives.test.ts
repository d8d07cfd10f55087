/** A subgraph may call the directives of federation what it likes. */
import { parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'
import { nameDirectives } from './name-directives.ts'

const link = (more: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9"${more})`

const films = `${link(', import: ["@key"]')}
  type Query { media: Media } interface Media @key(fields: "id") { id: ID! }
  type Film implements Media @key(fields: "id") { id: ID! }`

test.each([
  [
    'an import as another',
    ', import: [{ name: "@key", as: "@id" }, { name: "@interfaceObject", as: "@whole" }]',
    '@whole @id',
  ],
  ['the prefix of the specification', '', '@federation__interfaceObject @federation__key'],
  ['a prefix of its own', ', as: "fed"', '@fed__interfaceObject @fed__key'],
])('an interface object is known by %s', (_, more, directives) => {
  const ratings = `${link(more)} type Media ${directives}(fields: "id") { id: ID! stars: Int }`
  const { publicSdl } = compose(
    [
      { name: 'films', sdl: films },
      { name: 'ratings', sdl: ratings },
    ],
    noOwnership,
  )
  expect(publicSdl).toMatch(/type Film implements Media {\s+id: ID!\s+stars: Int/)
})

test('what is renamed is imported under its own name', () => {
  const sdl = `${link(', import: ["@key", { name: "@external", as: "@foreign" }]')} type A @key(fields: "id") { id: ID! @foreign }`
  const named = print(nameDirectives(parse(sdl)))
  expect(named).toContain('import: ["@key", "@external"]')
  expect(named).toContain('id: ID! @external')
})

test('a directive of its own that is called like one of federation is left out', () => {
  const sdl = `${link(', import: [{ name: "@external", as: "@foreign" }]')} directive @external(by: String) on FIELD_DEFINITION
    type A { a: Int @external(by: "me") b: Int @foreign }`
  const named = print(nameDirectives(parse(sdl)))
  expect(named).not.toContain('directive @external')
  expect(named).toMatch(/a: Int\n\s+b: Int @external/)
})

test('a directive of its own stays where federation is not meant', () => {
  const sdl = `${link(', import: ["@key"]')} directive @policy(of: String) on FIELD_DEFINITION type A @key(fields: "a") { a: Int @policy(of: "me") }`
  expect(print(nameDirectives(parse(sdl)))).toBe(print(parse(sdl)))
})

/** Keys that name the same fields are the same key, however they are written. */
import { expect, test } from 'vitest'
import { federation } from '../testing/test-gateway.ts'
import { noOwnership } from './check-ownership.ts'
import { compose } from './compose.ts'

const publicSdl = (sdls: Readonly<Record<string, string>>): string =>
  compose(
    Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: federation + sdl })),
    noOwnership,
  ).publicSdl

test.each(['code id', ' id  code ', 'id ... on Film { code }'])(
  'a type of an interface with the key "id code" may have the key "%s"',
  (fields) => {
    const sdl = `type Query { media: Media } interface Media @key(fields: "id code") { id: ID! code: ID! }
      type Film implements Media @key(fields: "${fields}") { id: ID! code: ID! }`
    expect(publicSdl({ a: sdl })).toContain('type Film implements Media')
  },
)

test('what a fragment in a key names is a part of the key', () => {
  const sdls = {
    a: 'type Query { film: Film } type Film @key(fields: "... on Film { id }") { id: ID! }',
    b: 'type Film @key(fields: "id") { id: ID! seats: Int }',
  }
  expect(publicSdl(sdls)).toContain('seats: Int')
})

test('an interface object that is only extended is one', () => {
  const sdls = {
    a: `type Query { media: Media } interface Media @key(fields: "id") { id: ID! }
        type Film implements Media @key(fields: "id") { id: ID! }`,
    b: 'extend type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }',
  }
  expect(publicSdl(sdls)).toMatch(/interface Media {\s+id: ID!\s+stars: Int/)
})

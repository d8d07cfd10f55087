/** Limits are measured in time that grows with the document, not with what it expands to. */
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { limitOperation } from './limit-operation.ts'

const limits = {
  depthMax: 5,
  aliasesMax: 5,
  rootFieldsMax: 5,
  fieldsMax: 50,
  directivesMax: 3,
  introspectionDepthMax: 4,
}

function limit(source: string): void {
  const document = parse(source)
  const [operation] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('The first definition is an operation.')
  limitOperation(document, operation, limits)
}

test('fragments that spread fragments twice are counted without being written out', () => {
  const doubling = Array.from(
    { length: 60 },
    (_, at) => `fragment f${at} on Query { ...f${at + 1} ...f${at + 1} }`,
  )
  const source = `{ ...f0 } ${doubling.join(' ')} fragment f60 on Query { a }`
  expect(() => limit(source)).toThrow(`has ${2 ** 60} root fields; at most 5`)
}, 2_000)

test('root fields are counted through fragments, and a fragment that spreads itself ends', () => {
  expect(() => limit('{ a ...f ... { b c } } fragment f on Query { d ...f e }')).not.toThrow()
  expect(() => limit('{ a ...f ... { b c } } fragment f on Query { d e f }')).toThrow('has 6 root fields')
})

test('directives are counted in the whole document', () => {
  expect(() => limit('{ a @x b @x @x }')).not.toThrow()
  expect(() => limit('{ a @x b @x } fragment f on Query @x { c @x }')).toThrow('has 4 directives; at most 3')
})

test('an introspection has a depth of its own', () => {
  expect(() => limit('{ __schema { types { ofType { name } } } }')).not.toThrow()
  expect(() =>
    limit('{ __schema { types { ...f } } } fragment f on __Type { ofType { ofType { name } } }'),
  ).toThrow('is 5 levels deep in its introspection; at most 4')
})

test.each([
  ['{ a @x b @x @x @x }', 'has 4 directives; at most 3 are allowed (SOUK_DIRECTIVES_MAX).', 3, 4],
  ['{ a { b { c { d { e { f } } } } } }', 'is 6 levels deep; at most 5 are allowed (SOUK_DEPTH_MAX).', 5, 6],
  ['{ a { a:b b:b c:b d:b e:b f:b } }', 'has 6 aliases; at most 5 are allowed (SOUK_ALIASES_MAX).', 5, 6],
  ['{ a b c d e f }', 'has 6 root fields; at most 5 are allowed (SOUK_ROOT_FIELDS_MAX).', 5, 6],
  [`{ a { ${'b '.repeat(50)}} }`, 'has 51 fields; at most 50 are allowed (SOUK_FIELDS_MAX).', 50, 51],
])('%s is refused with the limit, the value and the setting', (source, message, ...[most, value]) => {
  expect(() => limit(source)).toThrow(
    expect.objectContaining({
      message: `The operation ${message}`,
      details: { limit: most, value },
    }),
  )
})

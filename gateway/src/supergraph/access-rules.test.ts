/** Which rules of a supergraph hold for which objects, whoever composed it. */
import { anonymousViewer } from '@souk/contracts'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { accessKey } from '../policy/authorize-operation.ts'
import { readAccessRules } from './access-rules.ts'

const fieldRules = (sdl: string) => Object.fromEntries(readAccessRules(parse(sdl)).fields)

test('a rule that an interface alone has holds for all its objects', () => {
  expect(
    fieldRules(`interface I { a: Int @authenticated b: Int }
      type A implements I { a: Int b: Int } type B implements I { a: Int b: Int }`),
  ).toEqual({ 'A.a': [{}], 'B.a': [{}] })
})

test('a rule that an interface has of its objects leaves each of them its own', () => {
  expect(
    fieldRules(`interface I { a: Int @requiresScopes(scopes: [["x", "y"]]) }
      type A implements I { a: Int @requiresScopes(scopes: [["x"]]) }
      type B implements I { a: Int @requiresScopes(scopes: [["y"]]) }
      type C implements I { a: Int }`),
  ).toEqual({ 'A.a': [{ scopes: [['x']] }], 'B.a': [{ scopes: [['y']] }] })
})

test('a rule of an interface that says more than its objects holds beside theirs', () => {
  expect(
    fieldRules(`interface I { a: Int @requiresScopes(scopes: [["z"]]) @authenticated }
      type A implements I { a: Int @requiresScopes(scopes: [["x"], ["z"]]) }
      type B implements I { a: Int @authenticated }`),
  ).toEqual({
    'A.a': [{ scopes: [['x'], ['z']] }, { scopes: [['z']] }],
    'B.a': [{}, { scopes: [['z']] }],
  })
})

test('a rule of an interface type holds for its objects in the same way', () => {
  const { types } = readAccessRules(
    parse('interface I @policy(policies: [["p"]]) { a: Int } type A implements I { a: Int }'),
  )
  expect(Object.fromEntries(types)).toEqual({ A: [{ policies: [['p']] }] })
})

test('rules too many to multiply are taken for an interface’s own', () => {
  const names = Array.from({ length: 12 }, (_, index) => `T${index}`)
  const rule = (prefix: string) => `@requiresScopes(scopes: [["${prefix}a"], ["${prefix}b"]])`
  const objects = names.map((name) => `type ${name} implements I { a: Int ${rule(name)} }`)
  const rules = fieldRules(`interface I { a: Int ${rule('T0')} } ${objects.join(' ')}`)
  expect(rules['T11.a']).toHaveLength(2)
})

test('fields that require each other are read to an end', () => {
  expect(
    fieldRules(`type P {
      a: Int @join__field(graph: A, requires: "b")
      b: Int @join__field(graph: B, requires: "a c { d }")
      c: C @authenticated
    }
    type C { d: Int @requiresScopes(scopes: [["d"]]) }`),
  ).toEqual({
    'P.a': [{ scopes: [['d']] }, {}],
    'P.b': [{ scopes: [['d']] }, {}],
    'P.c': [{}],
    'C.d': [{ scopes: [['d']] }],
  })
})

test('viewers are alike whose scopes and policies differ in none that the graph names', () => {
  const rules = readAccessRules(
    parse('type Query { a: Int @requiresScopes(scopes: [["x"], ["y"]]) b: Int @policy(policies: [["p"]]) }'),
  )
  const key = (scopes: string[], policies: readonly string[] = []) =>
    accessKey(
      { viewer: { kind: 'user', userId: 'u', scopes, shopIds: [] }, policies: new Set(policies) },
      rules,
    )
  expect(key(['x', 'other'])).toBe(key(['x']))
  expect(key(['y', 'x'])).toBe(key(['x', 'y', 'x']))
  expect(key([], ['p'])).not.toBe(key([]))
  const keys = [key([]), key(['x']), key(['y']), key(['x', 'y']), key(['x y'])]
  expect(new Set(keys).size).toBe(4)
  expect(accessKey({ viewer: anonymousViewer, policies: new Set() }, rules)).not.toBe(key([]))
})

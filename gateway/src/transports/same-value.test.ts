/** Values that are the same, and those that differ somewhere below. */
import { expect, test } from 'vitest'
import { isSameValue } from './same-value.ts'

const nested = (depth: number, value: unknown): unknown => (depth === 0 ? value : [nested(depth - 1, value)])
const withoutPrototype = (members: object): object => Object.assign(Object.create(null) as object, members)

test.each<[string, unknown, unknown]>([
  ['texts', 'a', 'a'],
  ['nothing', null, null],
  ['numbers that are none', Number.NaN, Number.NaN],
  ['lists in objects', { a: [1, { b: null }], c: 'd' }, { c: 'd', a: [1, { b: null }] }],
  ['objects without a prototype', withoutPrototype({ a: 1 }), withoutPrototype({ a: 1 })],
  ['dates', { at: new Date(5) }, { at: new Date(5) }],
])('%s are the same', (_what, one, other) => {
  expect(isSameValue(one, other)).toBe(true)
})

test.each<[string, unknown, unknown]>([
  ['a number and its text', 1, '1'],
  ['null and nothing', { a: null }, { a: undefined }],
  ['null and an object', null, {}],
  ['a list and an object', [], {}],
  ['an object and a list', {}, []],
  ['lists of other lengths', [1], [1, 2]],
  ['lists that begin alike', [1, 2], [1]],
  ['a member less', { a: 1, b: undefined }, { a: 1 }],
  ['a member more', { a: 1 }, { a: 1, b: undefined }],
  ['members of other names', { a: undefined }, { b: undefined }],
  ['a member that every object inherits', { toString: undefined }, { a: undefined }],
  ['something deep down', { a: [{ b: [1] }] }, { a: [{ b: [2] }] }],
  ['dates', new Date(5), new Date(6)],
  ['sets', new Set([1]), new Set([2])],
])('%s are not the same', (_what, one, other) => {
  expect(isSameValue(one, other)).toBe(false)
})

test('what is nested without end is taken for different, and takes no stack', () => {
  const deep = (): unknown => {
    let value: unknown = 1
    for (let level = 0; level < 100_000; level += 1) value = [value]
    return value
  }
  expect(isSameValue(nested(50, 1), nested(50, 1))).toBe(true)
  expect(isSameValue(deep(), deep())).toBe(false)
})

/** Values that are nested too deeply are refused without being followed. */
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { limitLiterals, limitVariables } from './limit-input.ts'

const nestedList = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

test('a variable may have as many levels as allowed, of lists and objects', () => {
  expect(() => limitVariables({ a: nestedList(3), b: { c: { d: [1, null, 'e'] } } }, 3)).not.toThrow()
  expect(() => limitVariables({ a: { b: { c: { d: {} } } } }, 3)).toThrow(
    'The variable "$a" is nested more than 3 levels deep (SOUK_INPUT_DEPTH_MAX).',
  )
})

test('a variable of more levels than a stack holds is refused like any other', () => {
  expect(() => limitVariables({ a: nestedList(400_000) }, 32)).toThrow('"$a" is nested more than 32')
})

test('a value in the document has the same limit, and values beside each other do not add up', () => {
  const within = '{ f(a: [[[1]]], b: { c: { d: {} } }) { g(a: [1]) } }'
  expect(() => limitLiterals(parse(within), 3)).not.toThrow()
  expect(() => limitLiterals(parse('query ($a: A = { b: { c: { d: [] } } }) { f(a: $a) }'), 3)).toThrow(
    'A value in the document is nested more than 3 levels deep',
  )
})

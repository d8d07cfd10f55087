/** The cache: bounded by entries and by weight, forgetting what was used longest ago. */
import { expect, test } from 'vitest'
import { boundedMap } from './bounded-map.ts'

test('the entry used longest ago goes first', () => {
  const map = boundedMap<number>({ sizeMax: 2 })
  map.set('a', 1)
  map.set('b', 2)
  map.get('a')
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
})

test('heavy entries push out as many others as their weight needs', () => {
  const map = boundedMap<number>({ sizeMax: 10, weightMax: 10 })
  for (const [at, key] of ['a', 'b', 'c'].entries()) map.set(key, at, 3)
  map.set('d', 4, 6)
  expect([map.get('a'), map.get('b'), map.get('c'), map.get('d')]).toEqual([undefined, undefined, 2, 4])
})

test('what is heavier than all that is allowed is not kept, and pushes nothing out', () => {
  const map = boundedMap<number>({ sizeMax: 10, weightMax: 10 })
  map.set('a', 1, 3)
  map.set('b', 2, 11)
  expect([map.get('a'), map.get('b'), map.size()]).toEqual([1, undefined, 1])
})

test('an entry that is set again or deleted gives its weight back', () => {
  const map = boundedMap<number>({ sizeMax: 10, weightMax: 10 })
  map.set('a', 1, 9)
  map.set('a', 2, 1)
  map.set('b', 3, 9)
  map.delete('b')
  map.set('c', 4, 9)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([2, undefined, 4])
})

/** Under which conditions a field is written, and how often: as often as it has alternatives, however many stand above. */
import { expect, test } from 'vitest'
import { type Branch, firstBranch, writtenIn } from './branches.ts'
import { always, printWhen, type When } from './conditions.ts'

const on = (...variables: readonly string[]): When[number] =>
  variables.map((name) => ({ variable: name.replace('!', ''), wanted: !name.startsWith('!') }))

/** As `branch: conditions`, a branch by what holds there. */
const written = (branches: readonly Branch[], when: When, within: When = always): readonly string[] =>
  writtenIn(branches, { when, within }).map(
    ({ at, conditions }) => `${at}: ${conditions.length === 0 ? 'always' : printWhen([conditions])}`,
  )

const below = (branches: readonly Branch[], when: When): readonly Branch[] =>
  writtenIn(branches, { when, within: always }).map(({ branch }) => branch)

const start = [firstBranch(always)]
const either = below(start, [on('a'), on('b')])

test('a field is written under each of its alternatives', () => {
  expect(written(start, [on('a'), on('b')])).toEqual(['0: $a', '0: $b'])
  expect(written(start, always)).toEqual(['0: always'])
})

test('below a field with alternatives, an alternative that implies one of them is written there alone', () => {
  expect(written(either, [on('a'), on('b', 'c')])).toEqual(['0: always', '1: $c'])
  expect(written(either, always)).toEqual(['0: always', '1: always'])
})

test('an alternative that implies none of those above is written under each that it can hold with', () => {
  expect(written(either, [on('c')])).toEqual(['0: $c', '1: $c'])
  expect(written(either, [on('!a')])).toEqual(['1: not $a'])
})

test('what belongs to such an alternative is written wherever that is', () => {
  const deeper = below(either, [on('c'), on('d')])
  expect(deeper.length).toBe(4)
  expect(written(deeper, [on('c', 'e')])).toEqual(['0: $e', '2: $e'])
  expect(written(deeper, [on('b', 'c', 'e')])).toEqual(['2: $e'])
})

test('what belongs to an alternative that holds in a branch anyway is written in that branch, too', () => {
  // Where a holds, so does what is wanted for a; its branch then stands for b as well.
  const deeper = below(either, [on('c'), on('a')])
  expect(written(deeper, [on('c', 'e')])).toEqual(['0: $c and $e', '1: $e'])
})

test('what holds wherever a fetch runs is not repeated', () => {
  expect(written([firstBranch([on('a')])], [on('a', 'b')])).toEqual(['0: $b'])
  expect(written([firstBranch([on('a'), on('b')])], [on('a'), on('b')], [on('a'), on('b')])).toEqual([
    '0: always',
  ])
  expect(written([firstBranch([on('a'), on('b')])], [on('a')])).toEqual(['0: $a'])
})

test('whatever the variables are, a field is there if it and all above are wanted', () => {
  const names = ['a', 'b', 'c', 'd']
  const seeds = Array.from({ length: 400 }, (_, index) => index)
  for (const seed of seeds) {
    const chance = draw(seed)
    const random = (): When =>
      Array.from({ length: 1 + chance(3) }, () =>
        on(
          ...names
            .filter(() => chance(2) === 0)
            .slice(0, 2)
            .map((name) => (chance(3) === 0 ? `!${name}` : name)),
        ),
      )
    const levels = [random(), random(), random()]
    for (let bits = 0; bits < 16; bits += 1) {
      const values = Object.fromEntries(names.map((name, index) => [name, (bits & (1 << index)) !== 0]))
      const holds = (conditions: When[number]): boolean =>
        conditions.every(({ variable, wanted }) => values[variable] === wanted)
      let branches: readonly Branch[] = start
      let present: readonly boolean[] = [true]
      let isWanted = true
      for (const when of levels) {
        const parts = writtenIn(branches, { when, within: always })
        present = parts.map(({ at, conditions }) => present[at] === true && holds(conditions))
        branches = parts.map(({ branch }) => branch)
        isWanted &&= when.some(holds)
        expect(present.includes(true), JSON.stringify({ seed, values })).toBe(isWanted)
      }
    }
  }
})

/** Numbers below a bound, the same for the same seed. */
function draw(seed: number): (bound: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (bound) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * bound)
  }
}

/** What follows from facts is what holds for every assignment of values to their variables, tried one by one. */
import { expect, test } from 'vitest'
import { type Case, type Values } from './checked-cases.ts'
import { addFact, factsAt, type Facts, isCovered, knownFrom, typesAt } from './checked-facts.ts'

const values: Readonly<Record<string, readonly string[]>> = {
  $x: ['true', 'false'],
  $y: ['true', 'false'],
  '.p': ['A', 'B', 'C'],
  '.p.q': ['D', 'E', 'F'],
}
type Assignment = Readonly<Record<string, string>>
const assignments = Object.entries(values).reduce<readonly Assignment[]>(
  (all, [variable, own]) => all.flatMap((one) => own.map((value) => ({ ...one, [variable]: value }))),
  [{}],
)

const holdsIn = (inCase: Case, assignment: Assignment): boolean =>
  [...inCase].every(([variable, allowed]) => allowed.has(assignment[variable] ?? ''))

test('a case is covered if each of its assignments that can be is in one of the others', () => {
  const chance = seeded(7)
  const seen = { covered: 0, uncovered: 0 }
  for (let round = 0; round < 1_000; round += 1) {
    const facts = randomFacts(chance)
    const known = knownFrom(facts, { left: 1_000_000 })
    const isPossible = (assignment: Assignment): boolean =>
      ['.p', '.p.q'].every((place) => {
        const types = factsAt(known, place)
        const isGiven = types.some((fact) => fact.types.has(assignment[place] ?? ''))
        return (
          isGiven &&
          types.every((fact) => !holdsIn(fact.inCase, assignment) || fact.types.has(assignment[place] ?? ''))
        )
      })
    const inCase = randomCase(chance, ['$x', '$y', '.p', '.p.q'])
    const cases = Array.from({ length: chance(5) }, () => randomCase(chance, ['$x', '$y', '.p', '.p.q']))
    const possible = assignments.filter((one) => holdsIn(inCase, one) && isPossible(one))
    const expected = possible.every((one) => cases.some((other) => holdsIn(other, one)))
    expect(isCovered(known, cases, inCase), JSON.stringify({ round })).toBe(expected)
    seen[expected ? 'covered' : 'uncovered'] += 1
    for (const one of possible) expect(typesAt(known, '.p.q', inCase)).toContain(one['.p.q'])
  }
  expect(Math.min(seen.covered, seen.uncovered)).toBeGreaterThan(100)
})

test('facts of one call that differ in one variable become one', () => {
  const facts: Facts = new Map()
  const add = (call: string, types: readonly string[], below: readonly string[]): void =>
    addFact({ facts, budget: { left: 1_000 } }, '.p.q.n', {
      call,
      types: new Set(),
      source: 0,
      inCase: new Map([
        ['.p', new Set(types)],
        ['.p.q', new Set(below)],
      ]),
    })
  const count = (): number => factsAt(knownFrom(facts, { left: 100 }), '.p.q.n').length
  add('n()', ['A'], ['D'])
  add('n()', ['A'], ['E'])
  expect(count()).toBe(1)
  add('n()', ['B'], ['D'])
  expect(count()).toBe(2)
  // Now there is all of A and all of B.
  add('n()', ['B'], ['E'])
  expect(count()).toBe(1)
  add('n()', ['A'], ['E'])
  expect(count()).toBe(1)
  add('n()', ['A', 'B', 'C'], ['D', 'E', 'F'])
  expect(count()).toBe(1)
  add('m()', ['A'], ['D'])
  expect(count()).toBe(2)
})

test('an object has a type that all can give who surely give it, and that the case allows', () => {
  const facts: Facts = new Map()
  const give = (types: readonly string[], inCase: Case): void =>
    addFact({ facts, budget: { left: 1_000 } }, '.p', {
      call: 'p()',
      types: new Set(types),
      source: facts.get('.p')?.length ?? 0,
      inCase,
    })
  const onX: Case = new Map([['$x', new Set(['true'])]])
  give(['A', 'B', 'C'], new Map())
  give(['A', 'B', 'D'], new Map())
  give(['A', 'C'], onX)
  const known = knownFrom(facts, { left: 100 })
  expect(typesAt(known, '.p', new Map())).toEqual(new Set(['A', 'B']))
  expect(typesAt(known, '.p', onX)).toEqual(new Set(['A']))
  expect(typesAt(known, '.p', new Map([['.p', new Set(['B'])]]))).toEqual(new Set(['B']))
})

/** A place is always given by someone, as in a plan, and there is a type on which all of those who give it agree. */
function randomFacts(chance: Chance): Facts {
  const facts: Facts = new Map()
  const given = (key: string, above: readonly string[]): void => {
    for (let source = 0; source <= chance(3); source += 1) {
      const all = values[key] ?? []
      const types = source === 0 ? new Set(all) : someOf(chance, all).union(new Set(all.slice(0, 1)))
      const inCase = source === 0 ? new Map() : randomCase(chance, above)
      addFact({ facts, budget: { left: 1_000 } }, key, { call: 'call()', types, inCase, source })
    }
  }
  given('.p', ['$x', '$y'])
  given('.p.q', ['$x', '$y', '.p'])
  return facts
}

function randomCase(chance: Chance, variables: readonly string[]): Case {
  const named = variables.filter(() => chance(2) === 0)
  const isContradiction = chance(20) === 0
  return new Map(
    named.map((variable) => [variable, isContradiction ? new Set() : someOf(chance, values[variable] ?? [])]),
  )
}

function someOf(chance: Chance, all: readonly string[]): Values {
  const some = all.filter(() => chance(2) === 0)
  return new Set(some.length > 0 ? some : all.slice(0, 1))
}

/** A number below this one. */
type Chance = (below: number) => number

function seeded(seed: number): Chance {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

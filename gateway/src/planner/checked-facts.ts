/** What the checker knows at a point of a plan: which call each name of the answer stands for, and in which case. */
import {
  bothValues,
  type Case,
  isCondition,
  isContradiction,
  isSame,
  joinCases,
  uniteCases,
  type Values,
  without,
  withValues,
} from './checked-cases.ts'

/** What a fetch brings under one name at one place. */
export type Fact = {
  readonly call: string
  /** The runtime types of what is below. */
  readonly types: Values
  readonly inCase: Case
  /** The number of the fetch that brings it. */
  readonly source: number
}

/** By place and name. */
export type Facts = Map<string, readonly Fact[]>

/** Steps that a proof may still take. */
export type Budget = { left: number }

/** Those facts that can be relied on. They are all there when one begins to ask. */
export type Known = {
  readonly facts: Facts
  readonly isRelied: (source: number) => boolean
  readonly budget: Budget
  readonly places: Map<string, KnownPlace>
}

type KnownPlace = { readonly facts: readonly Fact[]; readonly types: Values }

export const knownFrom = (
  facts: Facts,
  budget: Budget,
  isRelied: (source: number) => boolean = () => true,
): Known => ({ facts, isRelied, budget, places: new Map() })

/** The same facts, as if every condition held, and whoever gives an object could give all types that others give there. */
export const inAnyCase = (known: Known): Known =>
  knownFrom(
    new Map(
      [...known.facts].map(([key, facts]) => [
        key,
        facts.map((fact) => ({
          ...fact,
          types: fact.types.size === 0 ? fact.types : unionOf(facts),
          inCase: without(fact.inCase, isCondition),
        })),
      ]),
    ),
    known.budget,
    known.isRelied,
  )

/** Facts that differ in one variable alone become one, which may then be joined with others. */
export function addFact(noted: Pick<Known, 'facts' | 'budget'>, key: string, fact: Fact): void {
  const { facts } = noted
  const known = facts.get(key) ?? []
  noted.budget.left -= known.length
  for (const [at, one] of known.entries()) {
    const isAlike = one.source === fact.source && one.call === fact.call && isSame(one.types, fact.types)
    const inCase = isAlike ? uniteCases(one.inCase, fact.inCase) : undefined
    if (inCase === one.inCase) return
    if (inCase === undefined) continue
    facts.set(key, known.toSpliced(at, 1))
    return addFact(noted, key, { ...one, inCase })
  }
  facts.set(key, [...known, fact])
}

export const factsAt = (known: Known, key: string): readonly Fact[] => placeAt(known, key).facts

function placeAt({ facts, isRelied, places }: Known, key: string): KnownPlace {
  const known = places.get(key)
  if (known !== undefined) return known
  const found = (facts.get(key) ?? []).filter(({ source }) => isRelied(source))
  const place = { facts: found, types: unionOf(found) }
  places.set(key, place)
  return place
}

/** Whether a name stands for the call in every case that is part of this one. */
export const isSure = (known: Known, key: string, { call, inCase }: Pick<Fact, 'call' | 'inCase'>): boolean =>
  isCovered(known, casesOf(factsAt(known, key), call), inCase)

/** Of those facts that are of this call, or of all. */
export const casesOf = (facts: readonly Fact[], call?: string): readonly Case[] =>
  facts.flatMap((fact) => (call === undefined || fact.call === call ? [fact.inCase] : []))

export const isCovered = (known: Known, cases: readonly Case[], inCase: Case): boolean =>
  uncovered(known, cases, inCase).next().done === true

/** Whether there is anything that is in both cases. */
export const canMeet = (known: Known, one: Case, other: Case): boolean =>
  !isCovered(known, [], joinCases(one, other))

/**
 * The parts of a case that are in none of the others. What is undecided is tried for one variable after the other: the
 * values that an open case allows, and the rest.
 */
export function* uncovered(known: Known, cases: readonly Case[], inCase: Case): Generator<Case> {
  spend(known, cases.length)
  if (known.budget.left <= 0 || isContradiction(inCase)) return
  if (cases.some((one) => covers(known, one, inCase))) return
  const open = cases.filter((one) => isOpen(known, one, inCase))
  const split = open[0] === undefined ? splitByType(known, inCase) : splitBy(known, open[0], inCase)
  if (split === 'impossible') return
  if (split === undefined) return yield inCase
  const { variable, values } = split
  const all = valuesIn(known, inCase, variable)
  yield* uncovered(known, open, withValues(inCase, variable, all.intersection(values)))
  yield* uncovered(known, open, withValues(inCase, variable, all.difference(values)))
}

/** To look at a case costs a step; to compare it with some others costs less each. */
function spend({ budget }: Pick<Known, 'budget'>, compared: number): void {
  budget.left -= 1 + Math.floor(compared / 4)
}

const valuesIn = (known: Known, inCase: Case, variable: string): Values =>
  inCase.get(variable) ?? (isCondition(variable) ? bothValues : placeAt(known, variable).types)

function isOpen(known: Known, one: Case, inCase: Case): boolean {
  for (const [variable, values] of one) {
    const own = valuesIn(known, inCase, variable)
    if (own !== values && own.isDisjointFrom(values)) return false
  }
  return true
}

function covers(known: Known, wide: Case, inCase: Case): boolean {
  for (const [variable, values] of wide) {
    const own = valuesIn(known, inCase, variable)
    if (own !== values && !own.isSubsetOf(values)) return false
  }
  return true
}

type Split = { readonly variable: string; readonly values: Values }

function splitBy(known: Known, open: Case, inCase: Case): Split | undefined {
  for (const [variable, values] of open)
    if (!valuesIn(known, inCase, variable).isSubsetOf(values)) return { variable, values }
  return undefined
}

/** One object has one type. A case is impossible if it asks for one that not all of those who give the object can give. */
function splitByType(known: Known, inCase: Case): Split | 'impossible' | undefined {
  for (const [variable, values] of inCase) {
    if (isCondition(variable)) continue
    const giving = factsAt(known, variable).filter((fact) => isOpen(known, fact.inCase, inCase))
    if (commonTypes(giving, values).size > 0) continue
    const [sure = [], open = []] = [true, false].map((isWanted) =>
      giving.filter((fact) => covers(known, fact.inCase, inCase) === isWanted),
    )
    const [first] = open
    if (first === undefined || commonTypes(sure, values).size === 0) return 'impossible'
    return splitBy(known, first.inCase, inCase)
  }
  return undefined
}

const commonTypes = (facts: readonly Fact[], values: Values): Values =>
  facts.reduce((left, { types }) => (isSame(left, types) ? left : left.intersection(types)), values)

/** The runtime types of what is at a place. Where several subgraphs give one object, it is one that all of them can give. */
export function typesAt(known: Known, key: string, inCase: Case): Values {
  const facts = factsAt(known, key)
  spend(known, facts.length)
  const giving = facts.filter((fact) => isOpen(known, fact.inCase, inCase))
  const sure = giving.filter((fact) => covers(known, fact.inCase, inCase))
  return commonTypes(sure, inCase.get(key) ?? unionOf(giving))
}

function unionOf([first, ...others]: readonly Fact[]): Values {
  const start = first?.types ?? new Set<string>()
  return others.reduce<Values>((all, { types }) => (isSame(all, types) ? all : all.union(types)), start)
}

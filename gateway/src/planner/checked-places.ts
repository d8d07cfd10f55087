/** The places of a plan as the checker sees them: where, of which runtime types, in which case. */
import { Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql'
import {
  anyCase,
  type Case,
  joinCases,
  type Values,
  withCondition,
  without,
  withValues,
} from './checked-cases.ts'
import {
  type Budget,
  type Facts,
  casesOf,
  factsAt,
  isCovered,
  isSure,
  type Known,
  typesAt,
  inAnyCase,
} from './checked-facts.ts'
import type { CheckedSupergraph } from './check-supergraph.ts'
import type { OperationContext } from './operation-context.ts'
import type { PathStep } from './query-plan.ts'

export type CheckInput = {
  readonly supergraph: CheckedSupergraph
  readonly context: OperationContext
  readonly operation: OperationDefinitionNode
  readonly isAllowed: (typeName: string, fieldName: string) => boolean
  readonly stepsMax: number
}

/** A place is named `.product.reviews`, whatever the types on the way. It is looked at once for all types that are alike. */
export type CheckedPlace = {
  readonly key: string
  readonly types: Values
  /** What holds wherever there is such a place. */
  readonly inCase: Case
}

export type Check = {
  readonly supergraph: CheckedSupergraph
  readonly problems: string[]
  readonly operationKind: string
  readonly rootType: string
  readonly budget: Budget
  readonly facts: Facts
}

/** That a place is told apart from others of its abstract type. */
export const typenameCall = '__typename()'

export const rootPlace = ({ rootType }: Check, inCase: Case): CheckedPlace => ({
  key: '',
  types: new Set([rootType]),
  inCase,
})

/** A place for some of its types alone. */
export function narrow(place: CheckedPlace, types: Values): CheckedPlace {
  if (types.size === place.types.size) return place
  return { key: place.key, types, inCase: withValues(place.inCase, place.key, types) }
}

/** A place in what is left of it below a fragment. */
export const narrowTo = (
  supergraph: CheckedSupergraph,
  place: CheckedPlace,
  condition: string | undefined,
): CheckedPlace =>
  condition === undefined
    ? place
    : narrow(place, place.types.intersection(supergraph.objectsWithin(condition)))

/** The types of a place, by what is alike for them. */
export function groupTypes<Alike>(
  types: Values,
  alike: (typeName: string) => Alike,
): ReadonlyMap<Alike, Values> {
  const groups = new Map<Alike, Set<string>>()
  const [first = ''] = types
  if (types.size === 1) return new Map([[alike(first), types]])
  for (const typeName of types) {
    const key = alike(typeName)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, new Set([typeName]))
    else group.add(typeName)
  }
  return groups
}

/** The case in which a selection counts; undefined if never here. */
export function caseOf({ directives = [] }: SelectionNode, inCase: Case): Case | undefined {
  let found = inCase
  for (const { name, arguments: given } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    const wanted = name.value === 'include'
    const value = given?.find((one) => one.name.value === 'if')?.value
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return undefined
    if (value?.kind === Kind.VARIABLE) found = withCondition(found, value.name.value, wanted)
  }
  return found
}

/** Whether data says a place's runtime type, or leaves no choice. */
export const isTold = (known: Known, place: CheckedPlace): boolean =>
  hasOnlyType(known, place) ||
  isSure(known, `${place.key}.__typename`, { call: typenameCall, inCase: place.inCase })

/** There is one type that it can have, and nothing else is said to be its type. */
export const hasOnlyType = (known: Known, { key, inCase }: CheckedPlace): boolean =>
  key === '' ||
  (typesAt(known, key, inCase.has(key) ? without(inCase, (variable) => variable === key) : inCase).size ===
    1 &&
    factsAt(known, `${key}.__typename`).every(({ call }) => call === typenameCall))

type Way = { readonly path: readonly PathStep[]; readonly start: Case }

/** The places at a path, each in the case in which it is there. */
export function follow(check: Check, known: Known, way: Way): readonly CheckedPlace[] {
  const places = placesAt(check, known, way)
  if (places.length > 0) return places
  // Where it is conditions that contradict each other, or those who give an object that agree on no type of the path, it is
  // right and nothing is ever there.
  const anyway = { path: way.path, start: anyCase }
  if (placesAt({ ...check, problems: [] }, inAnyCase(known), anyway).length === 0)
    check.problems.push('A fetch has no entities.')
  return []
}

function placesAt(check: Check, known: Known, { path, start }: Way): readonly CheckedPlace[] {
  let places: readonly CheckedPlace[] = [rootPlace(check, start)]
  for (const step of path) {
    check.budget.left -= places.length
    if (step.kind === 'types') {
      const untold = places.find((place) => !isTold(known, place))
      if (untold !== undefined)
        check.problems.push(`Types are told apart below ${untold.key} without __typename.`)
      const types = new Set(step.types)
      places = places
        .map((place) => narrow(place, place.types.intersection(types)))
        .filter((place) => place.types.size > 0)
    }
    if (step.kind === 'field') places = places.flatMap((place) => stepInto(known, place, step.name))
  }
  return places
}

function stepInto(known: Known, place: CheckedPlace, name: string): readonly CheckedPlace[] {
  const key = `${place.key}.${name}`
  // A name that is a place for one type may be a leaf for another.
  const facts = factsAt(known, key).filter(({ types }) => types.size > 0)
  // Most often it is there wherever the place above is.
  const cases = isCovered(known, casesOf(facts), place.inCase)
    ? [place.inCase]
    : facts.map((fact) => joinCases(place.inCase, fact.inCase))
  const places: CheckedPlace[] = []
  for (const inCase of cases) {
    const others = places.map((one) => one.inCase)
    const types = isCovered(known, others, inCase) ? noTypes : typesAt(known, key, inCase)
    if (types.size > 0) places.push({ key, types, inCase })
  }
  return places
}

const noTypes: Values = new Set()

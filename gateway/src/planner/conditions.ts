/** When something is included: `@skip` and `@include` as any of several alternatives, each of which is all of its conditions. */
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'

/** Holds if the variable has the wanted value. */
export type Condition = { readonly variable: string; readonly wanted: boolean }

/** Holds if all conditions of any alternative hold. Without an alternative it never does; an empty one always does. */
export type When = readonly (readonly Condition[])[]

export const always: When = [[]]
export const never: When = []

/** Beyond the limit nobody meant it, and combining conditions with each other would take its time. */
export function bounded<Alternative>(
  alternatives: readonly Alternative[],
  { alternativesMax }: Pick<PlanLimits, 'alternativesMax'>,
): readonly Alternative[] {
  if (alternatives.length <= alternativesMax) return alternatives
  throw new CannotPlan(
    `The operation has more than ${alternativesMax} alternatives of conditions in one place.`,
    'overLimit',
  )
}

export const isAlways = (when: When): boolean => when.some((alternative) => alternative.length === 0)

/** Whether it holds, given the values of the operation's variables. */
export const holds = (when: When, variables: Readonly<Record<string, unknown>>): boolean =>
  when.some((alternative) => alternative.every(({ variable, wanted }) => variables[variable] === wanted))

/** Holds if either does. An alternative that another one makes needless is left out. */
export function either(one: When, other: When): When {
  if (isAlways(one) || isAlways(other)) return always
  return other.reduce(addAlternative, one)
}

function addAlternative(when: When, added: readonly Condition[]): When {
  if (when.some((wider) => isWithin(added, wider))) return when
  return [...when.filter((narrower) => !isWithin(narrower, added)), added]
}

/** Holds if both do. */
export function both(one: When, other: When): When {
  if (isAlways(one)) return other
  if (isAlways(other)) return one
  // What implies an alternative of the other side is as narrow as it gets, so it is not combined with the rest. Places below
  // each other have such conditions, and would else be combined in as many ways as their numbers multiplied.
  const whole = one.flatMap((first) => (isImplied(other, first) ? [first] : []))
  const left = one.filter((first) => !isImplied(other, first))
  const combined = other.flatMap((second) =>
    isImplied(one, second) ? [second] : left.map((first) => addConditions(first, second)).filter(isPossible),
  )
  return either(whole, combined.reduce(addAlternative, never))
}

/** Holds if the first does and the conditions don't all hold. */
export const butNot = (when: When, excluded: readonly Condition[]): When =>
  when
    .flatMap((one) =>
      // For the first of the conditions that fails, those before it hold.
      excluded.map(({ variable, wanted }, at) =>
        addConditions(one, [...excluded.slice(0, at), { variable, wanted: !wanted }]),
      ),
    )
    .filter(isPossible)
    .reduce(addAlternative, never)

/** Whether some alternative holds wherever all of these conditions do. */
export const isImplied = (when: When, conditions: readonly Condition[]): boolean =>
  when.some((wider) => isWithin(conditions, wider))

export function addConditions(outer: readonly Condition[], own: readonly Condition[]): readonly Condition[] {
  const added = own.filter((one) => !outer.some((other) => isSame(one, other)))
  return added.length === 0 ? outer : [...outer, ...added]
}

export const isSameWhen = (one: When, other: When): boolean =>
  one.length === other.length &&
  one.every((alternative, at) => isSameAlternative(alternative, other[at] ?? []))

const isSameAlternative = (one: readonly Condition[], other: readonly Condition[]): boolean =>
  one.length === other.length && isWithin(one, other)

/**
 * Whether all of the wide ones are among the narrow ones. Fragments may nest hundreds of them, so they are looked up, and the
 * innermost come first: the outer ones are often the same.
 */
function isWithin(narrow: readonly Condition[], wide: readonly Condition[]): boolean {
  if (wide.length > narrow.length) return false
  const values = valuesOf(narrow)
  return wide.findLast(({ variable, wanted }) => values.get(variable) !== wanted) === undefined
}

const valuesOf = (alternative: readonly Condition[]): ReadonlyMap<string, boolean> => {
  const known = valuesKnown.get(alternative)
  if (known !== undefined) return known
  const values = new Map(alternative.map(({ variable, wanted }) => [variable, wanted]))
  valuesKnown.set(alternative, values)
  return values
}

const valuesKnown = new WeakMap<readonly Condition[], ReadonlyMap<string, boolean>>()

/** Whether a variable is not asked to be both true and false. */
export function isPossible(alternative: readonly Condition[]): boolean {
  const values = valuesOf(alternative)
  return alternative.every(({ variable, wanted }) => values.get(variable) === wanted)
}

const isSame = (one: Condition, other: Condition): boolean =>
  one.variable === other.variable && one.wanted === other.wanted

/** As the plan prints it, such as `$a and not $b, or $c`. */
export const printWhen = (when: When): string =>
  when
    .map((alternative) =>
      alternative.map(({ variable, wanted }) => `${wanted ? '' : 'not '}$${variable}`).join(' and '),
    )
    .join(', or ')

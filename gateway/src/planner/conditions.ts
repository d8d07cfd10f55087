/** When something is included: `@skip` and `@include` as any of several alternatives, each of which is all of its conditions. */

/** Holds if the variable has the wanted value. */
export type Condition = { readonly variable: string; readonly wanted: boolean }

/** Holds if all conditions of any alternative hold. Without an alternative it never does; an empty one always does. */
export type When = readonly (readonly Condition[])[]

export const always: When = [[]]
export const never: When = []

export const isAlways = (when: When): boolean => when.some((alternative) => alternative.length === 0)

/** Whether it holds, given the values of the operation's variables. */
export const holds = (when: When, variables: Readonly<Record<string, unknown>>): boolean =>
  when.some((alternative) => alternative.every(({ variable, wanted }) => variables[variable] === wanted))

/** Holds if either does. An alternative that another one makes needless is left out. */
export function either(one: When, other: When): When {
  if (isAlways(one) || isAlways(other)) return always
  const all = [...one, ...other]
  return all.filter(
    (alternative, index) =>
      !all.some(
        (wider, at) =>
          at !== index && isWithin(alternative, wider) && (wider.length < alternative.length || at < index),
      ),
  )
}

/** Holds if both do. */
export function both(one: When, other: When): When {
  if (isAlways(one)) return other
  if (isAlways(other)) return one
  return one
    .flatMap((first) => other.map((second) => addConditions(first, second)))
    .filter(isPossible)
    .reduce<When>((whole, alternative) => either(whole, [alternative]), never)
}

/** Holds if the first does and none of the second. */
export function butNot(when: When, excluded: When): When {
  return excluded.reduce<When>(
    (left, alternative) =>
      left
        .flatMap((one) =>
          // For the first of its conditions that fails, those before it hold.
          alternative.map(({ variable, wanted }, at) =>
            addConditions(one, [...alternative.slice(0, at), { variable, wanted: !wanted }]),
          ),
        )
        .filter(isPossible)
        .reduce<When>((all, one) => either(all, [one]), never),
    when,
  )
}

export function addConditions(outer: readonly Condition[], own: readonly Condition[]): readonly Condition[] {
  const added = own.filter((one) => !outer.some((other) => isSame(one, other)))
  return added.length === 0 ? outer : [...outer, ...added]
}

export const isSameWhen = (one: When, other: When): boolean =>
  one.length === other.length &&
  one.every((alternative, at) => isSameAlternative(alternative, other[at] ?? []))

const isSameAlternative = (one: readonly Condition[], other: readonly Condition[]): boolean =>
  one.length === other.length && isWithin(one, other)

const isWithin = (narrow: readonly Condition[], wide: readonly Condition[]): boolean =>
  wide.every((condition) => narrow.some((one) => isSame(one, condition)))

/** Whether a variable is not asked to be both true and false. */
export const isPossible = (alternative: readonly Condition[]): boolean =>
  alternative.every((one) =>
    alternative.every((other) => one.variable !== other.variable || one.wanted === other.wanted),
  )

const isSame = (one: Condition, other: Condition): boolean =>
  one.variable === other.variable && one.wanted === other.wanted

/** As the plan prints it, such as `$a and not $b, or $c`. */
export const printWhen = (when: When): string =>
  when
    .map((alternative) =>
      alternative.map(({ variable, wanted }) => `${wanted ? '' : 'not '}$${variable}`).join(' and '),
    )
    .join(', or ')

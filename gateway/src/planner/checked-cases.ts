/** Cases: what holds at a point of a plan, said by the values that variables may have. */

export type Values = ReadonlySet<string>

/**
 * All of it holds; a variable that is not named may have any value. A variable is one of the operation, `$x`, or a place
 * such as `.product.reviews`, whose values are the runtime types of what is there. Conditions may contradict each other:
 * then a variable is left without a value, and nothing is ever in that case.
 */
export type Case = ReadonlyMap<string, Values>

export const anyCase: Case = new Map()

const trueAlone: Values = new Set(['true'])
const falseAlone: Values = new Set(['false'])
export const bothValues: Values = new Set(['true', 'false'])

export const isCondition = (variable: string): boolean => variable.startsWith('$')

export const withCondition = (inCase: Case, variable: string, value: boolean): Case =>
  joinCases(inCase, new Map([[`$${variable}`, value ? trueAlone : falseAlone]])) ?? inCase

export const withValues = (inCase: Case, variable: string, values: Values): Case =>
  new Map(inCase).set(variable, values)

export const without = (inCase: Case, isLeftOut: (variable: string) => boolean): Case =>
  new Map([...inCase].filter(([variable]) => !isLeftOut(variable)))

export const isContradiction = (inCase: Case): boolean => {
  for (const values of inCase.values()) if (values.size === 0) return true
  return false
}

/** Undefined if a place would have two types at once. */
export function joinCases(one: Case, other: Case): Case | undefined {
  if (one.size === 0) return other
  let joined: Map<string, Values> | undefined
  for (const [variable, values] of other) {
    const known = one.get(variable)
    const both = known?.intersection(values) ?? values
    if (both.size === 0 && !isCondition(variable)) return undefined
    if (both.size === known?.size) continue
    joined ??= new Map(one)
    joined.set(variable, both)
  }
  return joined ?? one
}

/** The one case that has both as parts and nothing else; undefined if they differ in more than one variable. */
export function uniteCases(one: Case, other: Case): Case | undefined {
  let differing: string | undefined
  for (const [variable, values] of one) {
    if (isSame(values, other.get(variable))) continue
    if (differing !== undefined) return undefined
    differing = variable
  }
  for (const variable of other.keys()) {
    if (one.has(variable) || variable === differing) continue
    if (differing !== undefined) return undefined
    differing = variable
  }
  if (differing === undefined) return one
  const [values, more] = [one.get(differing), other.get(differing)]
  // Where one of them does not name the variable, the other is a part of it.
  if (values === undefined) return one
  return more === undefined ? other : withValues(one, differing, values.union(more))
}

export const isSame = (one: Values, other: Values | undefined): boolean =>
  one === other || (one.size === other?.size && one.isSubsetOf(other))

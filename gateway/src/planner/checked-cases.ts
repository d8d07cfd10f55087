/** Cases: what holds at a point of a plan, said by the values that variables may have. */

export type Values = ReadonlySet<string>

/**
 * All of it holds; a variable that is not named may have any value. A variable is one of the operation, `$x`, or a place
 * such as `.product.reviews`, whose values are the runtime types of what is there. A variable without a value is a
 * contradiction: nothing is ever in that case.
 */
export type Case = ReadonlyMap<string, Values>

export const anyCase: Case = new Map()

const trueAlone: Values = new Set(['true'])
const falseAlone: Values = new Set(['false'])
export const bothValues: Values = new Set(['true', 'false'])

export const isCondition = (variable: string): boolean => variable.startsWith('$')

export const withCondition = (inCase: Case, variable: string, value: boolean): Case =>
  joinCases(inCase, new Map([[`$${variable}`, value ? trueAlone : falseAlone]]))

export const withValues = (inCase: Case, variable: string, values: Values): Case =>
  new Map(inCase).set(variable, values)

export const without = (inCase: Case, isLeftOut: (variable: string) => boolean): Case =>
  new Map([...inCase].filter(([variable]) => !isLeftOut(variable)))

export const isContradiction = (inCase: Case): boolean => {
  for (const values of inCase.values()) if (values.size === 0) return true
  return false
}

/** What is in both. */
export function joinCases(one: Case, other: Case): Case {
  if (one.size === 0) return other
  let joined: Map<string, Values> | undefined
  for (const [variable, values] of other) {
    const known = one.get(variable)
    const both = known?.intersection(values) ?? values
    if (both.size === known?.size) continue
    joined ??= new Map(one)
    joined.set(variable, both)
  }
  return joined ?? one
}

/** The one case that has both as parts and nothing else; undefined if they differ in more than one variable. */
export function uniteCases(one: Case, other: Case): Case | undefined {
  if (isPartOf(other, one)) return one
  if (isPartOf(one, other)) return other
  if (one.size !== other.size) return undefined
  const differing = [...one.keys()].filter((variable) => !isSame(one.get(variable), other.get(variable)))
  const [variable = '', ...more] = differing
  const [values, others] = [one.get(variable), other.get(variable)]
  if (more.length > 0 || values === undefined || others === undefined) return undefined
  return withValues(one, variable, values.union(others))
}

function isPartOf(narrow: Case, wide: Case): boolean {
  for (const [variable, values] of wide) {
    const own = narrow.get(variable)
    if (own !== values && own?.isSubsetOf(values) !== true) return false
  }
  return true
}

export const isSame = (one: Values | undefined, other: Values | undefined): boolean =>
  one === other || (one !== undefined && one.size === other?.size && one.isSubsetOf(other))

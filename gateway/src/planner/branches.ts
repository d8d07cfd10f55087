/** Branches of a text: a field is written once under each alternative of its conditions, and what is below it only where it belongs. */
import {
  addConditions,
  type Condition,
  isAlways,
  isImplied,
  isPossible,
  isSameWhen,
  type When,
} from './conditions.ts'

/** One way in which a selection is written. Several are written where a field above it has several alternatives. */
export type Branch = {
  /** All that holds there. */
  readonly held: readonly Condition[]
  /** The alternatives of the field above that it was written for. Each of them holds in one of its branches, if it holds. */
  readonly stands: readonly (readonly Condition[])[]
}

/** Where a field is written, and on what conditions beyond those that hold there. */
export type Written = {
  /** Which of the branches of the selection. */
  readonly at: number
  readonly conditions: readonly Condition[]
  /** The branch of what is below it. */
  readonly branch: Branch
}

/** What holds wherever a fetch runs is a branch; of several alternatives none is sure. */
export const firstBranch = ([held = [], ...others]: When): Branch => ({
  held: others.length === 0 ? held : [],
  stands: [],
})

/**
 * An alternative that implies a branch is written there alone: selections that are merged have what any of them has. So
 * a text grows with its conditions, where each of them would else be written below each of those above.
 */
export function writtenIn(
  branches: readonly Branch[],
  { when, within }: { readonly when: When; readonly within: When },
): readonly Written[] {
  if (isAlways(when) || isSameWhen(when, within))
    return branches.map((branch, at) => ({ at, conditions: [], branch }))
  const alternatives = new Map<Branch, (readonly Condition[])[]>(branches.map((branch) => [branch, []]))
  for (const alternative of when)
    for (const branch of branchesOf(branches, alternative)) alternatives.get(branch)?.push(alternative)
  return branches.flatMap((branch, at) => {
    const own = alternatives.get(branch) ?? []
    if (own.length === 0) return []
    if (isImplied(when, branch.held)) return [{ at, conditions: [], branch: { ...branch, stands: own } }]
    return own.flatMap((alternative): readonly Written[] => {
      const held = addConditions(branch.held, alternative)
      const conditions = held.slice(branch.held.length)
      return isPossible(held) ? [{ at, conditions, branch: { held, stands: [alternative] } }] : []
    })
  })
}

/** Where an alternative has to be written, so that it counts wherever it holds. */
function branchesOf(branches: readonly Branch[], alternative: readonly Condition[]): readonly Branch[] {
  if (branches.length === 1) return branches
  const within = branches.find(({ held }) => isImplied([held], alternative))
  if (within !== undefined) return [within]
  const above = branches.flatMap(({ stands }) => stands).find((one) => isImplied([one], alternative))
  return above === undefined ? branches : branches.filter(({ stands }) => stands.includes(above))
}

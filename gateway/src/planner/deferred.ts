/** What `@defer` leaves for later: groups of fields, each a deferred fragment below those that it stands in. */
import { type DocumentNode, Kind, type SelectionNode, visit } from 'graphql'

/** A deferred fragment by its number in the document, after those of the deferred fragments around it: `1`, `1.3`. */
export type Group = string

/** What is wanted at once. */
export const atOnce: Group = ''

/**
 * Who waits for something: all of these groups, and what is deferred within them. Nobody in particular if it is empty: then
 * the first answer waits, and so do all.
 */
export type DeferredIn = readonly Group[]

export const notDeferred: DeferredIn = []

/** The group of what stands below a selection, given the one around it. */
export type GroupBelow = (outer: Group, selection: SelectionNode) => Group

/** By a document whose `@defer`s have no conditions any more. */
export function groupsOf(document: DocumentNode): GroupBelow {
  const numbers = new Map<object, number>()
  const number = (node: SelectionNode): void => {
    if (isDeferred(node)) numbers.set(node, numbers.size + 1)
  }
  visit(document, { FragmentSpread: number, InlineFragment: number })
  if (numbers.size === 0) return (outer) => outer
  return (outer, selection) => {
    const own = numbers.get(selection)
    if (own === undefined) return outer
    return outer === atOnce ? `${own}` : `${outer}.${own}`
  }
}

export const isDeferred = ({ kind, directives = [] }: SelectionNode): boolean =>
  kind !== Kind.FIELD && directives.some(({ name }) => name.value === 'defer')

/** Whether a group is another one or stands in it. */
const isWithinGroup = (inner: Group, outer: Group): boolean =>
  outer === atOnce || inner === outer || inner.startsWith(`${outer}.`)

/** What is wanted in any of these groups. Who waits for a group waits for those around it as well. */
export function deferredIn(groups: readonly Group[]): DeferredIn {
  if (groups.includes(atOnce)) return notDeferred
  const own = [...new Set(groups)]
  return own.filter((one) => !own.some((other) => other !== one && isWithinGroup(one, other))).toSorted()
}

/** Whether whoever waits for the later waits for the earlier, too. */
export const comesFirst = (earlier: DeferredIn, later: DeferredIn): boolean =>
  earlier.length === 0 ||
  (later.length > 0 && later.every((one) => earlier.some((other) => isWithinGroup(one, other))))

export const isSameDeferred = (one: DeferredIn, other: DeferredIn): boolean =>
  one.length === other.length && one.every((group, at) => group === other[at])

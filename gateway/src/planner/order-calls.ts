/** Puts calls into an order in which each comes after those it needs, and says which those are. */
import type { Call } from './optimize/merge-siblings.ts'

/** `after` are places in the list. What is needed by way of another call is left out. */
export type OrderedCall = { readonly call: Call; readonly after: readonly number[] }

export function orderCalls(calls: readonly Call[]): readonly OrderedCall[] {
  const levels = levelsOf(calls)
  const levelOf = (call: Call): number => levels.get(call) ?? 0
  // Nothing comes after what is deferred but what is deferred as well.
  const isLater = ({ deferred }: Call): number => (deferred.length === 0 ? 0 : 1)
  const ordered = calls.toSorted(
    (one, other) => isLater(one) - isLater(other) || levelOf(one) - levelOf(other) || one.id - other.id,
  )
  const places = new Map(ordered.map((call, place) => [call, place]))
  return ordered.map((call) => ({
    call,
    after: [...call.after]
      .filter((one) => ![...call.after].some((other) => other !== one && needs(other, one)))
      .map((one) => places.get(one) ?? 0)
      .toSorted((one, other) => one - other),
  }))
}

/** The longest way to a call, counted in calls. */
function levelsOf(calls: readonly Call[]): ReadonlyMap<Call, number> {
  const levels = new Map<Call, number>()
  const visit = (call: Call): number => {
    const known = levels.get(call)
    if (known !== undefined) return known
    const level = Math.max(-1, ...[...call.after].map(visit)) + 1
    levels.set(call, level)
    return level
  }
  calls.forEach(visit)
  return levels
}

function needs(later: Call, earlier: Call, seen = new Set<Call>()): boolean {
  if (later.after.has(earlier)) return true
  seen.add(later)
  return [...later.after].some((one) => !seen.has(one) && needs(one, earlier, seen))
}

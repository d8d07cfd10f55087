/** Merges entity fetches of one subgraph that don't wait for each other into one call, as long as no sequence gets longer. */
import { type DeferredIn, isSameDeferred, notDeferred } from '../deferred.ts'
import { comesAfter, type FetchDraft } from '../drafts.ts'

/** One call: one or more drafts that are sent together. */
export type Call = {
  readonly id: number
  readonly subgraph: string
  /** Who waits for it: for all of its drafts the same. */
  readonly deferred: DeferredIn
  readonly drafts: readonly FetchDraft[]
  readonly after: ReadonlySet<Call>
}

/** Without merging: each fetch is a call. */
export const callsOf = (fetches: readonly FetchDraft[]): readonly Call[] =>
  toCalls(fetches.map((fetch) => [fetch]))

export function mergeSiblings(fetches: readonly FetchDraft[]): readonly Call[] {
  const early = levelsOf(fetches)
  const followers = followersOf(fetches)
  const late = lateLevelsOf(fetches, early, followers)
  const groups = new Map<string, FetchDraft[]>()
  const bySubgraph = new Map<string, FetchDraft[][]>()
  // Later ones first: an earlier fetch whose answer isn't needed before may join them.
  for (const fetch of fetches.toSorted((one, other) => levelOf(early, other) - levelOf(early, one))) {
    const joined = fetch.kind === 'entities' ? findGroup(fetch) : undefined
    if (joined !== undefined) {
      joined.push(fetch)
      continue
    }
    const group = [fetch]
    groups.set(`${fetch.id}`, group)
    bySubgraph.set(fetch.subgraph, [...(bySubgraph.get(fetch.subgraph) ?? []), group])
  }
  return toCalls([...groups.values()])

  function findGroup(fetch: FetchDraft): FetchDraft[] | undefined {
    const from = levelOf(early, fetch)
    const to = levelOf(late, fetch)
    return bySubgraph.get(fetch.subgraph)?.find((group) => {
      const [first] = group
      if (first?.kind !== 'entities' || !isSameDeferred(first.deferred, fetch.deferred)) return false
      // All of a group run at the level of the first, which is the latest of them.
      const level = levelOf(early, first)
      if (level < from || level > to) return false
      if (level > from && followers.has(fetch)) return false
      // What runs at one level doesn't wait for each other.
      return group.every((other) => levelOf(early, other) === from) || !group.some(isBound)

      function isBound(other: FetchDraft): boolean {
        return comesAfter(other, fetch) || comesAfter(fetch, other)
      }
    })
  }
}

const levelOf = (levels: ReadonlyMap<FetchDraft, number>, fetch: FetchDraft): number => levels.get(fetch) ?? 0

/** The longest way to a fetch, counted in fetches. */
export function levelsOf(fetches: readonly FetchDraft[]): ReadonlyMap<FetchDraft, number> {
  const levels = new Map<FetchDraft, number>()
  const visit = (fetch: FetchDraft): number => {
    const known = levels.get(fetch)
    if (known !== undefined) return known
    const level = Math.max(-1, ...[...fetch.after].map(visit)) + 1
    levels.set(fetch, level)
    return level
  }
  fetches.forEach(visit)
  return levels
}

/** The last level that a fetch may run at without making the whole longer. */
function lateLevelsOf(
  fetches: readonly FetchDraft[],
  early: ReadonlyMap<FetchDraft, number>,
  followers: ReadonlyMap<FetchDraft, readonly FetchDraft[]>,
): ReadonlyMap<FetchDraft, number> {
  const last = Math.max(0, ...early.values())
  const late = new Map<FetchDraft, number>()
  for (const fetch of fetches.toSorted((one, other) => levelOf(early, other) - levelOf(early, one))) {
    const own = followers.get(fetch) ?? []
    late.set(fetch, Math.min(last, ...own.map((other) => levelOf(late, other) - 1)))
  }
  return late
}

/** Who waits for a fetch; nobody waits for one that is missing. */
function followersOf(fetches: readonly FetchDraft[]): ReadonlyMap<FetchDraft, readonly FetchDraft[]> {
  const followers = new Map<FetchDraft, FetchDraft[]>()
  for (const fetch of fetches) {
    for (const earlier of fetch.after) {
      const known = followers.get(earlier)
      if (known === undefined) followers.set(earlier, [fetch])
      else known.push(fetch)
    }
  }
  return followers
}

function toCalls(groups: readonly (readonly FetchDraft[])[]): readonly Call[] {
  const calls = groups
    .map((drafts) => drafts.toSorted((one, other) => one.id - other.id))
    .toSorted((one, other) => (one[0]?.id ?? 0) - (other[0]?.id ?? 0))
    .map((drafts, id) => ({
      id,
      subgraph: drafts[0]?.subgraph ?? '',
      deferred: drafts[0]?.deferred ?? notDeferred,
      drafts,
      after: new Set<Call>(),
    }))
  const byDraft = new Map(calls.flatMap((call) => call.drafts.map((draft) => [draft, call] as const)))
  for (const call of calls) {
    const needed = call.drafts.flatMap((draft) => [...draft.after].map((one) => byDraft.get(one)))
    for (const other of needed) if (other !== undefined && other !== call) call.after.add(other)
  }
  return calls
}

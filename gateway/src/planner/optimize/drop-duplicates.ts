/** Finds entity fetches of one call that differ in nothing but their place: they are asked once, each entity once. */
import type { FetchDraft } from '../drafts.ts'
import { entitySetKey, type EntitySets } from '../write-operation.ts'
import type { WriteLimits } from '../write-selection.ts'

export function dropDuplicates(drafts: readonly FetchDraft[], limits: WriteLimits): EntitySets {
  const sets = new Map<string, FetchDraft[]>()
  for (const draft of drafts) {
    const key = entitySetKey(draft, limits)
    const known = sets.get(key)
    if (known === undefined) sets.set(key, [draft])
    else known.push(draft)
  }
  return [...sets.values()]
}

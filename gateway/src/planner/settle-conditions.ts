/** Settles when each fetch runs: what it needs is fetched whenever it runs, and for nothing else. */
import { always, bounded, both, either, isSameWhen, never, type When } from './conditions.ts'
import { type FetchDraft, type SelectionDraft, whenOf } from './drafts.ts'
import type { Build, Place } from './places.ts'
import type { WantedField, WantedSet } from './wanted.ts'

/** What is needed for a fetch may need fetches itself, so this goes on until nothing changes. */
export function settleConditions({ needs, fetches, entries, limits }: Build): void {
  const settled = new Map<object, When>()
  for (let round = 0; round <= fetches.length; round += 1) {
    let isChanged = false
    // A fetch may need things in many places; what changes in this round counts in the next.
    const whens = new Map<FetchDraft, When>()
    for (const need of needs) {
      const when = whens.get(need.fetch) ?? bounded(whenOf(need.fetch), limits)
      whens.set(need.fetch, when)
      const known = settled.get(need)
      if (known !== undefined && isSameWhen(known, when)) continue
      settled.set(need, when)
      isChanged = true
      markFields(need.place, need.fields, when)
    }
    if (!isChanged) break
  }
  for (const [fetch, place] of entries) fetch.around = whenWanted(place, limits)
}

function whenWanted(place: Place, limits: Build['limits']): When {
  let when = always
  for (let at: Place | undefined = place; at?.from !== undefined; at = at.from.place) {
    const { place: parent, field } = at.from
    const { responseName } = field
    const placed = parent.placed.get(responseName) ?? parent.narrows?.placed.get(responseName) ?? []
    const drafts = placed.flatMap(({ access }) => access.selection.fields.get(responseName) ?? [])
    if (drafts.length > 0) {
      const wanted = drafts.reduce<When>((any, draft) => either(any, draft.when), never)
      when = bounded(both(when, wanted), limits)
    }
  }
  return when
}

function markFields(place: Place, fields: readonly WantedField[], when: When): void {
  for (const field of fields) {
    // What one type was asked for itself is not needed of all others.
    const isOwn = place.accesses.some(({ selection }) => selection.fields.has(field.responseName))
    for (const { selection } of isOwn ? place.accesses : (place.narrows?.accesses ?? []))
      markIn(selection, field, when)
    const placed = place.placed.get(field.responseName) ?? place.narrows?.placed.get(field.responseName)
    const child = placed?.find((one) => one.child !== undefined)?.child
    if (child !== undefined && field.below !== undefined) markSet(child, field.below, when)
  }
}

function markIn({ fields }: SelectionDraft, { responseName }: WantedField, when: When): void {
  const draft = fields.get(responseName)
  if (draft !== undefined) draft.when = either(draft.when, when)
}

function markSet(place: Place, { fields, byType }: WantedSet, when: When): void {
  markFields(place, fields, when)
  for (const below of place.byType.values()) {
    const own = below.types.flatMap((typeName) => byType.get(typeName) ?? [])
    markFields(below, [...fields, ...own], when)
  }
}

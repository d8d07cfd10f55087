/** Settles when each fetch runs: what it needs is fetched whenever it runs, and for nothing else. */
import { always, both, either, isSameWhen, type When } from './conditions.ts'
import { type SelectionDraft, whenOf } from './drafts.ts'
import type { Build, Place } from './places.ts'
import type { WantedField, WantedSet } from './wanted.ts'

/** What is needed for a fetch may need fetches itself, so this goes on until nothing changes. */
export function settleConditions({ needs, fetches, entries }: Build): void {
  const settled = new Map<object, When>()
  for (let round = 0; round <= fetches.length; round += 1) {
    let isChanged = false
    for (const need of needs) {
      const when = whenOf(need.fetch)
      const known = settled.get(need)
      if (known !== undefined && isSameWhen(known, when)) continue
      settled.set(need, when)
      isChanged = true
      markFields(need.place, need.fields, when)
    }
    if (!isChanged) break
  }
  for (const [fetch, place] of entries) fetch.around = whenWanted(place)
}

function whenWanted(place: Place): When {
  let when = always
  for (let at: Place | undefined = place; at?.from !== undefined; at = at.from.place) {
    const { place: parent, field } = at.from
    const { responseName } = field
    const placed = parent.placed.get(responseName) ?? parent.narrows?.placed.get(responseName)
    const draft = placed?.access.selection.fields.get(responseName)
    if (draft !== undefined) when = both(when, draft.when)
  }
  return when
}

function markFields(place: Place, fields: readonly WantedField[], when: When): void {
  for (const field of fields) {
    for (const { selection } of [...place.accesses, ...(place.narrows?.accesses ?? [])])
      markIn(selection, field, when)
    const child = (place.placed.get(field.responseName) ?? place.narrows?.placed.get(field.responseName))
      ?.child
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

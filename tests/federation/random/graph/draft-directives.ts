/** Makes up what else a random graph says of its fields: who took one over, what clients don't see, what is only a note. */
import { type Draft, federationTwo, type FieldDraft, isKnown, type TypeDraft } from './graph-draft.ts'

export function draftOverrides(draft: Draft): void {
  if (!draft.has('overrides')) return
  const { chance, types, queries } = draft
  for (const type of types.values()) {
    if (type.kind !== 'entity') continue
    for (const field of type.fields) if (chance.often(0.2)) override(draft, field, type)
  }
  for (const field of queries) if (chance.often(0.1)) override(draft, field, undefined)
}

/** A field that another subgraph had, and may still declare. */
function override(draft: Draft, field: FieldDraft, type: TypeDraft | undefined): void {
  const { chance, has } = draft
  const [owner = ''] = field.owners
  if (field.owners.length !== 1 || field.isPending || field.provides !== undefined) return
  const among = federationTwo(draft)
  if (!among.includes(owner)) return
  const former = among.filter(
    (one) =>
      one !== owner &&
      isKnown(draft, one, field.type) &&
      (type === undefined || (type.presence.includes(one) && !type.stubs.has(one))),
  )
  if (former.length === 0) return
  const label =
    has('labelledOverrides') && chance.often(0.5) ? `percent(${chance.pick([0, 5, 50, 100])})` : undefined
  field.override = { from: chance.pick(former), label }
}

export function draftMarks(draft: Draft): void {
  const { chance, has, types } = draft
  for (const type of types.values()) {
    if (has('tags') && chance.often(0.3)) type.marks.push('@tag(name: "team")')
    for (const field of type.fields) {
      if (has('tags') && chance.often(0.2)) field.marks.push('@tag(name: "note")')
      if (has('inaccessible') && canHide(type, field) && chance.often(0.15)) field.marks.push('@inaccessible')
    }
  }
}

/** Interfaces' fields are left alone, and so is the first field of each type, or it could be without any. */
const canHide = (type: TypeDraft, { name }: FieldDraft): boolean =>
  type.kind === 'entity' && /^[sqr][1-9a-z]/.test(name)

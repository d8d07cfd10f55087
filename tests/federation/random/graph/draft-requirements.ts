/** Makes up what fields of a random graph require of other subgraphs, and what they provide for them. */
import {
  type AbstractDraft,
  type ArgumentDraft,
  type Draft,
  type FieldDraft,
  isHeldAsObject,
  isKnown,
  isLeaf,
  keyFieldsIn,
  membersIn,
  type TypeDraft,
} from './graph-draft.ts'

/** One after the other: a field may require another that was settled before it, so no two wait for each other. */
export function draftRequirements(draft: Draft): void {
  const pending = [...draft.types.values()].flatMap((type) =>
    type.fields.filter(({ isPending }) => isPending).map((field) => ({ type, field })),
  )
  for (const { type, field } of draft.chance.shuffled(pending)) {
    const [subgraph = ''] = field.owners
    field.requires = requiredOf({ draft, subgraph, depth: 0 }, type)
    field.isPending = false
  }
  for (const abstract of draft.abstracts.values())
    for (const field of abstract.asObject?.fields ?? [])
      if (field.isPending) requireOfInterface(draft, abstract, field)
  if (draft.has('provides')) addProvisions(draft)
}

/** A field set in the making: whose it is, and how deep we are. */
type Choosing = { readonly draft: Draft; readonly subgraph: string; readonly depth: number }

function requiredOf(choosing: Choosing, type: TypeDraft): string | undefined {
  const { draft, subgraph, depth } = choosing
  const { chance } = draft
  const candidates = type.fields.filter((field) => canRequire(choosing, field))
  const parts = chance
    .shuffled(candidates)
    .slice(0, 1 + chance.below(2))
    .flatMap((field) => {
      const below = isLeaf(field.type) ? '' : requiredBelow(choosing, field.type)
      if (below === undefined) return []
      field.externalIn.add(subgraph)
      return [`${field.name}${requiredArguments(draft, field.arguments)}${below}`]
    })
  if (depth > 0 && chance.often(0.4))
    parts.unshift(...keyFieldsIn(type, subgraph).filter((one) => one === 'id'))
  return parts.length > 0 ? parts.join(' ') : undefined
}

function canRequire({ draft, subgraph, depth }: Choosing, field: FieldDraft): boolean {
  const { has, types } = draft
  if (field.owners.includes(subgraph) || field.isPending || field.override?.from === subgraph) return false
  if (field.nullableIn.length > 0 || field.type === 'Query') return false
  if (field.requires !== undefined && !has('requiresChained')) return false
  if (isLeaf(field.type)) return true
  if (depth > 1 || !isKnown(draft, subgraph, field.type)) return false
  const kind = types.get(field.type)?.kind
  if (kind === 'value' || kind === 'hidden') return true
  return kind === 'entity' ? has('requiresNested') : kind === undefined && has('requiresAbstract')
}

function requiredBelow(choosing: Choosing, typeName: string): string | undefined {
  const { draft, subgraph, depth } = choosing
  const type = draft.types.get(typeName)
  if (type !== undefined) {
    const inner =
      type.kind === 'value' || type.kind === 'hidden'
        ? ownLeaves(draft, type)
        : requiredOf({ ...choosing, depth: depth + 1 }, type)
    return inner === undefined ? undefined : ` { ${inner} }`
  }
  const abstract = draft.abstracts.get(typeName)
  if (abstract === undefined) return undefined
  // Whoever holds the interface as an object knows none of its members.
  if (isHeldAsObject(abstract, subgraph)) return ' { id }'
  const parts = membersIn(abstract, subgraph).flatMap((name) => {
    const member = draft.types.get(name)
    if (member === undefined || draft.chance.often(0.2)) return []
    const inner =
      member.kind === 'value'
        ? ownLeaves(draft, member)
        : requiredOf({ ...choosing, depth: depth + 1 }, member)
    return inner === undefined ? [] : [`... on ${name} { ${inner} }`]
  })
  if (parts.length === 0) return undefined
  return ` { ${draft.chance.often(0.3) ? '__typename ' : ''}${parts.join(' ')} }`
}

/** What the subgraph has of a value itself, and others are told all the same. */
function ownLeaves({ chance }: Draft, type: TypeDraft): string | undefined {
  const leaves = type.fields.filter((one) => isLeaf(one.type) && one.arguments.length === 0)
  return leaves.length === 0
    ? undefined
    : chance
        .atLeastOne(leaves, 0.5)
        .map(({ name }) => name)
        .join(' ')
}

/** Arguments that have to be given, and others if the graph has such requirements. */
function requiredArguments({ chance, has }: Draft, given: readonly ArgumentDraft[]): string {
  const texts = given.flatMap((one) => {
    const isWanted = one.type.endsWith('!') || (has('requiresArguments') && chance.often(0.7))
    if (!isWanted || one.onlyIn !== undefined || one.marks !== undefined) return []
    return [`${one.name}: ${literal(chance.below(3) + 1, one.type)}`]
  })
  return texts.length === 0 ? '' : `(${texts.join(', ')})`
}

function literal(number: number, type: string): string {
  switch (type) {
    case '[Int!]':
      return `[${number}]`
    case 'String':
      return `"s${number}"`
    case 'Direction':
      return number === 1 ? 'UP' : 'DOWN'
    case 'Filter':
      return `{ n: ${number}, text: "f" }`
    case '[Filter!]':
      return `[{ n: ${number}, text: "f" }]`
    default:
      return String(number)
  }
}

/** All members have the interface's fields, and those of others who hold it as an object: a field for all may require them. */
function requireOfInterface(draft: Draft, abstract: AbstractDraft, field: FieldDraft): void {
  field.isPending = false
  const { asObject } = abstract
  const [subgraph = ''] = field.owners
  if (asObject === undefined) return
  const isPlain = ({ type, arguments: given }: FieldDraft): boolean => isLeaf(type) && given.length === 0
  const members = (abstract.members.get(asObject.home) ?? []).flatMap((name) => draft.types.get(name) ?? [])
  const shared = abstract.fields.filter(
    (one) =>
      isPlain(one) &&
      members.every((type) =>
        type.fields.find(({ name }) => name === one.name)?.owners.includes(asObject.home),
      ),
  )
  const others = asObject.fields.filter(
    (one) => isPlain(one) && !one.isPending && one.owners.length > 0 && !one.owners.includes(subgraph),
  )
  const [chosen] = draft.chance.shuffled([...shared, ...others])
  if (chosen === undefined) return
  field.requires = chosen.name
  if (others.includes(chosen)) chosen.externalIn.add(subgraph)
  else asObject.fields.push({ ...chosen, owners: [], externalIn: new Set([subgraph]), marks: [] })
}

function addProvisions(draft: Draft): void {
  const { chance, queries, types } = draft
  const fields = [
    ...queries,
    ...[...types.values()].flatMap((type) => (type.kind === 'entity' ? type.fields : [])),
  ]
  for (const field of fields) {
    const [subgraph = ''] = field.owners
    if (field.owners.length !== 1 || isLeaf(field.type) || chance.often(0.5)) continue
    field.provides = providedBelow({ draft, subgraph, depth: 0 }, field.type)
  }
}

function providedBelow(choosing: Choosing, typeName: string): string | undefined {
  const { draft, subgraph } = choosing
  const type = draft.types.get(typeName)
  if (type !== undefined) return type.kind === 'entity' ? providedOf(choosing, type) : undefined
  const abstract = draft.abstracts.get(typeName)
  if (abstract === undefined || isHeldAsObject(abstract, subgraph) || !draft.has('providesAbstract'))
    return undefined
  const parts = membersIn(abstract, subgraph).flatMap((name) => {
    const member = draft.types.get(name)
    if (draft.chance.often(choosing.depth * 0.5)) return []
    const inner = member?.kind === 'entity' ? providedOf(choosing, member) : undefined
    return inner === undefined ? [] : [`... on ${name} { ${inner} }`]
  })
  return parts.length > 0 ? parts.join(' ') : undefined
}

function providedOf(choosing: Choosing, type: TypeDraft): string | undefined {
  const { draft, subgraph, depth } = choosing
  const { chance, has } = draft
  const parts = chance
    .shuffled(type.fields)
    .slice(0, 3)
    .flatMap((field) => {
      if (field.arguments.length > 0 || field.requires !== undefined || field.type === 'Query') return []
      if (field.override !== undefined || field.nullableIn.length > 0 || chance.often(0.5)) return []
      const isOwn = field.owners.includes(subgraph)
      if (isLeaf(field.type)) {
        if (isOwn) return []
        provide(field, subgraph)
        return [field.name]
      }
      if (!has('providesNested') || depth > 1 || !isKnown(draft, subgraph, field.type)) return []
      const value = draft.types.get(field.type)
      const inner =
        value?.kind === 'value'
          ? ownLeaves(draft, value)
          : providedBelow({ ...choosing, depth: depth + 1 }, field.type)
      // Of a value that the subgraph has anyway nothing is to be provided.
      if (inner === undefined || (isOwn && value?.kind === 'value')) return []
      if (!isOwn) provide(field, subgraph)
      return [`${field.name} { ${inner} }`]
    })
  return parts.length > 0 ? parts.join(' ') : undefined
}

function provide(field: FieldDraft, subgraph: string): void {
  field.externalIn.add(subgraph)
  field.isProvided = true
}

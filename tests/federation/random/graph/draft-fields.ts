/** Makes up the fields of a random graph: of entities, values and interfaces, and the root fields. */
import { entitiesOf } from './draft-types.ts'
import {
  type AbstractDraft,
  type ArgumentDraft,
  type Draft,
  federationTwo,
  type FieldDraft,
  isKnown,
  leafTypes,
  membersIn,
  plainField,
  subgraphNames,
  type TypeDraft,
} from './graph-draft.ts'

export function draftFields(draft: Draft): void {
  // Wider interfaces first: the narrower have their fields too.
  const byWidth = [...draft.abstracts.values()].toSorted(
    (one, other) => one.parents.length - other.parents.length,
  )
  for (const abstract of byWidth) addInterfaceFields(draft, abstract)
  for (const type of draft.types.values()) {
    if (type.kind === 'entity') addEntityFields(draft, type)
    if (type.kind === 'value' || type.kind === 'hidden') addValueFields(draft, type)
    if (type.kind === 'split') addSplitFields(draft, type)
  }
  for (const { asObject } of draft.abstracts.values())
    if (asObject !== undefined) addObjectFields(draft, asObject)
  addRoots(draft)
  if (draft.has('mutations')) addMutations(draft)
}

/** A field of a type that all of its owners know. */
export function randomField(draft: Draft, name: string, owners: readonly string[]): FieldDraft {
  const { chance, has } = draft
  const isComposite = chance.often(0.6)
  const type = isComposite ? randomComposite(draft, owners) : randomLeaf(draft)
  const differs = owners.length > 1 && has('signaturesDiffer') && chance.often(0.5)
  const nullableIn = differs ? chance.some(owners, 0.5) : []
  return plainField({
    name,
    type,
    owners,
    ...randomWrapping(draft, { isLeaf: !isComposite, isNonNull: nullableIn.length > 0 }),
    arguments: randomArguments(draft, owners),
    nullableIn,
  })
}

function randomWrapping(draft: Draft, { isLeaf, isNonNull }: { isLeaf: boolean; isNonNull: boolean }) {
  const { chance, has } = draft
  const deep = has('nestedLists') ? [2, 3] : []
  const share = has('nulls') ? 0.3 : 0.85
  return {
    depth: isLeaf && chance.often(0.8) ? 0 : chance.pick([0, 0, 0, 1, 1, 1, ...deep]),
    isNonNull: isNonNull || chance.often(share),
    hasNonNullItems: chance.often(share),
  }
}

function randomLeaf({ chance, has }: Draft): string {
  const types = leafTypes.filter((one) => {
    if (one === 'Blob') return has('customScalars')
    return has('enums') || (one !== 'Color' && one !== 'Size')
  })
  return chance.pick([...types, 'String', 'Int'])
}

function randomComposite(draft: Draft, owners: readonly string[]): string {
  const { chance, types, abstracts, has } = draft
  const isHere = (name: string): boolean => owners.every((one) => isKnown(draft, one, name))
  const named = [...types.values()]
    .filter(({ kind }) => kind !== 'split' && kind !== 'hidden')
    .map(({ name }) => name)
  // All owners have to agree on some runtime type, or the field could only be null.
  const shared = [...abstracts.values()].filter((abstract) => {
    const [first = [], ...others] = owners.map((one) => membersIn(abstract, one))
    return first.some((name) => others.every((known) => known.includes(name)))
  })
  const choices = [...named.filter(isHere), ...shared.flatMap(({ name }) => [name, name])]
  if (has('backToQuery') && owners.length === 1 && chance.often(0.1)) return 'Query'
  return choices.length > 0 ? chance.pick(choices) : 'String'
}

function randomArguments(draft: Draft, owners: readonly string[]): readonly ArgumentDraft[] {
  const { chance, has } = draft
  if (!has('arguments') || chance.often(0.6)) return []
  const choices: ArgumentDraft[] = [
    { name: 'x', type: 'Int' },
    { name: 'x', type: 'Int', default: '3' },
    { name: 'text', type: 'String', default: '"t"' },
    { name: 'list', type: '[Int!]' },
    { name: 'must', type: 'Int!' },
  ]
  if (has('enums'))
    choices.push({ name: 'way', type: 'Direction' }, { name: 'way', type: 'Direction', default: 'UP' })
  if (has('inputs')) choices.push({ name: 'filter', type: 'Filter' }, { name: 'filters', type: '[Filter!]' })
  if (has('customScalars')) choices.push({ name: 'blob', type: 'Blob' })
  // Federation 1 has no word for it, and an argument is the same in all subgraphs.
  if (has('inaccessible') && !has('federationOne'))
    choices.push({ name: 'hidden', type: 'Int', marks: ' @inaccessible' })
  const chosen = [chance.pick(choices), chance.pick(choices)].slice(0, 1 + chance.below(2))
  const unique = chosen.filter((one, index) => chosen.findIndex(({ name }) => name === one.name) === index)
  const differs = has('signaturesDiffer') && owners.length > 1 && chance.often(0.4)
  return differs ? [...unique, { name: 'extra', type: 'Int', onlyIn: [chance.pick(owners)] }] : unique
}

function addInterfaceFields(draft: Draft, abstract: AbstractDraft): void {
  if (abstract.kind !== 'interface') return
  const { chance, has } = draft
  const names = [...new Set([...abstract.members.values()].flat())]
  const members = names.flatMap((name) => draft.types.get(name) ?? [])
  const parents = abstract.parents.flatMap((one) => draft.abstracts.get(one)?.fields ?? [])
  abstract.fields.push(...parents)
  for (let index = 0; index < 1 + chance.below(3); index += 1) {
    const name = `${abstract.name.toLowerCase()}${index}`
    const homes = federationTwo(draft).filter((one) => members.every((type) => owning(type).includes(one)))
    const home = homes.length > 0 && chance.often(0.6) ? chance.pick(homes) : undefined
    const owners = members.map((type) =>
      home === undefined || type.kind === 'value' ? ownersOf(draft, type) : [home],
    )
    const drawn = randomField(draft, name, [...new Set(owners.flat())])
    // An interface and its objects say the same everywhere.
    const given = drawn.arguments.filter(({ onlyIn }) => onlyIn === undefined)
    const field = { ...drawn, nullableIn: [], arguments: given }
    abstract.fields.push(field)
    for (const [at, type] of members.entries()) {
      const narrower = has('narrowerFields') && chance.often(0.5) ? { isNonNull: true } : {}
      const own = owners[at] ?? []
      // A member may require something for what another has anyway.
      const isPending = has('requires') && type.kind === 'entity' && own.length === 1 && chance.often(0.15)
      type.fields.push({
        ...field,
        ...narrower,
        owners: own,
        isPending,
        externalIn: new Set(),
        marks: [],
      })
    }
  }
}

const owning = ({ presence, stubs }: TypeDraft): readonly string[] =>
  presence.filter((one) => !stubs.has(one))

/** One subgraph, or several that share the field; of a value all that know it. */
function ownersOf(draft: Draft, type: TypeDraft): readonly string[] {
  if (type.kind === 'value') return type.presence
  const { chance, has } = draft
  const among = owning(type)
  const sharing = among.filter((one) => federationTwo(draft).includes(one))
  if (has('sharedFields') && sharing.length > 1 && chance.often(0.2)) return chance.atLeastOne(sharing, 0.6)
  return [chance.pick(among)]
}

function addEntityFields(draft: Draft, type: TypeDraft): void {
  const { chance, has } = draft
  for (let index = 0; index < 2 + chance.below(4); index += 1)
    type.fields.push(
      plainField({
        name: `s${index}`,
        type: randomLeaf(draft),
        owners: ownersOf(draft, type),
        ...randomWrapping(draft, { isLeaf: true, isNonNull: false }),
        arguments: randomArguments(draft, []),
      }),
    )
  for (let index = 0; index < 1 + chance.below(4); index += 1)
    type.fields.push(randomField(draft, `r${index}`, ownersOf(draft, type)))
  for (const split of splitsIn(draft, type)) type.fields.push(sharedField(draft, `w${split.name}`, split))
  for (const { name, kind, presence } of draft.types.values())
    if (kind === 'hidden')
      for (const owner of chance
        .some(owning(type), 0.3)
        .filter((one) => presence.includes(one))
        .slice(0, 1))
        type.fields.push(
          plainField({ name: 'hidden', type: name, owners: [owner], marks: ['@inaccessible'] }),
        )
  if (!has('requires')) return
  for (const subgraph of owning(type)) {
    if (chance.often(0.6)) type.fields.push(pendingField(subgraph))
    if (chance.often(0.15))
      type.fields.push({ ...randomField(draft, `p${subgraph}`, [subgraph]), isPending: true })
  }
}

/** Its owner is to require something of others, once all fields are there. */
const pendingField = (subgraph: string): FieldDraft =>
  plainField({ name: `q${subgraph}`, type: 'String', owners: [subgraph], isPending: true })

const splitsIn = ({ types, chance }: Draft, type: TypeDraft): readonly TypeDraft[] =>
  [...types.values()].filter(
    ({ kind, presence }) =>
      kind === 'split' && presence.every((one) => owning(type).includes(one)) && chance.often(0.6),
  )

const sharedField = (draft: Draft, name: string, split: TypeDraft): FieldDraft =>
  plainField({
    name,
    type: split.name,
    owners: split.presence,
    ...randomWrapping(draft, { isLeaf: false, isNonNull: false }),
  })

function addValueFields(draft: Draft, type: TypeDraft): void {
  const { chance } = draft
  for (let index = 0; index < 1 + chance.below(3); index += 1) {
    const isDeep = index > 0 && chance.often(0.25)
    type.fields.push(
      isDeep
        ? { ...randomField(draft, `v${index}`, type.presence), nullableIn: [] }
        : plainField({
            name: `v${index}`,
            type: randomLeaf(draft),
            owners: type.presence,
            ...randomWrapping(draft, { isLeaf: true, isNonNull: false }),
            arguments: chance.often(0.3) ? randomArguments(draft, []) : [],
          }),
    )
  }
}

/** Each part is with some of the subgraphs; the first is with all, so that none has an empty type. */
function addSplitFields(draft: Draft, type: TypeDraft): void {
  type.fields.push(plainField({ name: 'w0', type: 'Int', owners: type.presence }))
  for (let index = 1; index < 4; index += 1) {
    const owners = draft.chance.atLeastOne(type.presence, 0.4)
    type.fields.push(randomField(draft, `w${index}`, owners))
  }
}

function addObjectFields(draft: Draft, { subgraphs, fields }: NonNullable<AbstractDraft['asObject']>): void {
  const { chance, has } = draft
  for (const [at, subgraph] of subgraphs.entries()) {
    for (let index = 0; index < 1 + chance.below(3); index += 1)
      fields.push(randomField(draft, `o${at * 3 + index}`, [subgraph]))
    if (has('requires') && chance.often(0.6)) fields.push(pendingField(subgraph))
  }
}

function addRoots(draft: Draft): void {
  const { chance, has, queries } = draft
  for (const subgraph of subgraphNames(draft))
    for (let index = 0; index < 1 + chance.below(3); index += 1)
      queries.push(randomField(draft, `${subgraph}Root${index}`, [subgraph]))
  // At least one way into each entity, or most of what was made up would never be asked.
  for (const type of entitiesOf(draft))
    if (chance.often(0.7))
      queries.push(
        plainField({
          name: `one${type.name}`,
          type: type.name,
          owners: [chance.pick(type.presence)],
          depth: chance.below(2),
        }),
      )
  for (const { kind, name, presence } of draft.types.values())
    if (kind === 'split') queries.push(plainField({ name: `split${name}`, type: name, owners: presence }))
  const sharing = federationTwo(draft)
  if (!has('sharedRoots') || sharing.length < 2) return
  for (let index = 0; index < 1 + chance.below(2); index += 1)
    queries.push(randomField(draft, `shared${index}`, chance.atLeastOne(sharing, 0.7)))
}

function addMutations(draft: Draft): void {
  for (const subgraph of subgraphNames(draft))
    for (let index = 0; index < draft.chance.below(3); index += 1)
      draft.mutations.push(randomField(draft, `${subgraph}Change${index}`, [subgraph]))
}

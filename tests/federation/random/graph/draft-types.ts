/** Makes up the types of a random graph: who knows which, by which keys they are found, who belongs to which interface and union. */
import {
  type AbstractDraft,
  type Draft,
  federationTwo,
  type KeyDraft,
  keyFieldsIn,
  type KeyText,
  subgraphNames,
  topNames,
  type TypeDraft,
} from './graph-draft.ts'

export function draftTypes(draft: Draft): void {
  const plan = planInterfaceObject(draft)
  for (let index = 0; index < 2 + draft.chance.below(4); index += 1) addEntity(draft, `E${index}`, plan)
  if (draft.has('valueTypes')) addValues(draft)
  if (draft.has('splitValues')) addSplitValue(draft)
  if (draft.has('inaccessible')) addHiddenValue(draft)
  if (draft.has('interfaces') || plan !== undefined) addInterfaces(draft, plan)
  if (draft.has('unions')) addUnions(draft)
  for (const type of entitiesOf(draft)) chooseParent(draft, type)
  for (const type of entitiesOf(draft)) addKeys(draft, type)
}

/** Where an interface lives, and which subgraphs hold it as an object and must not know its members. */
type InterfaceObjectPlan = { readonly home: string; readonly subgraphs: readonly string[] } | undefined

function planInterfaceObject(draft: Draft): InterfaceObjectPlan {
  const names = federationTwo(draft)
  if (!draft.has('interfaceObjects') || names.length < 2) return undefined
  const [home, ...others] = draft.chance.shuffled(names)
  if (home === undefined) return undefined
  return { home, subgraphs: others.slice(0, others.length > 1 && draft.chance.often(0.3) ? 2 : 1) }
}

export const entitiesOf = ({ types }: Draft): readonly TypeDraft[] =>
  [...types.values()].filter(({ kind }) => kind === 'entity')

function addEntity(draft: Draft, name: string, plan: InterfaceObjectPlan): void {
  const { chance } = draft
  const all = subgraphNames(draft)
  // The first two are made for the interface that is held as an object somewhere.
  const isMember = plan !== undefined && ['E0', 'E1'].includes(name)
  const allowed = isMember ? all.filter((one) => !plan.subgraphs.includes(one)) : all
  const presence = new Set(isMember ? [plan.home] : [])
  for (const one of allowed) if (chance.often(0.6)) presence.add(one)
  if (presence.size === 0) presence.add(chance.pick(allowed))
  const known = all.filter((one) => presence.has(one))
  const stubs = known.slice(1).filter((one) => one !== plan?.home && chance.often(0.25))
  draft.types.set(name, {
    name,
    kind: 'entity',
    presence: known,
    stubs: new Set(stubs),
    keys: new Map(),
    hasIdEverywhere: isMember,
    parent: undefined,
    fields: [],
    marks: [],
  })
}

const valueType = (
  name: string,
  kind: 'value' | 'split' | 'hidden',
  presence: readonly string[],
): TypeDraft => ({
  name,
  kind,
  presence,
  stubs: new Set(),
  keys: new Map(),
  hasIdEverywhere: false,
  parent: undefined,
  fields: [],
  marks: [],
})

function addValues(draft: Draft): void {
  const { chance } = draft
  const all = subgraphNames(draft)
  for (let index = 0; index < 1 + chance.below(3); index += 1) {
    const presence = chance.often(0.6) ? all : chance.atLeastOne(all, 0.6)
    draft.types.set(`V${index}`, valueType(`V${index}`, 'value', presence))
  }
}

function addSplitValue(draft: Draft): void {
  const presence = draft.chance.some(federationTwo(draft), 0.7)
  if (presence.length > 1) draft.types.set('W0', valueType('W0', 'split', presence))
}

function addHiddenValue(draft: Draft): void {
  const presence = federationTwo(draft)
  if (presence.length > 0)
    draft.types.set('X0', { ...valueType('X0', 'hidden', presence), marks: ['@inaccessible'] })
}

function addInterfaces(draft: Draft, plan: InterfaceObjectPlan): void {
  const { chance } = draft
  const entities = entitiesOf(draft)
  const names = entities.map(({ name }) => name)
  const members =
    plan === undefined ? chance.atLeastOne(names, 0.6) : ['E0', 'E1'].filter((one) => names.includes(one))
  const isNested = draft.has('nestedInterfaces')
  const first = abstract(draft, 'I', { members, plan, parents: isNested ? ['J'] : [] })
  draft.abstracts.set('I', first)
  if (isNested) {
    const wider = entities
      .filter(({ name }) => members.includes(name) || chance.often(0.4))
      .map(({ name }) => name)
    draft.abstracts.set(
      'J',
      widened(abstract(draft, 'J', { members: wider, plan: undefined, parents: [] }), first),
    )
  }
  for (const { members: known } of draft.abstracts.values())
    for (const name of [...known.values()].flat()) markMember(draft, name)
  const values = [...draft.types.values()].filter(({ kind }) => kind === 'value').map(({ name }) => name)
  if (values.length > 0 && chance.often(0.5))
    draft.abstracts.set('N', abstract(draft, 'N', { members: values, plan: undefined, parents: [] }))
}

function markMember({ types }: Draft, name: string): void {
  const type = types.get(name)
  if (type !== undefined) type.hasIdEverywhere = true
}

/** Whoever is a member of the narrower interface somewhere is one of the wider there. */
function widened(wide: AbstractDraft, narrow: AbstractDraft): AbstractDraft {
  const members = new Map(
    [...wide.members].map(([subgraph, names]) => [
      subgraph,
      [...new Set([...names, ...(narrow.members.get(subgraph) ?? [])])].toSorted(),
    ]),
  )
  return { ...wide, members }
}

type AbstractPlan = {
  readonly members: readonly string[]
  readonly plan: InterfaceObjectPlan
  readonly parents: readonly string[]
}

function abstract(draft: Draft, name: string, { members, plan, parents }: AbstractPlan): AbstractDraft {
  const share = draft.has('membersDiffer') ? 0.75 : 1
  const known = new Map(
    subgraphNames(draft).map((subgraph) => [
      subgraph,
      members.filter(
        (one) =>
          draft.types.get(one)?.presence.includes(subgraph) &&
          (subgraph === plan?.home || draft.chance.often(share)),
      ),
    ]),
  )
  return {
    name,
    kind: 'interface',
    members: known,
    parents,
    fields: [],
    asObject: plan && { ...plan, fields: [] },
  }
}

function addUnions(draft: Draft): void {
  const { chance } = draft
  const names = [...draft.types.values()]
    .filter(({ kind }) => kind !== 'split' && kind !== 'hidden')
    .map(({ name }) => name)
  for (const name of chance.often(0.3) ? ['U', 'T'] : ['U']) {
    const members = chance.atLeastOne(names, 0.5)
    draft.abstracts.set(name, {
      ...abstract(draft, name, { members, plan: undefined, parents: [] }),
      kind: 'union',
    })
  }
}

/** A key may go through another entity, if all that know the one know the other. */
function chooseParent(draft: Draft, type: TypeDraft): void {
  if (!draft.has('nestedKeys')) return
  const possible = entitiesOf(draft).filter(
    ({ name, presence }) => name !== type.name && type.presence.every((one) => presence.includes(one)),
  )
  if (possible.length === 0) return
  const parent = draft.chance.pick(possible)
  parent.hasIdEverywhere = true
  type.parent = parent.name
}

function addKeys(draft: Draft, type: TypeDraft): void {
  const pool: KeyText[] = ['id']
  if (draft.has('multipleKeys')) pool.push('code', 'num')
  if (draft.has('compositeKeys')) pool.push('id region', 'code num')
  if (draft.has('nestedKeys')) pool.push('place { code }', 'place { code zip }')
  if (type.parent !== undefined) pool.push('id parent { id }')
  const asObject = [...draft.abstracts.values()].find(({ asObject: one, members }) =>
    one === undefined ? false : members.get(one.home)?.includes(type.name),
  )?.asObject
  for (const subgraph of type.presence) {
    const keys = chooseKeys(draft, pool, type.stubs.has(subgraph))
    // Of old, an id beside the key would be another's, and not to be had here.
    const isOld = draft.subgraphs.some(({ name, isFederationOne }) => name === subgraph && isFederationOne)
    const needsId = asObject?.home === subgraph || (isOld && type.hasIdEverywhere)
    type.keys.set(subgraph, needsId ? withId(keys) : keys)
  }
  if (isConnected(type)) return
  for (const [subgraph, keys] of type.keys) type.keys.set(subgraph, withId(keys))
}

const withId = (keys: readonly KeyDraft[]): readonly KeyDraft[] => [
  { text: 'id', isResolvable: true },
  ...keys.filter(({ text }) => text !== 'id'),
]

function chooseKeys({ chance, has }: Draft, pool: readonly KeyText[], isStub: boolean): readonly KeyDraft[] {
  const texts = new Set<KeyText>([chance.often(0.6) ? 'id' : chance.pick(pool)])
  if (chance.often(0.4)) texts.add(chance.pick(pool))
  const isUnresolvable = isStub && has('unresolvableKeys')
  return [...texts].map((text) => ({ text, isResolvable: !isUnresolvable || chance.often(0.4) }))
}

/** From each subgraph that knows an entity, keys lead to all that have fields of it. */
export function isConnected(type: TypeDraft): boolean {
  const owning = type.presence.filter((one) => !type.stubs.has(one))
  const names = new Set(type.presence.flatMap((one) => keyFieldsIn(type, one)))
  return type.presence.every((start) => {
    const known = new Set(keyFieldsIn(type, start))
    const reached = new Set([start])
    for (let isGrowing = true; isGrowing;) {
      isGrowing = false
      for (const subgraph of type.presence) {
        if (reached.has(subgraph) || !canEnter(type, subgraph, known)) continue
        reached.add(subgraph)
        for (const name of keyFieldsIn(type, subgraph)) known.add(name)
        isGrowing = true
      }
    }
    // What requires something enters its own subgraph again.
    const canReturn = !owning.includes(start) || canEnter(type, start, known)
    return canReturn && owning.every((one) => reached.has(one)) && [...names].every((one) => known.has(one))
  })
}

const canEnter = ({ keys }: TypeDraft, subgraph: string, known: ReadonlySet<string>): boolean =>
  (keys.get(subgraph) ?? []).some(
    ({ text, isResolvable }) => isResolvable && topNames(text).every((name) => known.has(name)),
  )

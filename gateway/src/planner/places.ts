/** The places of an answer: where each is, which fetches reach it, and what has been asked for there. */
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'
import { type Costs, createCosts } from './choose-paths.ts'
import { always, either } from './conditions.ts'
import { comesFirst, type DeferredIn, isSameDeferred, notDeferred } from './deferred.ts'
import { emptySelection, type FetchDraft, type SelectionDraft } from './drafts.ts'
import { type Standing, standingBelow } from './find-paths.ts'
import type { FieldMove, MoveGraph } from './move-graph.ts'
import type { PathStep } from './query-plan.ts'
import type { WantedField, WantedSet } from './wanted.ts'

/** A fetch that reaches a place, and the selection that it has there. */
export type Access = Standing & {
  readonly fetch: FetchDraft
  readonly selection: SelectionDraft
  /** True where the fetch enters the graph: representations are sent for this very place. */
  readonly isEntry: boolean
}

export type Place = {
  /** The field that leads here, and the place that it is a field of. */
  readonly from: { readonly place: Place; readonly field: WantedField } | undefined
  /** The place of an abstract type that this one is one runtime type of. */
  readonly narrows: Place | undefined
  readonly path: readonly PathStep[]
  readonly typeName: string
  /** The runtime types that are looked at; of a place of its own all that may be there. */
  readonly types: readonly string[]
  readonly accesses: Access[]
  /** More than once where several have to have it that don't wait for each other. */
  readonly placed: Map<string, readonly Placed[]>
  readonly byType: Map<string, Place>
  /** Subgraphs that are being entered: what leads there must not come from there. */
  readonly entering: Set<string>
}

export type Placed = { readonly access: Access; readonly child: Place | undefined }

/** The fetches that bring a selection. */
export type Sources = ReadonlySet<FetchDraft>

export function addAll(into: Set<FetchDraft>, more: Sources): Set<FetchDraft> {
  for (const one of more) into.add(one)
  return into
}

export type Build = {
  /** Fetches fields at a place: entering a subgraph, its key is wanted there like anything else. */
  readonly fetchFields: (build: Build, place: Place, fields: readonly WantedField[]) => Sources
  readonly graph: MoveGraph
  readonly costs: Costs
  readonly limits: PlanLimits
  readonly isMutation: boolean
  /** For whom fields are being fetched: a new fetch is one that they wait for. */
  deferred: DeferredIn
  /**
   * Whether fields may be asked for in any fetch that is waited for anyway. What is deferred may not, but for what it takes to get
   * there.
   */
  joinsAny: boolean
  /** What is to be fetched once all is that is waited for before. */
  readonly postponed: Postponed[]
  readonly fetches: FetchDraft[]
  /** What fetches need, and where: it is wanted whenever the fetch runs. */
  readonly needs: Need[]
  /** Where each fetch enters the graph. */
  readonly entries: Map<FetchDraft, Place>
  placeCount: number
}

/** Fields that are wanted at a place. */
export type Postponed = {
  readonly place: Place
  readonly wanted: WantedSet
  readonly deferred: DeferredIn
}

export type Need = {
  readonly fetch: FetchDraft
  readonly place: Place
  readonly fields: readonly WantedField[]
}

export const startBuild = (start: Pick<Build, 'graph' | 'isMutation' | 'limits' | 'fetchFields'>): Build => ({
  ...start,
  costs: createCosts(start.graph, start.limits),
  deferred: notDeferred,
  joinsAny: false,
  postponed: [],
  fetches: [],
  needs: [],
  entries: new Map(),
  placeCount: 0,
})

export function addPlace(
  build: Build,
  place: Pick<Place, 'from' | 'narrows' | 'path' | 'typeName' | 'types'>,
): Place {
  build.placeCount += 1
  if (build.placeCount > build.limits.placesMax)
    throw new CannotPlan(`The operation has more than ${build.limits.placesMax} places.`, 'overLimit')
  return { ...place, accesses: [], placed: new Map(), byType: new Map(), entering: new Set() }
}

export function addFetch(
  build: Build,
  fetch: Pick<FetchDraft, 'kind' | 'subgraph' | 'typeName' | 'entityType' | 'path'>,
): FetchDraft {
  if (build.fetches.length >= build.limits.fetchesMax)
    throw new CannotPlan(`The operation takes more than ${build.limits.fetchesMax} fetches.`, 'overLimit')
  const draft: FetchDraft = {
    ...fetch,
    id: build.fetches.length,
    deferred: build.deferred,
    selection: newSelection(build, fetch.subgraph, fetch.typeName),
    needs: new Map(),
    after: new Set(),
    around: always,
  }
  build.fetches.push(draft)
  return draft
}

const newSelection = ({ graph }: Build, subgraph: string, typeName: string): SelectionDraft =>
  emptySelection(typeName, graph.isInterfaceObject(subgraph, typeName))

/** Asks for a field where an access stands, and lets the access reach the place below it. */
export function addField(
  build: Build,
  place: Place,
  { access, field, move }: { readonly access: Access; readonly field: WantedField; readonly move: FieldMove },
): Placed {
  const { responseName, name } = field
  const { fields } = access.selection
  const below = field.below === undefined ? undefined : newSelection(build, access.subgraph, move.typeName)
  const draft = fields.get(responseName) ?? {
    name,
    arguments: field.arguments,
    typeText: move.typeText,
    below,
    when: field.when,
  }
  draft.when = either(draft.when, field.when)
  fields.set(responseName, draft)
  const known = place.placed.get(responseName) ?? []
  const child =
    draft.below &&
    (known.find((one) => one.child !== undefined)?.child ?? childPlace(build, place, { field, move }))
  if (child !== undefined && draft.below !== undefined) {
    const at = { typeName: place.typeName, fieldName: name }
    const standing = standingBelow(access, move, at)
    reach(build, child, { ...standing, fetch: access.fetch, selection: draft.below, isEntry: false })
  }
  const visible = known.find((one) => isThere(build, one.access))
  if (visible !== undefined) return visible
  const placed = { access, child }
  place.placed.set(responseName, [...known, placed])
  return placed
}

const childPlace = (
  build: Build,
  place: Place,
  { field, move }: { readonly field: WantedField; readonly move: FieldMove },
): Place =>
  addPlace(build, {
    from: { place, field },
    narrows: undefined,
    path: [
      ...place.path,
      { kind: 'field', name: field.responseName },
      ...(move.isList ? [{ kind: 'list' } as const] : []),
    ],
    typeName: move.typeName,
    types: build.graph.possibleTypes(move.typeName),
  })

/** Whether a fetch is waited for, directly or by way of others, by whoever waits for what is fetched now. */
const isThere = ({ deferred }: Build, { fetch }: Access): boolean => comesFirst(fetch.deferred, deferred)

/** Those that one can rely on. */
export const accessesAt = (build: Build, { accesses }: Place): readonly Access[] =>
  accesses.every((access) => isThere(build, access))
    ? accesses
    : accesses.filter((access) => isThere(build, access))

/** Whether what is fetched now may be asked for in the fetch that stands there already. */
export const isOpen = (build: Build, access: Access): boolean =>
  build.joinsAny ? isThere(build, access) : isSameDeferred(access.fetch.deferred, build.deferred)

/** Fetches something in whatever is waited for anyway. */
export function joiningAny<Found>(build: Build, fetch: () => Found): Found {
  const before = build.joinsAny
  build.joinsAny = true
  const found = fetch()
  build.joinsAny = before
  return found
}

export const placedAt = (build: Build, { placed }: Place, responseName: string): Placed | undefined =>
  placed.get(responseName)?.find(({ access }) => isThere(build, access))

/** Lets an access reach a place, and the runtime types of it that have places of their own. */
export function reach(build: Build, place: Place, access: Access): Access {
  const narrowed = narrow(build, access, place)
  const reaching = narrowed ?? access
  if (!place.accesses.some(({ selection }) => selection === reaching.selection)) place.accesses.push(reaching)
  for (const below of place.byType.values()) {
    const own = narrow(build, access, below)
    if (own !== undefined) reach(build, below, own)
  }
  return reaching
}

/** Whether an access can tell the runtime types of a place apart. */
export const knowsType = ({ selection }: Access): boolean => !selection.isInterfaceObject

/** The same access for some runtime types alone, if its subgraph can give them there. */
function narrow({ graph }: Build, access: Access, { typeName, types }: Narrowing): Access | undefined {
  const { selection, subgraph } = access
  if (selection.typeName === typeName) return access
  const given = graph.runtimeTypes(subgraph, selection.typeName)
  const own = graph.runtimeTypes(subgraph, typeName)
  const isGiven = own.length > 0 && own.every((name) => given.includes(name) && types.includes(name))
  if (!isGiven || selection.isInterfaceObject) return undefined
  const below = selection.byType.get(typeName) ?? emptySelection(typeName, false, own)
  selection.byType.set(typeName, below)
  selection.typename = true
  return { ...access, selection: below }
}

/** A runtime type, or an interface that some of the runtime types have. */
type Narrowing = { readonly typeName: string; readonly types: readonly string[] }

export function placeOfType(build: Build, place: Place, { typeName, types }: Narrowing): Place {
  const known = place.byType.get(typeName)
  if (known !== undefined) return known
  const added = addPlace(build, {
    from: place.from,
    narrows: place,
    path: [...place.path, { kind: 'types', types }],
    typeName,
    types,
  })
  place.byType.set(typeName, added)
  for (const access of place.accesses) {
    const own = narrow(build, access, added)
    if (own !== undefined) reach(build, added, own)
  }
  return added
}

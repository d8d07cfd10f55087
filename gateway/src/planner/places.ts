/** The places of an answer: where each is, which fetches reach it, and what has been asked for there. */
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'
import { type Costs, createCosts } from './choose-paths.ts'
import { emptySelection, type FetchDraft, type SelectionDraft } from './drafts.ts'
import { type Standing, standingBelow } from './find-paths.ts'
import type { FieldMove, MoveGraph } from './move-graph.ts'
import type { PathStep } from './query-plan.ts'
import type { WantedField } from './wanted.ts'

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
  readonly accesses: Access[]
  readonly placed: Map<string, Placed>
  readonly byType: Map<string, Place>
  /** Subgraphs that are being entered: what leads there must not come from there. */
  readonly entering: Set<string>
}

export type Placed = { readonly access: Access; readonly child: Place | undefined }

export type Build = {
  readonly graph: MoveGraph
  readonly costs: Costs
  readonly limits: PlanLimits
  readonly isMutation: boolean
  readonly fetches: FetchDraft[]
  placeCount: number
}

export const startBuild = (graph: MoveGraph, isMutation: boolean, limits: PlanLimits): Build => ({
  graph,
  costs: createCosts(graph),
  limits,
  isMutation,
  fetches: [],
  placeCount: 0,
})

export function addPlace(build: Build, place: Pick<Place, 'from' | 'narrows' | 'path' | 'typeName'>): Place {
  build.placeCount += 1
  if (build.placeCount > build.limits.placesMax)
    throw new CannotPlan(`The operation has more than ${build.limits.placesMax} places.`)
  return { ...place, accesses: [], placed: new Map(), byType: new Map(), entering: new Set() }
}

export function addFetch(
  build: Build,
  fetch: Pick<FetchDraft, 'subgraph' | 'typeName' | 'entityType' | 'path'>,
): FetchDraft {
  if (build.fetches.length >= build.limits.fetchesMax)
    throw new CannotPlan(`The operation takes more than ${build.limits.fetchesMax} fetches.`)
  const draft: FetchDraft = {
    ...fetch,
    id: build.fetches.length,
    selection: emptySelection(fetch.typeName),
    needs: new Map(),
    after: new Set(),
  }
  build.fetches.push(draft)
  return draft
}

/** Asks for a field where an access stands, and lets the access reach the place below it. */
export function addField(
  build: Build,
  place: Place,
  { access, field, move }: { readonly access: Access; readonly field: WantedField; readonly move: FieldMove },
): Placed {
  const { responseName, name } = field
  const { fields } = access.selection
  if (field.below !== undefined && build.graph.isInterfaceObject(access.subgraph, move.typeName))
    throw new CannotPlan(`${access.subgraph} does not know the types of ${move.typeName} that it gives.`)
  const below = field.below === undefined ? undefined : emptySelection(move.typeName)
  const draft = fields.get(responseName) ?? {
    name,
    arguments: field.arguments,
    typeText: move.typeText,
    below,
  }
  fields.set(responseName, draft)
  const known = place.placed.get(responseName)
  const child = draft.below && (known?.child ?? childPlace(build, place, { field, move }))
  if (child !== undefined && draft.below !== undefined) {
    const at = { typeName: place.typeName, fieldName: name }
    const standing = standingBelow(access, move, at)
    reach(build, child, { ...standing, fetch: access.fetch, selection: draft.below, isEntry: false })
  }
  const placed = known ?? { access, child }
  place.placed.set(responseName, placed)
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
  })

/** Lets an access reach a place, and the runtime types of it that have places of their own. */
export function reach(build: Build, place: Place, access: Access): Access {
  const narrowed = narrow(build, access, place.typeName)
  const reaching = narrowed ?? access
  if (!place.accesses.some(({ selection }) => selection === reaching.selection)) place.accesses.push(reaching)
  for (const below of place.byType.values()) {
    const own = narrow(build, access, below.typeName)
    if (own !== undefined) reach(build, below, own)
  }
  return reaching
}

/** The same access for one runtime type, if its subgraph can give that type there. */
function narrow({ graph }: Build, access: Access, typeName: string): Access | undefined {
  const { selection, subgraph } = access
  if (selection.typeName === typeName) return access
  if (graph.isAbstract(typeName) || !graph.runtimeTypes(subgraph, selection.typeName).includes(typeName))
    return undefined
  const own = selection.byType.get(typeName) ?? emptySelection(typeName)
  selection.byType.set(typeName, own)
  selection.typename = true
  return { ...access, selection: own }
}

export function placeOfType(build: Build, place: Place, typeName: string): Place {
  const known = place.byType.get(typeName)
  if (known !== undefined) return known
  const added = addPlace(build, {
    from: place.from,
    narrows: place,
    path: [...place.path, { kind: 'types', types: [typeName] }],
    typeName,
  })
  place.byType.set(typeName, added)
  for (const access of place.accesses) {
    const own = narrow(build, access, typeName)
    if (own !== undefined) reach(build, added, own)
  }
  return added
}

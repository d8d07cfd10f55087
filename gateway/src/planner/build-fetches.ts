/** Builds fetches: for each wanted field the cheapest way to it, entering subgraphs by key as needed. */
import { isAlikeForAll, isHarmless, isReachedByInterface, staysUntyped } from './alike-for-all.ts'
import { CannotPlan } from './cannot-plan.ts'
import { both, either, isAlways, isSameWhen } from './conditions.ts'
import { type FetchDraft, whenOf } from './drafts.ts'
import { freeOption, optionsFor, sameOption } from './field-options.ts'
import { localMove } from './find-paths.ts'
import type { FieldMove } from './move-graph.ts'
import {
  type Access,
  addAll,
  addField,
  addPlace,
  type Build,
  knowsType,
  type Place,
  type Placed,
  placeOfType,
  type Sources,
  startBuild,
} from './places.ts'
import { settleConditions } from './settle-conditions.ts'
import {
  fieldsFor,
  isSameField,
  printArguments,
  sharedTypes,
  type WantedField,
  type WantedSet,
} from './wanted.ts'
import { wayInto } from './ways.ts'

export function buildFetches(
  options: Pick<Build, 'graph' | 'isMutation' | 'limits'>,
  rootType: string,
  wanted: WantedSet,
): readonly FetchDraft[] {
  const build = startBuild({ ...options, fetchFields })
  const root = addPlace(build, {
    from: undefined,
    narrows: undefined,
    path: [],
    typeName: rootType,
    types: [rootType],
  })
  fetchFields(build, root, fieldsFor(wanted, rootType))
  settleConditions(build)
  // Conditions that contradict each other want nothing; neither does what would have come after.
  return build.fetches.filter((fetch) => both(fetch.around, whenOf(fetch)).length > 0)
}

function fetchSet(build: Build, place: Place, wanted: WantedSet): Sources {
  const [first] = place.accesses
  if (first === undefined) throw new CannotPlan('A place is reached by no fetch.')
  const isAbstract = build.graph.isAbstract(place.typeName)
  if (wanted.typename && !isAbstract) first.selection.typename = true
  const sources = isAbstract
    ? fetchAbstract(build, place, narrowed(build, place, wanted))
    : fetchFields(build, place, fieldsFor(wanted, place.typeName))
  return sources.size === 0 ? new Set([first.fetch]) : sources
}

/** Fields of a type narrower than the place's are wanted for its runtime types alone. */
function narrowed({ graph }: Build, place: Place, wanted: WantedSet): WantedSet {
  if (wanted.typeName === place.typeName || wanted.fields.length === 0) return wanted
  const types = sharedTypes(graph.schema, place.typeName, wanted.typeName)
  if (types.length === sharedTypes(graph.schema, place.typeName, place.typeName).length) return wanted
  const byType = new Map(types.map((typeName) => [typeName, fieldsFor(wanted, typeName)]))
  return { ...wanted, fields: [], byType }
}

/** What holds for every runtime type is asked once; the rest for each type alone. */
function fetchAbstract(build: Build, place: Place, wanted: WantedSet): Sources {
  const sources = new Set<FetchDraft>()
  let fields = fetchAlike(build, place, { fields: wanted.fields, sources })
  const byType = fetchFromInterfaceObjects(build, place, { wanted, sources })
  if (!place.accesses.some(knowsType)) {
    const isTypeNeeded = wanted.asksType || wanted.byType.size > 0
    if (!isTypeNeeded && fields.every((field) => staysUntyped(build, place, field)))
      return withUntyped(place, addAll(sources, fetchFields(build, place, fields)))
    sources.add(enterInterface(build, place, { ...wanted, fields, byType }).fetch)
    fields = fetchAlike(build, place, { fields, sources })
  }
  fields = fields.filter((field) => {
    const isByInterface = isReachedByInterface(build, place, field)
    if (isByInterface) addAll(sources, fetchField(build, place, field))
    return !isByInterface
  })
  const knowing = place.accesses.filter(knowsType)
  for (const { selection } of knowing) selection.typename = true
  for (const { fetch } of knowing.slice(0, 1)) sources.add(fetch)
  const types = new Set(
    knowing.flatMap(({ subgraph, selection }) => build.graph.runtimeTypes(subgraph, selection.typeName)),
  )
  const [left] = fields
  if (types.size === 0 && left !== undefined)
    throw new CannotPlan(`There is no way to ${place.typeName}.${left.name} from ${namesOf(place)}.`)
  const apart = new Map(
    [...types]
      .toSorted()
      .map((typeName) => [typeName, [...fields, ...(byType.get(typeName) ?? [])]] as const),
  )
  for (const [typeName, own] of fetchByInterfaces(build, place, { apart, sources }))
    if (own.length > 0)
      addAll(sources, fetchFields(build, placeOfType(build, place, { typeName, types: [typeName] }), own))
  return sources
}

type ByType = ReadonlyMap<string, readonly WantedField[]>

/** What is alike for all types that have some interface is asked by its name, once. Returns what is left for each type. */
function fetchByInterfaces(
  build: Build,
  place: Place,
  { apart, sources }: { readonly apart: ByType; readonly sources: Set<FetchDraft> },
): ByType {
  let left = apart
  for (const access of place.accesses.filter(knowsType)) {
    const given = build.graph.runtimeTypes(access.subgraph, access.selection.typeName)
    for (const name of build.graph.interfaces) {
      const types = build.graph.runtimeTypes(access.subgraph, name)
      if (types.length < 2 || name === place.typeName || !types.every((one) => given.includes(one))) continue
      const inside = { ...access, selection: { ...access.selection, typeName: name } }
      const shared = (left.get(types[0] ?? '') ?? []).filter(
        (field) =>
          types.every((one) => left.get(one)?.some((other) => isSameField(field, other))) &&
          isAlikeForAll(build, inside, field),
      )
      if (shared.length === 0) continue
      fetchAlike(build, placeOfType(build, place, { typeName: name, types }), { fields: shared, sources })
      left = new Map(
        [...left].map(([typeName, fields]) => [
          typeName,
          types.includes(typeName)
            ? fields.filter((field) => !shared.some((one) => isSameField(one, field)))
            : fields,
        ]),
      )
    }
  }
  return left
}

/** Asks what is alike for all types once. Returns what is not. */
function fetchAlike(
  build: Build,
  place: Place,
  { fields, sources }: { readonly fields: readonly WantedField[]; readonly sources: Set<FetchDraft> },
): readonly WantedField[] {
  return fields.filter((field) => {
    const access = place.accesses.find((one) => isAlikeForAll(build, one, field))
    const move = access && build.graph.field(access.subgraph, access.selection.typeName, field.name)
    if (access === undefined || move === undefined) return true
    addAll(sources, settle(build, place, { field, access, move }))
    return false
  })
}

/**
 * What is wanted of one runtime type is asked of an interface object for every type, of which it knows none. Returns what
 * is left: a name that means different things for different types can't be asked so.
 */
function fetchFromInterfaceObjects(
  build: Build,
  place: Place,
  { wanted, sources }: { readonly wanted: WantedSet; readonly sources: Set<FetchDraft> },
): WantedSet['byType'] {
  const untyped = place.accesses.filter((access) => !knowsType(access))
  if (untyped.length === 0) return wanted.byType
  const all = [...wanted.fields, ...[...wanted.byType.values()].flat()]
  const meansOneThing = (field: WantedField): boolean =>
    all.every(
      (other) =>
        other.responseName !== field.responseName ||
        (other.name === field.name && !other.below && printArguments(other) === printArguments(field)),
    )
  const isAskedOfAll = (field: WantedField): boolean =>
    meansOneThing(field) &&
    untyped.some((access) => isAlikeForAll(build, access, field) && isHarmless(build, access, field))
  return new Map(
    [...wanted.byType].map(([typeName, fields]) => {
      fetchAlike(build, place, { fields: fields.filter(isAskedOfAll), sources })
      return [typeName, fields.filter((field) => !isAskedOfAll(field))] as const
    }),
  )
}

/** Data says of such an object that it is one of the interface's, which is all that is needed, if no more became known. */
function withUntyped(place: Place, sources: Set<FetchDraft>): Sources {
  const telling = place.accesses.find(knowsType) ?? place.accesses[0]
  if (telling !== undefined) {
    telling.selection.typename = true
    sources.add(telling.fetch)
  }
  return sources
}

/** Goes to a subgraph that really has the interface, where an entity's runtime type is known. */
function enterInterface(build: Build, place: Place, wanted: WantedSet): Access {
  const { graph, costs } = build
  const { typeName } = place
  const hops = costs.hops({ typeName, standings: place.accesses })
  const options = graph.subgraphs.flatMap((subgraph) => {
    const isKnowing =
      !graph.isInterfaceObject(subgraph, typeName) && graph.runtimeTypes(subgraph, typeName).length > 0
    const hop = hops.get(subgraph)
    const way = isKnowing ? wayInto(build, place, { subgraph, hop }) : undefined
    if (way === undefined) return []
    return [{ ...way, cost: way.cost + costs.below({ subgraph, provided: undefined }, typeName, wanted) }]
  })
  const [best] = options.toSorted((one, other) => one.cost - other.cost)
  if (best === undefined)
    throw new CannotPlan(`No subgraph tells which type of ${typeName} an object of ${namesOf(place)} has.`)
  const access = best.take()
  access.selection.typename = true
  return access
}

const namesOf = (place: Place): string => place.accesses.map(({ subgraph }) => subgraph).join(', ')

function fetchFields(build: Build, place: Place, fields: readonly WantedField[]): Sources {
  const sources = new Set<FetchDraft>()
  // What is here already comes first, so that a subgraph that has to be entered anyway is known to the rest.
  const rank = (field: WantedField): number => {
    const at = { typeName: place.typeName, fieldName: field.name }
    if (place.accesses.some((access) => localMove(build.graph, access, at) !== undefined)) return 0
    return build.graph.movesTo(place.typeName, field.name).filter(({ isExternal }) => !isExternal).length
  }
  for (const field of fields.toSorted((one, other) => rank(one) - rank(other)))
    addAll(sources, fetchField(build, place, field))
  return sources
}

function fetchField(build: Build, place: Place, field: WantedField): Sources {
  const placed = place.placed.get(field.responseName) ?? placedForAll(place, field)
  if (placed !== undefined) {
    const draft = placed.access.selection.fields.get(field.responseName)
    if (draft !== undefined) draft.when = either(draft.when, field.when)
    return below(build, { field, access: placed.access, child: placed.child })
  }
  const best =
    sameOption(build, place, field) ??
    freeOption(build, place, field) ??
    optionsFor(build, place, field).toSorted((one, other) => one.cost - other.cost)[0]
  if (best === undefined)
    throw new CannotPlan(`There is no way to ${place.typeName}.${field.name} from ${namesOf(place)}.`)
  return settle(build, place, { field, access: best.take(), move: best.move })
}

// What was asked for every runtime type need not be asked for one of them again. What is wanted for one alone is not asked of
// the others: where it failed, it would take what is wanted of them.
function placedForAll(place: Place, field: WantedField): Placed | undefined {
  const placed = place.narrows?.placed.get(field.responseName)
  return placed !== undefined && isCovered(placed, field) ? placed : undefined
}

function isCovered({ access, child }: Placed, { responseName, below: wanted, when }: WantedField): boolean {
  const draft = access.selection.fields.get(responseName)
  if (draft === undefined || !(isAlways(draft.when) || isSameWhen(draft.when, when))) return false
  if (wanted === undefined || child === undefined) return true
  return (
    wanted.byType.size === 0 &&
    wanted.fields.every((field) => {
      const placed = child.placed.get(field.responseName)
      return placed !== undefined && isCovered(placed, field)
    })
  )
}

function settle(
  build: Build,
  place: Place,
  { field, access, move }: { readonly field: WantedField; readonly access: Access; readonly move: FieldMove },
): Sources {
  const { child } = addField(build, place, { access, field, move })
  return below(build, { field, access, child })
}

function below(
  build: Build,
  {
    field,
    access,
    child,
  }: { readonly field: WantedField; readonly access: Access; readonly child: Place | undefined },
): Sources {
  const sources = new Set([access.fetch])
  if (field.below !== undefined && child !== undefined) addAll(sources, fetchSet(build, child, field.below))
  return sources
}

/** Builds fetches: for each wanted field the cheapest way to it, entering subgraphs by key as needed. */
import { isAlikeForAll, isHarmless, isReachedByInterface, staysUntyped } from './alike-for-all.ts'
import { CannotPlan } from './cannot-plan.ts'
import { missingCost } from './choose-paths.ts'
import { both, either, isAlways, isSameWhen } from './conditions.ts'
import { type FetchDraft, whenOf } from './drafts.ts'
import { freeOption, optionsFor, sameOption } from './field-options.ts'
import { localMove } from './find-paths.ts'
import type { FieldMove } from './move-graph.ts'
import { isSameDeferred } from './deferred.ts'
import {
  type Access,
  accessesAt,
  addAll,
  addField,
  addPlace,
  type Build,
  isOpen,
  joiningAny,
  knowsType,
  type Place,
  type Placed,
  placedAt,
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
  fetchFields(build, root, fieldsFor(atOnce(build, root, wanted), rootType))
  for (const { place, wanted: later, deferred } of build.postponed) {
    build.deferred = deferred
    if (place === root) fetchFields(build, root, fieldsFor(later, rootType))
    else fetchNow(build, place, later)
  }
  settleConditions(build)
  // Conditions that contradict each other want nothing; neither does what would have come after.
  return build.fetches.filter((fetch) => both(fetch.around, whenOf(fetch)).length > 0)
}

const fetchSet = (build: Build, place: Place, wanted: WantedSet): Sources =>
  fetchNow(build, place, atOnce(build, place, wanted))

/** What is fetched now. What others wait for is postponed. */
function atOnce(build: Build, place: Place, wanted: WantedSet): WantedSet {
  if (build.joinsAny) return wanted
  const isNow = ({ deferred }: WantedField): boolean => isSameDeferred(deferred, build.deferred)
  const later = [...wanted.fields, ...[...wanted.byType.values()].flat()].filter((field) => !isNow(field))
  if (later.length === 0) return wanted
  const groups = new Map(later.map(({ deferred }) => [deferred.join(' '), deferred]))
  for (const deferred of groups.values()) {
    const isTheirs = (field: WantedField): boolean => isSameDeferred(field.deferred, deferred)
    build.postponed.push({ place, wanted: onlyFields(wanted, isTheirs), deferred })
  }
  return onlyFields(wanted, isNow)
}

function onlyFields(wanted: WantedSet, isWanted: (field: WantedField) => boolean): WantedSet {
  const byType = [...wanted.byType].flatMap(([typeName, fields]) => {
    const own = fields.filter(isWanted)
    return own.length === 0 ? [] : [[typeName, own] as const]
  })
  return { ...wanted, fields: wanted.fields.filter(isWanted), byType: new Map(byType) }
}

function fetchNow(build: Build, place: Place, wanted: WantedSet): Sources {
  const [first] = accessesAt(build, place)
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
  if (!accessesAt(build, place).some(knowsType)) {
    const isTypeNeeded = wanted.asksType || wanted.byType.size > 0
    if (!isTypeNeeded && fields.every((field) => staysUntyped(build, place, field)))
      return withUntyped(build, place, addAll(sources, fetchFields(build, place, fields)))
    sources.add(enterInterface(build, place, { ...wanted, fields, byType }).fetch)
    fields = fetchAlike(build, place, { fields, sources })
  }
  fields = fields.filter((field) => {
    const isByInterface = isReachedByInterface(build, place, field)
    if (isByInterface) addAll(sources, fetchField(build, place, field))
    return !isByInterface
  })
  const knowing = accessesAt(build, place).filter(knowsType)
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
  for (const access of place.accesses.filter((one) => knowsType(one) && isOpen(build, one))) {
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
    const access = place.accesses.find((one) => isOpen(build, one) && isAlikeForAll(build, one, field))
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
  const untyped = place.accesses.filter((access) => isOpen(build, access) && !knowsType(access))
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
function withUntyped(build: Build, place: Place, sources: Set<FetchDraft>): Sources {
  const accesses = accessesAt(build, place)
  const telling = accesses.find(knowsType) ?? accesses[0]
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
  const hops = costs.hops({ typeName, standings: accessesAt(build, place) })
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
    if (accessesAt(build, place).some((access) => localMove(build.graph, access, at) !== undefined)) return 0
    return build.graph.movesTo(place.typeName, field.name).filter(({ isExternal }) => !isExternal).length
  }
  for (const field of fields.toSorted((one, other) => rank(one) - rank(other)))
    addAll(sources, fetchField(build, place, field))
  return sources
}

function fetchField(build: Build, place: Place, field: WantedField): Sources {
  const placed = placedAt(build, place, field.responseName) ?? placedForAll(build, place, field)
  if (placed !== undefined) return alsoWanted(build, field, placed)
  const { move, access } =
    takeBest(build, place, { field, costMax: build.deferred.length === 0 ? Infinity : missingCost }) ??
    // What can't be had apart comes with what is waited for before.
    joiningAny(build, () => takeBest(build, place, { field, costMax: Infinity })) ??
    noWay(place, field)
  // What led there may have brought it.
  const known = build.deferred.length === 0 ? undefined : placedAt(build, place, field.responseName)
  if (known !== undefined) return alsoWanted(build, field, known)
  return settle(build, place, { field, access, move })
}

function alsoWanted(build: Build, field: WantedField, { access, child }: Placed): Sources {
  const draft = access.selection.fields.get(field.responseName)
  if (draft !== undefined) draft.when = either(draft.when, field.when)
  return below(build, { field, access, child })
}

type Taken = { readonly move: FieldMove; readonly access: Access }

function takeBest(
  build: Build,
  place: Place,
  { field, costMax }: { readonly field: WantedField; readonly costMax: number },
): Taken | undefined {
  const best =
    sameOption(build, place, field) ??
    freeOption(build, place, field) ??
    optionsFor(build, place, field).toSorted((one, other) => one.cost - other.cost)[0]
  return best === undefined || best.cost >= costMax ? undefined : { move: best.move, access: best.take() }
}

function noWay(place: Place, { name }: WantedField): never {
  throw new CannotPlan(`There is no way to ${place.typeName}.${name} from ${namesOf(place)}.`)
}

// What was asked for every runtime type need not be asked for one of them again. What is wanted for one alone is not asked of
// the others: where it failed, it would take what is wanted of them.
function placedForAll(build: Build, place: Place, field: WantedField): Placed | undefined {
  const placed = place.narrows && placedAt(build, place.narrows, field.responseName)
  return placed !== undefined && isCovered(build, placed, field) ? placed : undefined
}

function isCovered(
  build: Build,
  { access, child }: Placed,
  { responseName, below: wanted, when }: WantedField,
): boolean {
  const draft = access.selection.fields.get(responseName)
  if (draft === undefined || !(isAlways(draft.when) || isSameWhen(draft.when, when))) return false
  if (wanted === undefined || child === undefined) return true
  return (
    wanted.byType.size === 0 &&
    wanted.fields.every((field) => {
      const placed = placedAt(build, child, field.responseName)
      return placed !== undefined && isCovered(build, placed, field)
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

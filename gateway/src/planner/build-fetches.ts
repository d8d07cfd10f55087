/** Builds fetches: for each wanted field the cheapest way to it, entering subgraphs by key as needed. */
import { CannotPlan } from './cannot-plan.ts'
import { missingCost } from './choose-paths.ts'
import { comesAfter, type FetchDraft } from './drafts.ts'
import { type Hop, localMove, standingBelow } from './find-paths.ts'
import type { FieldMove } from './move-graph.ts'
import {
  type Access,
  addField,
  addFetch,
  addPlace,
  type Build,
  type Place,
  placeOfType,
  reach,
} from './places.ts'
import { fieldsFor, type WantedField, type WantedSet } from './wanted.ts'

/** The fetches that bring a selection. */
type Sources = ReadonlySet<FetchDraft>

export function buildFetches(build: Build, rootType: string, wanted: WantedSet): readonly FetchDraft[] {
  const root = addPlace(build, { from: undefined, narrows: undefined, path: [], typeName: rootType })
  fetchFields(build, root, fieldsFor(wanted, rootType))
  return build.fetches
}

function fetchSet(build: Build, place: Place, wanted: WantedSet): Sources {
  const [first] = place.accesses
  if (first === undefined) throw new CannotPlan('A place is reached by no fetch.')
  if (wanted.typename) first.selection.typename = true
  const isAbstract = build.graph.isAbstract(place.typeName)
  const sources = isAbstract
    ? fetchAbstract(build, place, wanted)
    : fetchFields(build, place, fieldsFor(wanted, place.typeName))
  return sources.size === 0 ? new Set([first.fetch]) : sources
}

/** What holds for every runtime type is asked once; the rest for each type alone. */
function fetchAbstract(build: Build, place: Place, wanted: WantedSet): Sources {
  const sources = new Set<FetchDraft>()
  for (const { selection } of place.accesses) selection.typename = true
  for (const { fetch } of place.accesses.slice(0, 1)) sources.add(fetch)
  const apart: WantedField[] = []
  for (const field of wanted.fields) {
    const access = place.accesses.find((one) => isAlikeForAll(build, one, field))
    const move = access && build.graph.field(access.subgraph, access.selection.typeName, field.name)
    if (access === undefined || move === undefined) apart.push(field)
    else addAll(sources, settle(build, place, { field, access, move }))
  }
  const types = new Set(
    place.accesses.flatMap(({ subgraph, selection }) =>
      build.graph.runtimeTypes(subgraph, selection.typeName),
    ),
  )
  for (const typeName of [...types].toSorted()) {
    const fields = [...apart, ...(wanted.byType.get(typeName) ?? [])]
    if (fields.length > 0) addAll(sources, fetchFields(build, placeOfType(build, place, typeName), fields))
  }
  return sources
}

function isAlikeForAll({ graph, costs }: Build, access: Access, field: WantedField): boolean {
  const { subgraph, selection } = access
  const own = graph.field(subgraph, selection.typeName, field.name)
  if (own === undefined || own.isExternal || own.provides !== undefined) return false
  const types = graph.runtimeTypes(subgraph, selection.typeName)
  const areLocal = types.every((typeName) => {
    const at = { typeName, fieldName: field.name }
    const move = localMove(graph, access, at)
    return move !== undefined && standingBelow(access, move, at).provided === undefined
  })
  if (!areLocal || field.below === undefined) return areLocal
  return costs.below({ subgraph, provided: undefined }, own.typeName, field.below) < missingCost
}

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
  // What was asked for every runtime type need not be asked for one of them again.
  const placed = place.placed.get(field.responseName) ?? place.narrows?.placed.get(field.responseName)
  if (placed !== undefined) return below(build, { field, access: placed.access, child: placed.child })
  const best = optionsFor(build, place, field).toSorted((one, other) => one.cost - other.cost)[0]
  if (best === undefined)
    throw new CannotPlan(
      `There is no way to ${place.typeName}.${field.name} from ${place.accesses.map(({ subgraph }) => subgraph).join(', ')}.`,
    )
  return settle(build, place, { field, access: best.take(), move: best.move })
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

type Option = { readonly move: FieldMove; readonly cost: number; readonly take: () => Access }

function optionsFor(build: Build, place: Place, field: WantedField): readonly Option[] {
  const { graph, costs } = build
  const at = { typeName: place.typeName, fieldName: field.name }
  const hops = costs.hops({ typeName: place.typeName, standings: place.accesses })
  return graph.movesTo(place.typeName, field.name).flatMap((move): readonly Option[] => {
    const here = place.accesses.find(
      (access) => access.subgraph === move.subgraph && localMove(graph, access, at) !== undefined,
    )
    const way = here === undefined ? wayTo(build, place, { move, hop: hops.get(move.subgraph) }) : undefined
    const take = here === undefined ? way?.take : () => here
    if (take === undefined) return []
    const standing = here ?? { subgraph: move.subgraph, provided: undefined }
    const more =
      field.below === undefined
        ? 0
        : costs.below(standingBelow(standing, move, at), move.typeName, field.below)
    return [{ move, cost: (way?.cost ?? 0) + more, take }]
  })
}

type Way = { readonly cost: number; readonly take: () => Access }

/** How to come to stand in a field's subgraph at a place where one doesn't stand yet, or not with what the field requires. */
function wayTo(
  build: Build,
  place: Place,
  { move, hop }: { readonly move: FieldMove; readonly hop: Hop | undefined },
): Way | undefined {
  const { subgraph } = move
  if (move.isExternal || place.entering.has(subgraph)) return undefined
  if (move.requires !== undefined) {
    const required = fieldsFor(move.requires, place.typeName)
    return hop && { cost: hop.hops + 1, take: () => enter(build, place, { hop, required, move }) }
  }
  if (hop !== undefined)
    return { cost: hop.hops, take: () => enter(build, place, { hop, required: [], move }) }
  return wayByParent(build, place, subgraph)
}

/** Where no key leads, a subgraph is reached by asking it for the field above as well, which it shares. */
function wayByParent(build: Build, place: Place, subgraph: string): Way | undefined {
  if (place.narrows !== undefined) {
    const whole = place.narrows
    const way = wayByParent(build, whole, subgraph)
    return way && { cost: way.cost, take: () => (way.take(), accessOf(place, subgraph)) }
  }
  if (place.from === undefined) {
    if (build.isMutation && place.accesses.length > 0) return undefined
    return { cost: 1, take: () => enterRoot(build, place, subgraph) }
  }
  const { place: parent, field } = place.from
  const at = { typeName: parent.typeName, fieldName: field.name }
  const move = build.graph.field(subgraph, parent.typeName, field.name)
  if (move === undefined || move.requires !== undefined) return undefined
  const here = parent.accesses.find(
    (access) => access.subgraph === subgraph && localMove(build.graph, access, at) !== undefined,
  )
  const way = here === undefined ? wayToParent(build, parent, move) : { cost: 0, take: () => here }
  if (way === undefined) return undefined
  return {
    cost: way.cost,
    take() {
      addField(build, parent, { access: way.take(), field, move })
      return accessOf(place, subgraph)
    },
  }
}

function wayToParent(build: Build, parent: Place, move: FieldMove): Way | undefined {
  const hop = build.costs.hops({ typeName: parent.typeName, standings: parent.accesses }).get(move.subgraph)
  return wayTo(build, parent, { move, hop })
}

function accessOf(place: Place, subgraph: string): Access {
  const access = place.accesses.findLast((one) => one.subgraph === subgraph)
  if (access === undefined)
    throw new CannotPlan(`${subgraph} does not give ${place.typeName} where it is asked for.`)
  return access
}

function enterRoot(build: Build, place: Place, subgraph: string): Access {
  const known = place.accesses.find((access) => access.subgraph === subgraph)
  if (known !== undefined) return known
  const fetch = addFetch(build, {
    subgraph,
    typeName: place.typeName,
    entityType: place.typeName,
    path: undefined,
  })
  const access: Access = { subgraph, provided: undefined, fetch, selection: fetch.selection, isEntry: true }
  return reach(build, place, access)
}

/** Enters a subgraph by key, with required values beside it. An entry that exists is used if that closes no circle. */
function enter(
  build: Build,
  place: Place,
  {
    hop,
    required,
    move: { entersAs },
  }: { readonly hop: Hop; readonly required: readonly WantedField[]; readonly move: FieldMove },
): Access {
  const { subgraph, key } = hop
  const keyFields = fieldsFor(key.fields, place.typeName)
  const needs = [...required, ...keyFields]
  const sources = new Set(
    guarded(place, `${subgraph}:${required.map((one) => one.responseName).join(' ')}`, () =>
      fetchFields(build, place, required),
    ),
  )
  addAll(
    sources,
    guarded(place, subgraph, () => fetchFields(build, place, keyFields)),
  )
  const entry = place.accesses.find(
    (access) =>
      access.subgraph === subgraph &&
      access.isEntry &&
      ![...sources].some((source) => comesAfter(source, access.fetch)),
  )
  const { typeName, path } = place
  const known = { typeName: entersAs ?? typeName, entityType: typeName }
  const fetch = entry?.fetch ?? addFetch(build, { subgraph, ...known, path })
  for (const field of needs)
    fetch.needs.set(field.responseName, mergeWanted(fetch.needs.get(field.responseName), field))
  for (const source of identify(place, sources)) fetch.after.add(source)
  if (entry !== undefined) return entry
  const access: Access = { subgraph, provided: undefined, fetch, selection: fetch.selection, isEntry: true }
  return reach(build, place, access)
}

/** Ends what would need itself to be had. */
function guarded(place: Place, name: string, fetch: () => Sources): Sources {
  if (place.entering.has(name)) throw new CannotPlan(`What ${name} needs at ${place.typeName} needs ${name}.`)
  place.entering.add(name)
  const sources = fetch()
  place.entering.delete(name)
  return sources
}

/** Representations carry the runtime type, so a fetch that brings what is needed brings it too. */
function identify(place: Place, sources: Sources): Sources {
  const bringing = place.accesses.filter(({ fetch }) => sources.has(fetch))
  const asked = bringing.length > 0 ? bringing : place.accesses.slice(0, 1)
  if (place.narrows === undefined) for (const { selection } of asked) selection.typename = true
  return new Set([...sources, ...asked.map(({ fetch }) => fetch)])
}

function mergeWanted(known: WantedField | undefined, field: WantedField): WantedField {
  if (known?.below === undefined || field.below === undefined || known.below === field.below) return field
  return { ...field, below: mergeSets(known.below, field.below) }
}

function mergeSets(one: WantedSet, other: WantedSet): WantedSet {
  const byType = new Map(one.byType)
  for (const [name, fields] of other.byType) byType.set(name, mergeFields(byType.get(name) ?? [], fields))
  return { typename: one.typename || other.typename, fields: mergeFields(one.fields, other.fields), byType }
}

function mergeFields(one: readonly WantedField[], other: readonly WantedField[]): readonly WantedField[] {
  const merged = new Map(one.map((field) => [field.responseName, field]))
  for (const field of other)
    merged.set(field.responseName, mergeWanted(merged.get(field.responseName), field))
  return [...merged.values()]
}

function addAll(into: Set<FetchDraft>, more: Sources): void {
  for (const one of more) into.add(one)
}

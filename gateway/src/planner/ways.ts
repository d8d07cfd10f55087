/** Ways to come to stand in a subgraph at a place: by key, by the field above, or at the root. */
import { CannotPlan } from './cannot-plan.ts'
import { comesFirst } from './deferred.ts'
import { comesAfter, type FetchDraft } from './drafts.ts'
import { type Hop, isLocalForAll } from './find-paths.ts'
import type { FieldMove } from './move-graph.ts'
import {
  type Access,
  accessesAt,
  addAll,
  addField,
  addFetch,
  type Build,
  isOpen,
  joiningAny,
  knowsType,
  type Place,
  reach,
  type Sources,
} from './places.ts'
import { fieldsFor, meanOneThing, mergeWanted, type WantedField } from './wanted.ts'

/** What it takes to stand somewhere, and how to come to stand there. */
export type Way = { readonly cost: number; readonly take: () => Access }

/** How to come to stand in a field's subgraph at a place where one doesn't stand yet, or not with what the field requires. */
export function wayTo(
  build: Build,
  place: Place,
  { move, hop }: { readonly move: FieldMove; readonly hop: Hop | undefined },
): Way | undefined {
  const { subgraph, entersAs } = move
  if (move.isExternal || place.entering.has(subgraph)) return undefined
  if (move.requires === undefined) return wayInto(build, place, { subgraph, hop, entersAs })
  const required = fieldsFor(move.requires, place.typeName)
  const known = hop ?? ownHop(build, place, subgraph)
  return (
    known && { cost: known.hops + 1, take: () => enter(build, place, { hop: known, required, entersAs }) }
  )
}

/** By a key that only names the entity its own subgraph still takes back what it asked for. */
function ownHop(build: Build, place: Place, subgraph: string): Hop | undefined {
  if (!accessesAt(build, place).some((access) => access.subgraph === subgraph)) return undefined
  const [key] = build.graph.ownKeys(subgraph, place.typeName)
  return key && { subgraph, key, hops: 1 }
}

type Entrance = {
  readonly subgraph: string
  readonly hop: Hop | undefined
  readonly entersAs?: string | undefined
}

export function wayInto(build: Build, place: Place, { subgraph, hop, entersAs }: Entrance): Way | undefined {
  if (place.typeName === build.graph.queryType && (place.from !== undefined || !build.isMutation))
    return { cost: 1, take: () => enterRoot(build, place, subgraph) }
  if (hop !== undefined)
    return { cost: hop.hops, take: () => enter(build, place, { hop, required: [], entersAs }) }
  return wayByParent(build, place, subgraph)
}

/** Where no key leads, a subgraph is reached by asking it for the field above as well, which it shares. */
function wayByParent(build: Build, place: Place, subgraph: string): Way | undefined {
  // What one asked the field above for is not asked for again, only to have a part of it later.
  if (
    !build.joinsAny &&
    accessesAt(build, place).some((one) => one.subgraph === subgraph && !isOpen(build, one))
  )
    return undefined
  if (place.narrows !== undefined) {
    const whole = place.narrows
    if (!givesTypes(build, place, subgraph)) return undefined
    const way = wayByParent(build, whole, subgraph)
    return way && { cost: way.cost, take: () => (way.take(), accessOf(build, place, subgraph)) }
  }
  if (place.from === undefined) {
    if (accessesAt(build, place).length > 0) return undefined
    return { cost: 1, take: () => enterRoot(build, place, subgraph) }
  }
  const { place: parent, field } = place.from
  const at = { typeName: parent.typeName, fieldName: field.name }
  const move = build.graph.field(subgraph, parent.typeName, field.name)
  if (move === undefined || move.requires !== undefined) return undefined
  const here = parent.accesses.find(
    (access) =>
      access.subgraph === subgraph && isOpen(build, access) && isLocalForAll(build.graph, access, at),
  )
  if (here === undefined && !isLocalForAll(build.graph, { subgraph, provided: undefined }, at))
    return undefined
  const way = here === undefined ? wayToParent(build, parent, move) : { cost: 0, take: () => here }
  if (way === undefined) return undefined
  return {
    cost: way.cost,
    take() {
      addField(build, parent, { access: way.take(), field, move })
      return accessOf(build, place, subgraph)
    },
  }
}

/** Whether the field above gives objects of the place's runtime types there. */
function givesTypes({ graph }: Build, place: Place, subgraph: string): boolean {
  if (place.from === undefined) return true
  const { place: parent, field } = place.from
  const move = graph.field(subgraph, parent.typeName, field.name)
  if (move === undefined || graph.isInterfaceObject(subgraph, move.typeName)) return false
  const given = graph.runtimeTypes(subgraph, move.typeName)
  const own = graph.runtimeTypes(subgraph, place.typeName)
  return own.length > 0 && own.every((name) => given.includes(name) && place.types.includes(name))
}

function wayToParent(build: Build, parent: Place, move: FieldMove): Way | undefined {
  const hop = build.costs
    .hops({ typeName: parent.typeName, standings: accessesAt(build, parent) })
    .get(move.subgraph)
  return wayTo(build, parent, { move, hop })
}

function accessOf(build: Build, place: Place, subgraph: string): Access {
  const access = place.accesses.findLast((one) => one.subgraph === subgraph && isOpen(build, one))
  if (access === undefined)
    throw new CannotPlan(`${subgraph} does not give ${place.typeName} where it is asked for.`)
  return access
}

/** Asks root fields of one more subgraph, wherever there is an object of the query type. */
function enterRoot(build: Build, place: Place, subgraph: string): Access {
  const known = place.accesses.find(
    (access) => access.subgraph === subgraph && access.isEntry && isOpen(build, access),
  )
  if (known !== undefined) return known
  const { typeName, path } = place
  const fetch = addFetch(build, { kind: 'root', subgraph, typeName, entityType: typeName, path })
  if (place.from !== undefined)
    for (const access of accessesAt(build, place).slice(0, 1)) fetch.after.add(access.fetch)
  const access: Access = { subgraph, provided: undefined, fetch, selection: fetch.selection, isEntry: true }
  build.entries.set(fetch, place)
  return reach(build, place, access)
}

type Entering = {
  readonly hop: Hop
  readonly required: readonly WantedField[]
  readonly entersAs: string | undefined
}

/** Enters a subgraph by key, with required values beside it. An entry that exists is used if that closes no circle. */
function enter(build: Build, place: Place, { hop, required, entersAs }: Entering): Access {
  const { subgraph, key } = hop
  const keyFields = fieldsFor(key.fields, place.typeName)
  const needs = [...required, ...keyFields]
  const sources = new Set(
    guarded(place, `${subgraph}:${required.map((one) => one.responseName).join(' ')}`, () =>
      joiningAny(build, () => build.fetchFields(build, place, required)),
    ),
  )
  addAll(
    sources,
    guarded(place, subgraph, () => joiningAny(build, () => build.fetchFields(build, place, keyFields))),
  )
  const entry = place.accesses.find(
    (access) =>
      access.subgraph === subgraph &&
      access.isEntry &&
      isOpen(build, access) &&
      canCarry(access.fetch, needs) &&
      ![...sources].some(
        (source) => comesAfter(source, access.fetch) || !comesFirst(source.deferred, access.fetch.deferred),
      ),
  )
  const fetch = entry?.fetch ?? addEntry(build, place, { subgraph, entersAs })
  for (const field of needs)
    fetch.needs.set(field.responseName, mergeWanted(fetch.needs.get(field.responseName), field))
  build.needs.push({ fetch, place, fields: needs })
  for (const source of addAll(sources, typeSource(build, place))) fetch.after.add(source)
  if (entry !== undefined) return entry
  const access: Access = { subgraph, provided: undefined, fetch, selection: fetch.selection, isEntry: true }
  build.entries.set(fetch, place)
  return reach(build, place, access)
}

/** A representation has room for one value under each name: what two arguments gave is sent in two of them. */
const canCarry = (fetch: FetchDraft, needs: readonly WantedField[]): boolean =>
  meanOneThing([...fetch.needs.values(), ...needs])

/** Who tells the runtime type of an abstract place: nobody may look for one type's objects before. */
function typeSource(build: Build, place: Place): Sources {
  const whole = place.narrows && accessesAt(build, place.narrows).find(knowsType)
  const telling = whole ?? accessesAt(build, place)[0]
  return new Set(telling === undefined ? [] : [telling.fetch])
}

function addEntry(
  build: Build,
  { typeName, path }: Place,
  { subgraph, entersAs }: { readonly subgraph: string; readonly entersAs: string | undefined },
): FetchDraft {
  const entityType = build.graph.isAbstract(typeName) ? undefined : typeName
  return addFetch(build, { kind: 'entities', subgraph, typeName: entersAs ?? typeName, entityType, path })
}

/** Ends what would need itself to be had. */
function guarded(place: Place, name: string, fetch: () => Sources): Sources {
  if (place.entering.has(name)) throw new CannotPlan(`What ${name} needs at ${place.typeName} needs ${name}.`)
  place.entering.add(name)
  const sources = fetch()
  place.entering.delete(name)
  return sources
}

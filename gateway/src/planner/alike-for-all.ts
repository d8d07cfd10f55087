/** Whether a field is had alike for all runtime types of a place, and so can be asked once. */
import { missingCost } from './choose-paths.ts'
import { emptySelection } from './drafts.ts'
import { optionsFor } from './field-options.ts'
import { localMove, type Standing, standingBelow } from './find-paths.ts'
import { type Access, accessesAt, type Build, type Place } from './places.ts'
import type { WantedField } from './wanted.ts'

export function isAlikeForAll(
  { graph, costs }: Build,
  access: Standing & Pick<Access, 'selection'>,
  field: WantedField,
): boolean {
  const { subgraph, selection } = access
  const own = graph.field(subgraph, selection.typeName, field.name)
  if (own === undefined || own.isExternal || own.provides !== undefined) return false
  const types = selection.isInterfaceObject
    ? [selection.typeName]
    : graph.runtimeTypes(subgraph, selection.typeName)
  const areLocal = types.every((typeName) => {
    const at = { typeName, fieldName: field.name }
    const move = localMove(graph, access, at)
    return move !== undefined && standingBelow(access, move, at).provided === undefined
  })
  if (!areLocal || field.below === undefined) return areLocal
  return costs.below({ subgraph, provided: undefined }, own.typeName, field.below) < missingCost
}

/** A field, and how many requirements of requirements led to it. */
type Reaching = { readonly field: WantedField; readonly jumps: number }

/** Whether a field is here, or can be had from somewhere, for all types alike; and so what it requires. */
function isForAll(build: Build, place: Place, { field, jumps }: Reaching): boolean {
  const { graph } = build
  if (accessesAt(build, place).some((access) => isAlikeForAll(build, access, field))) return true
  return optionsFor(build, place, field).some(({ move: { subgraph, requires }, cost }) => {
    if (cost >= missingCost) return false
    const isInterfaceObject = graph.isInterfaceObject(subgraph, place.typeName)
    if (!isInterfaceObject) {
      const selection = emptySelection(place.typeName, false)
      return isAlikeForAll(build, { subgraph, provided: undefined, selection }, field)
    }
    if (requires === undefined) return true
    return (
      requires.byType.size === 0 &&
      jumps < jumpsMax &&
      requires.fields.every((need) => isForAll(build, place, { field: need, jumps: jumps + 1 }))
    )
  })
}

/** Whether a field can be had from another subgraph to which the interface is an object as well. */
export function staysUntyped(build: Build, place: Place, field: WantedField): boolean {
  const [best] = optionsFor(build, place, field).toSorted((one, other) => one.cost - other.cost)
  if (best === undefined || best.cost >= missingCost) return false
  const required = best.move.requires?.fields ?? []
  if (best.move.requires !== undefined && best.move.requires.byType.size > 0) return false
  const isSupplied = required.every((need) => isForAll(build, place, { field: need, jumps: 0 }))
  return isSupplied && build.graph.isInterfaceObject(best.move.subgraph, place.typeName)
}

/** Whether a field is had for all types in one jump, to where the interface is an object. */
export function isReachedByInterface(build: Build, place: Place, field: WantedField): boolean {
  return isReached(build, place, { field, jumps: 0 })
}

function isReached(build: Build, place: Place, { field, jumps }: Reaching): boolean {
  const { graph, costs } = build
  if (jumps > jumpsMax || !staysUntyped(build, place, field)) return false
  const hops = costs.hops({ typeName: place.typeName, standings: accessesAt(build, place) })
  return graph.movesTo(place.typeName, field.name).every((move) => {
    if (move.isExternal || !graph.isInterfaceObject(move.subgraph, place.typeName)) return true
    const needs = [hops.get(move.subgraph)?.key.fields, move.requires].flatMap((set) => set?.fields ?? [])
    return needs.every(
      (need) =>
        accessesAt(build, place).some((access) => isAlikeForAll(build, access, need)) ||
        isReached(build, place, { field: need, jumps: jumps + 1 }),
    )
  })
}

/** Requirements that require each other in turn end somewhere. */
const jumpsMax = 5

/** Where a field may be null, its failure takes nothing else. */
export const isHarmless = (
  { graph }: Build,
  { subgraph, selection }: Access,
  { name }: WantedField,
): boolean => graph.field(subgraph, selection.typeName, name)?.typeText.endsWith('!') === false

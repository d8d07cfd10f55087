/** From where a field can be had at a place, and what each way costs. */
import { localMove, standingBelow } from './find-paths.ts'
import type { FieldMove } from './move-graph.ts'
import { type Access, accessesAt, type Build, isOpen, type Place, placedAt } from './places.ts'
import type { WantedField } from './wanted.ts'
import { wayTo } from './ways.ts'

export type Option = { readonly move: FieldMove; readonly cost: number; readonly take: () => Access }

/** One object's field comes from one subgraph: that which was asked for it for every runtime type. */
export function sameOption(build: Build, place: Place, field: WantedField): Option | undefined {
  const fetch = place.narrows && placedAt(build, place.narrows, field.responseName)?.access.fetch
  const access = fetch && place.accesses.find((one) => one.fetch === fetch)
  if (access === undefined) return undefined
  const move = localMove(build.graph, access, { typeName: place.typeName, fieldName: field.name })
  return move && { move, cost: 0, take: () => access }
}

/** What is here with all that is wanted below it costs nothing, so nothing else need be weighed. */
export function freeOption(build: Build, place: Place, field: WantedField): Option | undefined {
  const { graph, costs } = build
  const at = { typeName: place.typeName, fieldName: field.name }
  for (const access of place.accesses) {
    if (!isOpen(build, access)) continue
    const move = localMove(graph, access, at)
    if (move === undefined) continue
    const more =
      field.below === undefined ? 0 : costs.below(standingBelow(access, move, at), move.typeName, field.below)
    if (more === 0) return { move, cost: 0, take: () => access }
  }
  return undefined
}

export function optionsFor(build: Build, place: Place, field: WantedField): readonly Option[] {
  const { graph, costs } = build
  const at = { typeName: place.typeName, fieldName: field.name }
  const hops = costs.hops({ typeName: place.typeName, standings: accessesAt(build, place) })
  return graph.movesTo(place.typeName, field.name).flatMap((move): readonly Option[] => {
    const here = place.accesses.find(
      (access) =>
        access.subgraph === move.subgraph &&
        isOpen(build, access) &&
        localMove(graph, access, at) !== undefined,
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

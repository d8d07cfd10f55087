/** What a fetch brings, field by field, as far as its subgraph can. */
import { type FieldNode, Kind, print, type SelectionNode } from 'graphql'
import type { Values } from './checked-cases.ts'
import { addFact } from './checked-facts.ts'
import { caseOf, type Check, type CheckedPlace, groupTypes, narrow, typenameCall } from './checked-places.ts'
import { type CheckedSupergraph, callText, type Resolution } from './check-supergraph.ts'
import type { Rename } from './query-plan.ts'

export type Writer = {
  readonly check: Check
  readonly subgraph: string
  /** The number of the fetch. */
  readonly source: number
}

/** What is selected at a place, and how one came to stand there. */
export type Standing = {
  readonly selections: readonly SelectionNode[]
  readonly provided: readonly SelectionNode[]
  /** Each with what is left of its path. */
  readonly renames: readonly Rename[]
  /** The subgraph knows its objects here by this interface alone. */
  readonly untyped: string | undefined
  /** The very answer says the runtime type. */
  readonly saysType?: boolean
  /** At the entities themselves: whether what a field requires is in their representations. */
  readonly hasRequired?: (place: CheckedPlace, needs: readonly SelectionNode[]) => boolean
}

export function writeFields(writer: Writer, place: CheckedPlace, outer: Standing): void {
  const { check, subgraph } = writer
  const saysType = outer.saysType === true || outer.selections.some((one) => isTypename(one, outer))
  const standing = { ...outer, saysType }
  for (const selection of standing.selections) {
    check.budget.left -= 1
    if (check.budget.left <= 0) return
    const inCase = caseOf(selection, place.inCase)
    if (inCase === undefined) continue
    const here = { ...place, inCase }
    if (selection.kind === Kind.FRAGMENT_SPREAD) check.problems.push('A fetch names a fragment.')
    else if (selection.kind === Kind.FIELD) writeField(writer, here, { ...standing, field: selection })
    else {
      const condition = selection.typeCondition?.name.value
      if (condition !== undefined && !check.supergraph.knows(subgraph, condition))
        check.problems.push(`${subgraph} does not have the type ${condition}.`)
      const narrowed = passing(writer, here, condition)
      if (narrowed.types.size > 0)
        writeFields(writer, narrowed, { ...standing, selections: selection.selectionSet.selections })
    }
  }
}

/** A fragment is read by its subgraph, which may not know all types that have an interface elsewhere. */
function passing(
  { check, subgraph }: Writer,
  place: CheckedPlace,
  condition: string | undefined,
): CheckedPlace {
  if (condition === undefined) return place
  return narrow(place, place.types.intersection(check.supergraph.runtimeTypes(subgraph, condition)))
}

const isTypename = (selection: SelectionNode, { untyped }: Standing): boolean =>
  untyped === undefined &&
  selection.kind === Kind.FIELD &&
  selection.name.value === '__typename' &&
  selection.alias === undefined &&
  (selection.directives ?? []).length === 0

type FieldStanding = Standing & { readonly field: FieldNode }

function writeField(writer: Writer, place: CheckedPlace, standing: FieldStanding): void {
  const { supergraph } = writer.check
  const { field, provided, renames, untyped } = standing
  const name = field.name.value
  if (name === '__typename') return writeTypename(writer, place, standing)
  const resolutions = groupTypes(place.types, (typeName) =>
    supergraph.resolution(writer.subgraph, untyped ?? typeName, name),
  )
  const isPlain = provided.length === 0 && renames.length === 0
  for (const [resolution, types] of resolutions) {
    if (isPlain) writeAlike(writer, narrow(place, types), { ...standing, resolution, given: [] })
    else writeGroups(writer, narrow(place, types), { ...standing, resolution })
  }
}

type Resolved = FieldStanding & { readonly resolution: Resolution | undefined }

/** What is provided and what is renamed may differ by type as well. */
function writeGroups(writer: Writer, place: CheckedPlace, resolved: Resolved): void {
  const { field, provided, renames } = resolved
  const given = (typeName: string): readonly FieldNode[] =>
    fieldsFor(writer.check.supergraph, typeName, provided).filter(
      (one) => one.name.value === field.name.value,
    )
  const renamed = (typeName: string): readonly Rename[] =>
    renames.filter((rename) => pathBelow(rename, typeName, nameOf(field)) !== undefined)
  const groups = groupTypes(place.types, (typeName) =>
    [
      ...given(typeName).map((one) => print(one)),
      ...renamed(typeName).map((one) => renames.indexOf(one)),
    ].join(' '),
  )
  for (const types of groups.values()) {
    const [first = ''] = types
    const here = narrow(place, types)
    // A rename that goes by types reads them in the very answer.
    if (resolved.saysType !== true && renamed(first).some(({ path }) => path[0]?.kind === 'types'))
      writer.check.problems.push(`${place.key} has members that are renamed by type, without its __typename.`)
    const left = renamed(first).map((rename) => ({
      ...rename,
      path: pathBelow(rename, first, nameOf(field)) ?? [],
    }))
    writeAlike(writer, here, { ...resolved, given: given(first), renames: left })
  }
}

const nameOf = (field: FieldNode): string => field.alias?.value ?? field.name.value

/** What is left of a rename's path below a field; undefined if the field is not on it. */
function pathBelow({ path }: Rename, typeName: string, alias: string): Rename['path'] | undefined {
  const at = path.findIndex((step) => step.kind === 'field' || !step.types.includes(typeName))
  const step = path[at]
  return step?.kind === 'field' && step.name === alias ? path.slice(at + 1) : undefined
}

/** The fields of a field set that hold for one runtime type. */
export const fieldsFor = (
  supergraph: CheckedSupergraph,
  typeName: string,
  selections: readonly SelectionNode[],
): readonly FieldNode[] =>
  selections.flatMap((one): readonly FieldNode[] => {
    if (one.kind === Kind.FIELD) return [one]
    if (one.kind === Kind.FRAGMENT_SPREAD) return []
    const condition = one.typeCondition?.name.value
    const isWithin = condition === undefined || supergraph.objectsWithin(condition).has(typeName)
    return isWithin ? fieldsFor(supergraph, typeName, one.selectionSet.selections) : []
  })

function writeTypename(
  { check, source }: Writer,
  { key, inCase }: CheckedPlace,
  { field, untyped }: FieldStanding,
): void {
  const call = untyped === undefined ? typenameCall : `__typename(${untyped})`
  addFact(check, `${key}.${nameOf(field)}`, { call, types: noTypes, inCase, source })
}

type Alike = Resolved & { readonly given: readonly FieldNode[] }

/** Notes a field for types for which it is alike. Its renames are those that it is on the path of. */
function writeAlike(writer: Writer, place: CheckedPlace, alike: Alike): void {
  const { check, subgraph, source } = writer
  const { field, resolution, given, renames } = alike
  const problem = problemOf(writer, place, alike)
  if (resolution === undefined || problem !== undefined) {
    if (problem !== undefined) check.problems.push(problem)
    return
  }
  const { typeName, gives } = resolution
  const own = renames.findIndex(({ path }) => path.length === 0)
  const key = `${place.key}.${renames[own]?.name ?? nameOf(field)}`
  const types = field.selectionSet === undefined ? noTypes : check.supergraph.runtimeTypes(subgraph, typeName)
  const call = callText(field.name.value, field.arguments)
  addFact(check, key, { call, types, inCase: place.inCase, source })
  if (field.selectionSet === undefined || types.size === 0) return
  writeFields(
    writer,
    { key, types, inCase: place.inCase },
    {
      selections: field.selectionSet.selections,
      provided: [...gives, ...given.flatMap((one) => one.selectionSet?.selections ?? [])],
      // Renames are made in their order: below a name that is changed already, a path leads nowhere.
      renames: own < 0 ? renames : renames.slice(0, own),
      untyped: check.supergraph.isObjectInterface(subgraph, typeName) ? typeName : undefined,
    },
  )
}

const noTypes: Values = new Set()

function problemOf(
  { subgraph }: Writer,
  place: CheckedPlace,
  { field, resolution, given, hasRequired }: Alike,
): string | undefined {
  const [first = ''] = place.types
  const coordinate = `${first}.${field.name.value}`
  if (resolution === undefined) return `${subgraph} does not have ${coordinate}.`
  if (resolution.isExternal && given.length === 0)
    return `${coordinate} is external in ${subgraph}, and not provided at ${place.key}.`
  if (resolution.needs.length > 0 && hasRequired?.(place, resolution.needs) !== true)
    return `${subgraph} is asked for ${coordinate} without what it requires.`
  return undefined
}

/** Reads from a fetch what its entities may have, so that one of another type is noticed: it has nothing of it. */
import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql'
import type { EntityFetchNode } from '../planner/query-plan.ts'

/**
 * The names by which sets of entities come, and for each the response names that are asked of its type. A set whose fields are
 * all conditional has `__typename` among them, so that every entity has one of the names.
 */
export function entityFields({ operation }: EntityFetchNode): ReadonlyMap<string, readonly string[]> {
  const [definition] = parse(operation, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return new Map()
  return new Map(
    fieldsOf(definition.selectionSet).map((field) => [responseName(field), namesOfType(field.selectionSet)]),
  )
}

function namesOfType(set: SelectionSetNode | undefined): readonly string[] {
  const [fragment] = (set?.selections ?? []).filter((one) => one.kind === Kind.INLINE_FRAGMENT)
  return fragment === undefined ? [] : fieldsOf(fragment.selectionSet).map(responseName)
}

const fieldsOf = ({ selections }: SelectionSetNode): readonly FieldNode[] =>
  selections.filter((one) => one.kind === Kind.FIELD)

const responseName = ({ alias, name }: FieldNode): string => alias?.value ?? name.value

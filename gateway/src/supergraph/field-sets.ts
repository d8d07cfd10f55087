/** Reads the texts by which keys, requirements and provisions name fields. */
import { Kind, parse, type SelectionNode, type TypeNode } from 'graphql'
import { namedTypeOf } from './type-nodes.ts'

/** Undefined where the text is not a field set; the composition library says so. */
export function parseFieldSet(text: string): readonly SelectionNode[] | undefined {
  try {
    const [operation] = parse(`{${text}}`, { noLocation: true }).definitions
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : undefined
  } catch {
    return undefined
  }
}

export type FieldSetTypes = ReadonlyMap<
  string,
  {
    readonly name: string
    readonly kind: string
    readonly interfaces: readonly string[]
    readonly fields: ReadonlyMap<string, { readonly type: TypeNode }>
  }
>

/**
 * Visits every field that is named, down to the last. Of an interface's field, the same field of each object that has the
 * interface is meant as well.
 */
export function walkFieldSet(
  types: FieldSetTypes,
  typeName: string,
  { selections, visit }: { readonly selections: readonly SelectionNode[]; readonly visit: VisitField },
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue
    const below = selection.selectionSet?.selections ?? []
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? typeName
      walkFieldSet(types, condition, { selections: below, visit })
      continue
    }
    const fieldName = selection.name.value
    visit(typeName, fieldName)
    for (const name of objectsOf(types, typeName)) visit(name, fieldName)
    const field = types.get(typeName)?.fields.get(fieldName)
    if (field !== undefined) walkFieldSet(types, namedTypeOf(field.type), { selections: below, visit })
  }
}

const objectsOf = (types: FieldSetTypes, typeName: string): readonly string[] =>
  types.get(typeName)?.kind === 'interface'
    ? [...types.values()].flatMap(({ name, interfaces }) => (interfaces.includes(typeName) ? [name] : []))
    : []

export type VisitField = (typeName: string, fieldName: string) => void

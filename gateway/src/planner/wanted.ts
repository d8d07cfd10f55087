/** What is wanted at a place, by one shape for clients' selections, keys, requirements and provisions alike. */
import {
  type ArgumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { CannotPlan } from './cannot-plan.ts'

export type WantedField = {
  /** The name it has in fetches and in merged data. */
  readonly responseName: string
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
  readonly below: WantedSet | undefined
}

/** Fields for every runtime type at a place, and fields for one runtime type alone. */
export type WantedSet = {
  readonly typename: boolean
  readonly fields: readonly WantedField[]
  readonly byType: ReadonlyMap<string, readonly WantedField[]>
}

export const fieldsFor = (wanted: WantedSet, typeName: string): readonly WantedField[] => {
  const own = wanted.byType.get(typeName)
  return own === undefined ? wanted.fields : [...wanted.fields, ...own]
}

/** Reads what `normalizeOperation` made: its fragments are on object types and one level deep. */
export function wantedOf(selectionSet: SelectionSetNode): WantedSet {
  const byType = new Map<string, readonly WantedField[]>()
  for (const selection of selectionSet.selections) {
    if (selection.kind !== Kind.INLINE_FRAGMENT || selection.typeCondition === undefined) continue
    byType.set(selection.typeCondition.name.value, fieldsOf(selection.selectionSet))
  }
  return { typename: asksTypename(selectionSet), fields: fieldsOf(selectionSet), byType }
}

const fieldsOf = (set: SelectionSetNode): readonly WantedField[] =>
  set.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD && selection.name.value !== '__typename'
      ? [
          {
            responseName: selection.alias?.value ?? selection.name.value,
            name: selection.name.value,
            arguments: selection.arguments ?? [],
            below: selection.selectionSet === undefined ? undefined : wantedOf(selection.selectionSet),
          },
        ]
      : [],
  )

const asksTypename = (set: SelectionSetNode): boolean =>
  set.selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename')

/** Reads field sets such as `id organization { id }`. A field with arguments gets an alias that no client can have. */
export type ReadFieldSet = (text: string, typeName: string) => WantedSet

export function fieldSetReader(schema: GraphQLSchema): ReadFieldSet {
  const aliases = new Map<string, string>()
  const known = new Map<string, WantedSet>()
  return (text, typeName) => {
    const key = `${typeName} ${text}`
    const set = known.get(key) ?? read(typeName, parseFieldSet(text).selections)
    known.set(key, set)
    return set
  }

  function read(typeName: string, selections: readonly SelectionNode[]): WantedSet {
    const everywhere = new Map<string, FieldNode[]>()
    const byType = new Map<string, Map<string, FieldNode[]>>()
    collect(typeName, selections, everywhere)
    return {
      typename: isAbstractType(schema.getType(typeName)),
      fields: merge(typeName, everywhere),
      byType: new Map([...byType].map(([name, fields]) => [name, merge(name, fields)])),
    }

    function collect(
      parent: string,
      among: readonly SelectionNode[],
      into: Map<string, FieldNode[]> | undefined,
    ): void {
      for (const selection of among) {
        if (selection.kind === Kind.FRAGMENT_SPREAD) throw new CannotPlan('A field set names a fragment.')
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value ?? parent
          if (condition === parent) collect(parent, selection.selectionSet.selections, into)
          else
            for (const name of sharedTypes(schema, parent, condition))
              collect(name, selection.selectionSet.selections, undefined)
        } else if (selection.name.value !== '__typename') {
          const target = into ?? byType.get(parent) ?? new Map<string, FieldNode[]>()
          if (into === undefined) byType.set(parent, target)
          const name = responseName(selection)
          target.set(name, [...(target.get(name) ?? []), selection])
        }
      }
    }
  }

  function merge(
    typeName: string,
    fields: ReadonlyMap<string, readonly FieldNode[]>,
  ): readonly WantedField[] {
    return [...fields].flatMap(([name, nodes]) => {
      const [first] = nodes
      if (first === undefined) return []
      const type = schema.getType(typeName)
      const definition =
        isCompositeType(type) && !isUnionType(type) ? type.getFields()[first.name.value] : undefined
      if (definition === undefined) throw new CannotPlan(`A field set names ${typeName}.${first.name.value}.`)
      const below = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? [])
      return [
        {
          responseName: name,
          name: first.name.value,
          arguments: first.arguments ?? [],
          below: below.length === 0 ? undefined : read(getNamedType(definition.type).name, below),
        },
      ]
    })
  }

  function responseName(field: FieldNode): string {
    if ((field.arguments ?? []).length === 0) return field.name.value
    const key = `${field.name.value}(${(field.arguments ?? []).map(printArgument).toSorted().join(',')})`
    const alias = aliases.get(key) ?? `_${field.name.value}_${aliases.size}`
    aliases.set(key, alias)
    return alias
  }
}

const printArgument = (argument: ArgumentNode): string => print(argument)

function parseFieldSet(text: string): SelectionSetNode {
  const [operation] = parse(`{${text}}`, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new CannotPlan(`Not a field set: ${text}`)
  return operation.selectionSet
}

/** The object types that may stand where both are allowed. */
export function sharedTypes(schema: GraphQLSchema, one: string, other: string): readonly string[] {
  const others = new Set(objectTypes(schema, other))
  return objectTypes(schema, one).filter((name) => others.has(name))
}

function objectTypes(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name)
  if (isObjectType(type)) return [name]
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((possible) => possible.name) : []
}

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
  const reading: Reading = { schema, aliases: new Map() }
  const known = new Map<string, WantedSet>()
  return (text, typeName) => {
    const key = `${typeName} ${text}`
    const set = known.get(key) ?? readSet(reading, typeName, parseFieldSet(text).selections)
    known.set(key, set)
    return set
  }
}

type Reading = { readonly schema: GraphQLSchema; readonly aliases: Map<string, string> }

/** A field of a field set, and the type whose field it is: that of the place, or one runtime type of it. */
type Found = { readonly typeName: string; readonly field: FieldNode }

function readSet(reading: Reading, typeName: string, selections: readonly SelectionNode[]): WantedSet {
  const byType = new Map<string, Found[]>([[typeName, []]])
  for (const found of findFields(reading, typeName, selections)) {
    const known = byType.get(found.typeName)
    if (known === undefined) byType.set(found.typeName, [found])
    else known.push(found)
  }
  const merged = [...byType].map(([name, found]) => [name, mergeFound(reading, found)] as const)
  return {
    typename: isAbstractType(reading.schema.getType(typeName)),
    fields: merged[0]?.[1] ?? [],
    byType: new Map(merged.slice(1)),
  }
}

function findFields(
  reading: Reading,
  typeName: string,
  selections: readonly SelectionNode[],
): readonly Found[] {
  return selections.flatMap((selection): readonly Found[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new CannotPlan('A field set names a fragment.')
    if (selection.kind === Kind.FIELD)
      return selection.name.value === '__typename' ? [] : [{ typeName, field: selection }]
    const condition = selection.typeCondition?.name.value ?? typeName
    const types = condition === typeName ? [typeName] : sharedTypes(reading.schema, typeName, condition)
    return types.flatMap((name) => findFields(reading, name, selection.selectionSet.selections))
  })
}

function mergeFound(reading: Reading, found: readonly Found[]): readonly WantedField[] {
  const byName = new Map<string, Found[]>()
  for (const one of found) {
    const name = responseNameOf(reading, one.field)
    byName.set(name, [...(byName.get(name) ?? []), one])
  }
  return [...byName].flatMap(([responseName, [first, ...more]]) => {
    if (first === undefined) return []
    const { typeName, field } = first
    const type = reading.schema.getType(typeName)
    const fields = isCompositeType(type) && !isUnionType(type) ? type.getFields() : {}
    const definition = fields[field.name.value]
    if (definition === undefined) throw new CannotPlan(`A field set names ${typeName}.${field.name.value}.`)
    const below = [first, ...more].flatMap((one) => one.field.selectionSet?.selections ?? [])
    return [
      {
        responseName,
        name: field.name.value,
        arguments: field.arguments ?? [],
        below: below.length === 0 ? undefined : readSet(reading, getNamedType(definition.type).name, below),
      },
    ]
  })
}

function responseNameOf({ aliases }: Reading, field: FieldNode): string {
  if ((field.arguments ?? []).length === 0) return field.name.value
  const key = `${field.name.value}(${(field.arguments ?? []).map(printArgument).toSorted().join(',')})`
  const alias = aliases.get(key) ?? `_${field.name.value}_${aliases.size}`
  aliases.set(key, alias)
  return alias
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

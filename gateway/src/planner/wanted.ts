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
import { either, isSameWhen, never, type When } from './conditions.ts'
import { type DeferredIn, notDeferred } from './deferred.ts'

export type WantedField = {
  /** The name it has in fetches and in merged data. */
  readonly responseName: string
  readonly name: string
  readonly arguments: readonly ArgumentNode[]
  /** When it is wanted, where its parent is. What only a fetch needs is wanted when the fetch runs, which is settled last. */
  readonly when: When
  /** Who waits for it. What only a fetch needs is waited for by whoever waits for the fetch. */
  readonly deferred: DeferredIn
  readonly below: WantedSet | undefined
}

/** Fields for every runtime type at a place, and fields for one runtime type alone. */
export type WantedSet = {
  /** The type whose fields these are. */
  readonly typeName: string
  /** The type is abstract, so data has to say which type an object has. */
  readonly typename: boolean
  /** The type itself is asked for. Without that, and without fields for one type alone, it may stay unknown. */
  readonly asksType: boolean
  readonly fields: readonly WantedField[]
  readonly byType: ReadonlyMap<string, readonly WantedField[]>
}

export const fieldsFor = (wanted: WantedSet, typeName: string): readonly WantedField[] => {
  const own = wanted.byType.get(typeName)
  return own === undefined ? wanted.fields : [...wanted.fields, ...own]
}

/** One field that has all that either has below it. */
export function mergeWanted(known: WantedField | undefined, field: WantedField): WantedField {
  if (known?.below === undefined || field.below === undefined || known.below === field.below) return field
  return { ...field, when: either(known.when, field.when), below: mergeSets(known.below, field.below) }
}

function mergeSets(one: WantedSet, other: WantedSet): WantedSet {
  const byType = new Map(one.byType)
  for (const [name, fields] of other.byType) byType.set(name, mergeFields(byType.get(name) ?? [], fields))
  return {
    ...one,
    asksType: one.asksType || other.asksType,
    fields: mergeFields(one.fields, other.fields),
    byType,
  }
}

function mergeFields(one: readonly WantedField[], other: readonly WantedField[]): readonly WantedField[] {
  const merged = new Map(one.map((field) => [field.responseName, field]))
  for (const field of other)
    merged.set(field.responseName, mergeWanted(merged.get(field.responseName), field))
  return [...merged.values()]
}

/** Whether fields of one name are one field, with one set of arguments, here and below. */
export function meanOneThing(fields: readonly WantedField[]): boolean {
  const byName = new Map<string, WantedField>()
  for (const field of fields) {
    const known = byName.get(field.name)
    if (known !== undefined && known.responseName !== field.responseName) return false
    byName.set(field.name, known === undefined ? field : mergeWanted(known, field))
  }
  return [...byName.values()].every(({ below }) => below === undefined || meansOneThing(below))
}

const meansOneThing = ({ fields, byType }: WantedSet): boolean =>
  meanOneThing(fields) && [...byType.values()].every((own) => meanOneThing([...fields, ...own]))

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
    typeName,
    typename: isAbstractType(reading.schema.getType(typeName)),
    asksType: selections.some((one) => one.kind === Kind.FIELD && one.name.value === '__typename'),
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
        when: never,
        deferred: notDeferred,
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

/** Whether two fields ask for the same, when the other is asked. */

export const isSameField = (one: WantedField, other: WantedField): boolean =>
  one === other ||
  (one.responseName === other.responseName &&
    one.name === other.name &&
    one.below === other.below &&
    isSameWhen(one.when, other.when) &&
    printArguments(one) === printArguments(other))

export const printArguments = ({ arguments: given }: WantedField): string =>
  given.map(print).toSorted().join()

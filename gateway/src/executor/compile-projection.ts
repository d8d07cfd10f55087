/** Compiles an operation, once, into a closure that turns merged data into exactly what was asked, by the public schema. */
import {
  getNamedType,
  getNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import {
  type FieldOccurrence,
  type Layer,
  type DeferredFragment,
  type FragmentSelection,
  type SelectedField,
  selectApart,
  selectFields,
} from '../planner/select-fields.ts'
import { holds } from '../planner/conditions.ts'
import { atOnce, type Group } from '../planner/deferred.ts'
import type { OperationContext } from '../planner/operation-context.ts'
import { interfaceTypename } from '../planner/query-plan.ts'
import { isJsonObject, type JsonObject, ownMember, setMember } from './json-object.ts'
import {
  lose,
  type PathLink,
  pathOf,
  type Projection,
  type ProjectionRun,
  reportDenied,
  reportOurs,
  reportPlaced,
  reportPlacedInNonNull,
  reportUntyped,
} from './projection-errors.ts'
import { isPlainLeaf, serializeLeaf } from './serialize-leaf.ts'

/** Why a field may not be read, or undefined if it may. */
export type DeniedBecause = (
  typeName: string,
  fieldName: string,
) => { readonly code: string; readonly message: string } | undefined

/** Null when a non-null root field is missing. */
export type Project = (run: UnrootedRun, data: JsonObject) => JsonObject | null

type UnrootedRun = Omit<ProjectionRun, 'root'>

/** A deferred fragment at one object of the data. */
export type DeferredPlace = {
  readonly group: Group
  readonly label: string | undefined
  readonly path: readonly (string | number)[]
  /** Null where a field that is never null is missing. */
  readonly project: (run: UnrootedRun) => JsonObject | null
}

/** Gives what is not deferred, and tells the run where deferred fragments are. */
export function compileDeferredProjection(
  context: OperationContext,
  operation: OperationDefinitionNode,
  deniedBecause: DeniedBecause,
): Project {
  const [type, layers] = rootOf(context, operation)
  const compiler = { context, deniedBecause, apart: { group: atOnce, root: { type, layers } } }
  const root = compileFields(compiler, type, layers)
  return (run, data) => {
    const result = root(data, { ...run, root: { type, layers } }, undefined)
    return result === nulled ? null : (result as JsonObject)
  }
}

export function compileProjection(
  context: OperationContext,
  operation: OperationDefinitionNode,
  deniedBecause: DeniedBecause,
): Project {
  const [type, layers] = rootOf(context, operation)
  const root = compileFields({ context, deniedBecause }, type, layers)
  return (run, data) => {
    const result = root(data, { ...run, root: { type, layers } }, undefined)
    return result === nulled ? null : (result as JsonObject)
  }
}

export function rootOf(
  { schema }: OperationContext,
  { operation, selectionSet }: OperationDefinitionNode,
): [GraphQLObjectType, readonly Layer[]] {
  const rootType = schema.getRootType(operation)
  if (!isObjectType(rootType)) throw new Error(`The schema has no ${operation} type.`)
  return [rootType, [{ selectionSet, conditions: [] }]]
}

type FieldsType = GraphQLObjectType | GraphQLInterfaceType

type Compiler = {
  readonly context: OperationContext
  readonly deniedBecause: DeniedBecause
  /** Set where deferred fragments are left out: in which of them one stands, and what the operation asks for. */
  readonly apart?: { readonly group: Group; readonly root: ProjectionRun['root'] }
}

type CompleteObject = (object: JsonObject, run: ProjectionRun, path: PathLink | undefined) => unknown

/** A value, the object or list that holds it, and the client's path to it. */
type ValuePlace = {
  readonly value: unknown
  readonly holder: JsonObject
  readonly key: string | number
  readonly run: ProjectionRun
  readonly path: PathLink
}

type CompleteValue = (place: ValuePlace) => unknown

/** Says that a null has to go to the parent. */
export const nulled = Symbol('nulled')

function compileFields(compiler: Compiler, type: FieldsType, layers: readonly Layer[]): CompleteObject {
  const { fields, deferred } =
    compiler.apart === undefined
      ? { fields: selectFields(compiler.context, type, layers), deferred: [] }
      : selectApart(compiler.context, type, layers)
  const steps = stepsOf(fields.map((field) => compileField(compiler, type, field)))
  const findDeferred = deferred.map((fragment) => compileFragment(compiler, type, fragment))
  return (object, run, path) => {
    const result: JsonObject = {}
    const deferredBefore = run.deferred?.length ?? 0
    for (const { occurrence, isAlways, isRepeated, field, isPlain, read } of steps) {
      if (!isAlways && !isIncluded(occurrence, run.variables)) continue
      if (isRepeated && Object.hasOwn(result, field.responseName)) continue
      const key = field.internalName
      const value = object[key]
      if (isPlain?.(value) === true) {
        setMember(result, field.responseName, value)
        continue
      }
      const link: PathLink = { previous: path, key: field.responseName, field }
      const completed = read({ value, holder: object, key, run, path: link })
      if (completed === nulled) return lost(run, object, deferredBefore)
      setMember(result, field.responseName, completed)
    }
    for (const find of findDeferred) find(object, run, path)
    return result
  }
}

function compileFragment(
  compiler: Compiler,
  type: FieldsType,
  { selection, selectionSet, when }: DeferredFragment,
): (object: JsonObject, run: ProjectionRun, path: PathLink | undefined) => void {
  const { context, apart = { group: atOnce, root: { type, layers: [] } } } = compiler
  const group = context.groupBelow(apart.group, selection)
  const label = labelOf(selection)
  let complete: CompleteObject | undefined
  return (object, run, path) => {
    if (!holds(when, run.variables)) return
    const place: DeferredPlace = {
      group,
      label,
      path: pathOf(path),
      project(own) {
        const inside = { ...compiler, apart: { ...apart, group } }
        complete ??= compileFields(inside, type, [{ selectionSet, conditions: [] }])
        const result = complete(object, { ...own, root: apart.root }, path)
        return result === nulled ? null : (result as JsonObject)
      },
    }
    run.deferred?.push(place)
  }
}

function labelOf({ directives = [] }: FragmentSelection): string | undefined {
  const given = directives.find(({ name }) => name.value === 'defer')?.arguments
  const value = given?.find(({ name }) => name.value === 'label')?.value
  return value?.kind === Kind.STRING ? value.value : undefined
}

type CompiledField = {
  readonly field: SelectedField
  readonly read: CompleteValue
  /** Whether a value is what the answer has as it is: most are, and for these nobody needs a path or a place. */
  readonly isPlain?: (value: unknown) => boolean
}

/** A field, where the document may ask for it. */
type Step = CompiledField & {
  readonly occurrence: FieldOccurrence
  readonly isAlways: boolean
  readonly isRepeated: boolean
}

// The first occurrence that is included gives a field its turn, and with it its place among the keys of the answer.
function stepsOf(fields: readonly CompiledField[]): readonly Step[] {
  const steps = fields.flatMap((compiled) => {
    const { occurrences } = compiled.field
    const certain = occurrences.findIndex(({ conditions }) => conditions.length === 0)
    const needed = certain < 0 ? occurrences : occurrences.slice(0, certain + 1)
    return needed.map((occurrence): Step => ({
      ...compiled,
      occurrence,
      isAlways: occurrence.conditions.length === 0,
      isRepeated: needed.length > 1,
    }))
  })
  return steps.toSorted((one, other) => one.occurrence.position - other.occurrence.position)
}

export function compileField(compiler: Compiler, type: FieldsType, field: SelectedField): CompiledField {
  const { responseName, definition } = field
  if (definition.name === '__schema' || definition.name === '__type')
    return { field, read: ({ run }) => ownMember(run.introspection, responseName) ?? null }
  // A name of a subgraph's own root type must not leak, so it is never read from data where the schema knows it.
  if (definition.name === '__typename') return { field, read: () => type.name }
  const denied = compiler.deniedBecause(type.name, definition.name)
  if (denied !== undefined) return { field, read: compileDenied(field, denied) }
  const coordinate = `${type.name}.${definition.name}`
  const leaf = getNullableType(definition.type)
  return {
    field,
    read: compileType(compiler, definition.type, { field, coordinate }),
    ...(isLeafType(leaf) && { isPlain: isPlainLeaf(leaf) }),
  }
}

function compileDenied(
  { definition }: SelectedField,
  denied: { readonly code: string; readonly message: string },
): CompleteValue {
  const isNonNull = isNonNullType(definition.type)
  return ({ run, path }) => {
    reportDenied(run, path, denied)
    return isNonNull ? nulled : null
  }
}

type FieldPlace = { readonly field: SelectedField; readonly coordinate: string }

function compileType(compiler: Compiler, type: GraphQLOutputType, at: FieldPlace): CompleteValue {
  const projection: Projection = {
    context: compiler.context,
    layers: at.field.layers,
    type: getNamedType(type),
  }
  if (isNonNullType(type)) {
    const complete = compileNullableType(compiler, type.ofType, at)
    return (place) => {
      if (place.value !== null && place.value !== undefined) return complete(place)
      if (!reportPlacedInNonNull(place, projection)) {
        reportOurs(place.run, place.path, {
          code: 'GW_NULL_IN_NON_NULL',
          message: `${at.coordinate} is never null, and came back null.`,
        })
      }
      return nulled
    }
  }
  const complete = compileNullableType(compiler, type, at)
  return (place) => {
    if (place.value === null || place.value === undefined) {
      reportPlaced(place, projection)
      return null
    }
    const completed = complete(place)
    return completed === nulled ? null : completed
  }
}

function compileNullableType(compiler: Compiler, type: GraphQLOutputType, at: FieldPlace): CompleteValue {
  if (isListType(type)) return compileList(compileType(compiler, type.ofType, at), at)
  if (isLeafType(type)) {
    const serialize = serializeLeaf(type)
    return ({ value, run, path }) => {
      const serialized = serialize(value)
      if (serialized !== undefined) return serialized
      return invalid(run, path, `${at.coordinate} has a value that is not ${type.name}.`)
    }
  }
  return compileObject(compiler, type, at)
}

function compileList(completeItem: CompleteValue, { coordinate }: FieldPlace): CompleteValue {
  return ({ value, run, path }) => {
    if (!Array.isArray(value)) return invalid(run, path, `${coordinate} has a value that is not a list.`)
    const items: unknown[] = []
    const deferredBefore = run.deferred?.length ?? 0
    for (let index = 0; index < value.length; index += 1) {
      const link: PathLink = { previous: path, key: index, field: undefined }
      // A list is a place like an object: its indexes are its keys.
      const holder = value as unknown as JsonObject
      const item = completeItem({ value: value[index], holder, key: index, run, path: link })
      if (item === nulled) return lost(run, value, deferredBefore)
      items.push(item)
    }
    return items
  }
}

/** A subgraph that holds an interface as an object says its name, where the plan has proved that no more need be known. */
function possibleType(
  schema: GraphQLSchema,
  named: GraphQLNamedType,
  typeName: string,
): FieldsType | undefined {
  const type = schema.getType(typeName)
  if (isInterfaceType(type) && type === named) return type
  return isObjectType(type) && (!isAbstractType(named) || schema.isSubType(named, type)) ? type : undefined
}

function compileObject(
  compiler: Compiler,
  type: GraphQLOutputType,
  { field, coordinate }: FieldPlace,
): CompleteValue {
  const { schema } = compiler.context
  const byType = new Map<string, CompleteObject>()
  const named = getNamedType(type)
  const projection: Projection = { context: compiler.context, layers: field.layers, type: named }
  return ({ value, run, path }) => {
    if (!isJsonObject(value)) return invalid(run, path, `${coordinate} has a value that is not an object.`)
    const typeName = isObjectType(named) ? named.name : (value.__typename ?? value[interfaceTypename])
    if (typeof typeName !== 'string')
      return reportUntyped(run, value, { path, projection })
        ? lost(run, value, run.deferred?.length ?? 0)
        : invalid(run, path, `${coordinate} came without its type.`)
    let complete = byType.get(typeName)
    if (complete === undefined) {
      const runtimeType = possibleType(schema, named, typeName)
      if (runtimeType === undefined)
        return invalid(run, path, `${coordinate} came with a type that it can't have.`)
      // An object of a type that is denied is not there at all, whatever was asked of it.
      const denied = isAbstractType(named)
        ? compiler.deniedBecause(runtimeType.name, '__typename')
        : undefined
      // By type, on first sight: an interface with many members costs only those that occur.
      complete =
        denied === undefined
          ? compileFields(compiler, runtimeType, field.layers)
          : (object, ...[here, at]) => {
              if (at !== undefined) reportDenied(here, at, denied)
              return lost(here, object, here.deferred?.length ?? 0)
            }
      byType.set(typeName, complete)
    }
    return complete(value, run, path)
  }
}

function lost(run: ProjectionRun, value: object, deferredBefore: number): typeof nulled {
  run.deferred?.splice(deferredBefore)
  lose(run, value)
  return nulled
}

function invalid(run: ProjectionRun, path: PathLink, message: string): typeof nulled {
  reportOurs(run, path, { code: 'GW_VALUE_INVALID', message })
  return nulled
}

export const isIncluded = ({ conditions }: FieldOccurrence, variables: ProjectionRun['variables']): boolean =>
  conditions.every(({ variable, wanted }) => variables[variable] === wanted)

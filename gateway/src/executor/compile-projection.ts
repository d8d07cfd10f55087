/** Compiles an operation, once, into a closure that turns merged data into exactly what was asked, by the public schema. */
import {
  getNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import {
  type Condition,
  type Layer,
  type OperationContext,
  type SelectedField,
  selectFields,
} from '../planner/select-fields.ts'
import type { Execution } from './execution.ts'
import { isJsonObject, type JsonObject, ownMember, setMember } from './json-object.ts'
import {
  type PathLink,
  type Projection,
  type ProjectionRun,
  reportDenied,
  reportOurs,
  reportPlaced,
} from './projection-errors.ts'
import { serializeLeaf } from './serialize-leaf.ts'

/** Why a field may not be read, or undefined if it may. */
export type DeniedBecause = (
  typeName: string,
  fieldName: string,
) => { readonly code: string; readonly message: string } | undefined

/** Null when a non-null root field is missing. */
export type Project = (run: ProjectionRun, data: JsonObject) => JsonObject | null

export function compileProjection(
  context: OperationContext,
  operation: OperationDefinitionNode,
  deniedBecause: DeniedBecause,
): Project {
  const rootType = context.schema.getRootType(operation.operation)
  if (!isObjectType(rootType)) throw new Error(`The schema has no ${operation.operation} type.`)
  const compiler: Compiler = { context, deniedBecause }
  const root = compileFields(compiler, rootType, [{ selectionSet: operation.selectionSet, conditions: [] }])
  return (run, data) => {
    const result = root({ value: data, holder: data, run, path: undefined })
    return result === nulled ? null : (result as JsonObject)
  }
}

/** Whether the answer of a mutation is lost after `done` of the fields that may be run, however the others end. */
export type IsLost = (execution: Pick<Execution, 'data' | 'errors' | 'variables'>, done: number) => boolean

/** One server runs no further root field once a null has taken the whole answer, so neither do we. */
export function compileIsLost(
  context: OperationContext,
  operation: OperationDefinitionNode,
  deniedBecause: DeniedBecause,
): IsLost {
  const rootType = context.schema.getRootType(operation.operation)
  if (!isObjectType(rootType)) throw new Error(`The schema has no ${operation.operation} type.`)
  const layers = [{ selectionSet: operation.selectionSet, conditions: [] }]
  const fields = selectFields(context, rootType, layers)
    .filter(({ definition }) => !definition.name.startsWith('__'))
    .map((field) => ({
      ...compileField({ context, deniedBecause }, rootType, field),
      isDenied: deniedBecause(rootType.name, field.definition.name) !== undefined,
    }))
  return ({ data, errors: placed, variables }, done) => {
    const run = {
      variables,
      placed,
      introspection: {},
      errors: [],
      errorsMax: 0,
      reported: new Set<unknown>(),
    }
    let left = done
    for (const { responseName, internalName, isDenied, read } of fields) {
      if (!isDenied && left === 0) return false
      if (!isDenied) left -= 1
      const path = { previous: undefined, key: responseName }
      if (read({ value: data[internalName], holder: data, key: internalName, run, path }) === nulled)
        return true
    }
    return false
  }
}

type Compiler = { readonly context: OperationContext; readonly deniedBecause: DeniedBecause }

/** A value, the place it is kept at, and the client's path to it. */
type Place = {
  readonly value: unknown
  readonly holder: JsonObject
  readonly run: ProjectionRun
  readonly path: PathLink | undefined
}

type ValuePlace = {
  readonly value: unknown
  readonly holder: JsonObject
  readonly key: string | number
  readonly run: ProjectionRun
  readonly path: PathLink
}

type CompleteValue = (place: ValuePlace) => unknown

/** Says that a null has to go to the parent. */
const nulled = Symbol('nulled')

function compileFields(
  compiler: Compiler,
  type: GraphQLObjectType,
  layers: readonly Layer[],
): (place: Place) => unknown {
  const fields = selectFields(compiler.context, type, layers).map((field) =>
    compileField(compiler, type, field),
  )
  return ({ value, holder, run, path }) => {
    const source = value as JsonObject
    const result: JsonObject = {}
    for (const field of fields) {
      if (field.conditions !== undefined && !isIncluded(field.conditions, run.variables)) continue
      const link: PathLink = { previous: path, key: field.responseName }
      const completed = field.read({
        value: source[field.internalName],
        holder,
        key: field.internalName,
        run,
        path: link,
      })
      if (completed === nulled) return nulled
      setMember(result, field.responseName, completed)
    }
    return result
  }
}

type CompiledField = {
  readonly responseName: string
  readonly internalName: string
  readonly conditions: readonly (readonly Condition[])[] | undefined
  readonly read: CompleteValue
}

function compileField(compiler: Compiler, type: GraphQLObjectType, field: SelectedField): CompiledField {
  const { responseName, definition, alternatives } = field
  const conditions = alternatives.some((one) => one.length === 0) ? undefined : alternatives
  const compiled = { responseName, internalName: field.internalName, conditions }
  if (isIntrospection(field))
    return { ...compiled, read: ({ run }) => ownMember(run.introspection, responseName) ?? null }
  // A name of a subgraph's own root type must not leak, so it is never read from data where the schema knows it.
  if (definition.name === '__typename') return { ...compiled, read: () => type.name }
  const denied = compiler.deniedBecause(type.name, definition.name)
  if (denied !== undefined) return { ...compiled, read: compileDenied(field, denied) }
  const coordinate = `${type.name}.${definition.name}`
  return { ...compiled, read: compileType(compiler, definition.type, { field, coordinate }) }
}

const isIntrospection = ({ definition }: SelectedField): boolean =>
  definition.name === '__schema' || definition.name === '__type'

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
  const describe: Projection = {
    context: compiler.context,
    layers: at.field.layers,
    type: getNamedType(type),
  }
  if (isNonNullType(type)) {
    const complete = compileNullableType(compiler, type.ofType, at)
    return (place) => {
      if (place.value !== null && place.value !== undefined) return complete(place)
      if (!reportPlaced(place, describe)) {
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
      reportPlaced(place, describe)
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
    for (let index = 0; index < value.length; index += 1) {
      const link: PathLink = { previous: path, key: index }
      // A list is a place like an object: its indexes are its keys.
      const holder = value as unknown as JsonObject
      const item = completeItem({ value: value[index], holder, key: index, run, path: link })
      if (item === nulled) return nulled
      items.push(item)
    }
    return items
  }
}

function compileObject(
  compiler: Compiler,
  type: GraphQLOutputType,
  { field, coordinate }: FieldPlace,
): CompleteValue {
  const { schema } = compiler.context
  const byType = new Map<string, (place: Place) => unknown>()
  const named = getNamedType(type)
  return ({ value, run, path }) => {
    if (!isJsonObject(value)) return invalid(run, path, `${coordinate} has a value that is not an object.`)
    const typeName = isObjectType(named) ? named.name : value.__typename
    if (typeof typeName !== 'string') return invalid(run, path, `${coordinate} came without its type.`)
    let complete = byType.get(typeName)
    if (complete === undefined) {
      const runtimeType = schema.getType(typeName)
      const isPossible =
        isObjectType(runtimeType) && (!isAbstractType(named) || schema.isSubType(named, runtimeType))
      if (!isPossible) return invalid(run, path, `${coordinate} came with a type that it can't have.`)
      // By type, on first sight: an interface with many members costs only those that occur.
      complete = compileFields(compiler, runtimeType, field.layers)
      byType.set(typeName, complete)
    }
    return complete({ value, holder: value, run, path })
  }
}

function invalid(run: ProjectionRun, path: PathLink, message: string): typeof nulled {
  reportOurs(run, path, { code: 'GW_VALUE_INVALID', message })
  return nulled
}

const isIncluded = (
  alternatives: readonly (readonly Condition[])[],
  variables: Readonly<Record<string, unknown>>,
): boolean =>
  alternatives.some((conditions) =>
    conditions.every(({ variable, wanted }) => variables[variable] === wanted),
  )

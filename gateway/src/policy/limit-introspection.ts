/** Who may ask for the schema, and how much of it at once: the answer is counted before it is made, in time that the limit bounds. */
import { assertNever, type Viewer } from '@souk/contracts'
import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { getArgumentValues } from 'graphql/execution/values.js'
import { refuseRequest } from '../errors.ts'
import type { OperationContext } from '../planner/operation-context.ts'
import { type Layer, type SelectedField, selectFields } from '../planner/select-fields.ts'

export type IntrospectionSwitch = 'on' | 'off' | 'signed-in'

export const mayIntrospect = (viewer: Viewer, introspection: IntrospectionSwitch): boolean => {
  switch (introspection) {
    case 'on':
      return true
    case 'off':
      return false
    case 'signed-in':
      return viewer.kind !== 'anonymous'
    default:
      return assertNever(introspection)
  }
}

export function refuseIntrospection(viewer: Viewer, introspection: IntrospectionSwitch): void {
  if (mayIntrospect(viewer, introspection)) return
  throw refuseRequest(
    'GW_INTROSPECTION_CLOSED',
    introspection === 'off'
      ? 'The schema is not told here (SOUK_INTROSPECTION is off).'
      : 'The schema is told to signed-in viewers (SOUK_INTROSPECTION is signed-in). Send a valid token.',
  )
}

export type Variables = Readonly<Record<string, unknown>>

/** How many values the answer has. Refuses what has more than `valuesMax`. */
export type CountIntrospection = (variables: Variables, valuesMax: number) => number

/**
 * A list of types asked for in each field of each type makes megabytes of a line, so it is what would be answered that is counted. What is
 * asked of one element of the schema in one place of the document is counted once, however often the answer has it. Undefined if nothing of
 * the schema is asked. What a variable could leave out is counted in.
 */
export function compileIntrospectionCount(
  context: OperationContext,
  operation: OperationDefinitionNode,
): CountIntrospection | undefined {
  const rootType = context.schema.getRootType(operation.operation)
  if (operation.operation !== 'query' || !isObjectType(rootType)) return undefined
  const roots = selectFields(context, rootType, [
    { selectionSet: operation.selectionSet, conditions: [] },
  ]).filter(({ definition }) => ['__schema', '__type'].includes(definition.name))
  if (roots.length === 0) return undefined
  return (variables, valuesMax) => {
    const counting = {
      context,
      variables,
      valuesMax,
      known: new Map(),
      numbers: new Map(),
      steps: { count: 0 },
    }
    const total = roots.reduce(
      (sum, root) => sum + countField(counting, prepare(counting, root), undefined),
      0,
    )
    if (total > valuesMax) throw tooMany(valuesMax)
    return total
  }
}

type Counting = {
  readonly context: OperationContext
  readonly variables: Variables
  readonly valuesMax: number
  /** By the place in the document, then by the element of the schema. */
  readonly known: Map<
    string,
    { readonly fields: readonly CountedField[]; readonly counts: Map<object, number> }
  >
  readonly numbers: Map<object, number>
  readonly steps: { count: number }
}

type CountedField = {
  /** Undefined for a leaf. */
  readonly place: Place | undefined
  /** As the schema answers it. */
  readonly read: (source: unknown) => unknown
}

type Place = { readonly key: string; readonly type: GraphQLObjectType; readonly layers: readonly Layer[] }

/** As graphql-js calls what a field is resolved by. */
type Resolve = (
  ...call: readonly [source: unknown, values: object, context: unknown, info: object]
) => unknown

function prepare(counting: Counting, { definition, node, layers }: SelectedField): CountedField {
  const type = getNamedType(definition.type)
  if (!isObjectType(type)) return { place: undefined, read: () => undefined }
  const key = `${type.name} ${layers.map((layer) => keyOf(counting, layer)).join(' ')}`
  const { context, variables } = counting
  const values = getArgumentValues(definition as GraphQLField<unknown, unknown>, node, variables)
  const resolve = definition.resolve as Resolve | undefined
  // What introspection resolves looks at nothing but these.
  const info = { schema: context.schema }
  return { place: { key, type, layers }, read: (source) => resolve?.(source, values, undefined, info) }
}

function countField(counting: Counting, { place, read }: CountedField, source: unknown): number {
  const value = place === undefined ? undefined : read(source)
  if (place === undefined || typeof value !== 'object' || value === null) return 1
  const elements: readonly object[] = Array.isArray(value) ? (value as object[]) : [value]
  return elements.reduce((sum, element) => sum + countElement(counting, place, element), 1)
}

function countElement(counting: Counting, { key, type, layers }: Place, element: object): number {
  let place = counting.known.get(key)
  if (place === undefined) {
    const selected = selectFields(counting.context, type, layers)
    place = { fields: selected.map((field) => prepare(counting, field)), counts: new Map() }
    counting.known.set(key, place)
  }
  const known = place.counts.get(element)
  if (known !== undefined) return known
  let sum = 0
  for (const field of place.fields) {
    // Each step stands for a value of the answer, so whoever needs more steps has more values.
    counting.steps.count += 1
    if (counting.steps.count > counting.valuesMax) throw tooMany(counting.valuesMax)
    sum += countField(counting, field, element)
  }
  place.counts.set(element, sum)
  return sum
}

function keyOf({ numbers }: Counting, { selectionSet, conditions }: Layer): string {
  const number = numbers.get(selectionSet) ?? numbers.size
  numbers.set(selectionSet, number)
  return `${number}${JSON.stringify(conditions)}`
}

const tooMany = (valuesMax: number): Error =>
  refuseRequest(
    'GW_LIMIT_EXCEEDED',
    `The introspection would be answered with more than ${valuesMax} values (SOUK_INTROSPECTION_VALUES_MAX).`,
    { limit: valuesMax },
  )

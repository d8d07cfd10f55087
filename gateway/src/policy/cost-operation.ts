/** What an operation costs, by the cost specification: estimated before it runs, and counted in what came. */
import {
  getNamedType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { refuseRequest } from '../errors.ts'
import type { DeniedBecause } from '../executor/compile-projection.ts'
import { isJsonObject, type JsonObject } from '../executor/json-object.ts'
import { holds, type When } from '../planner/conditions.ts'
import type { OperationContext } from '../planner/operation-context.ts'
import { interfaceTypename } from '../planner/query-plan.ts'
import { type Layer, type SelectedField, selectFields } from '../planner/select-fields.ts'
import type { CostRules, ListSizeRule } from '../supergraph/cost-rules.ts'
import { compileArgumentsCost, type CostOfArguments } from './cost-arguments.ts'
import { compileListSize, type ListSizeOf, type Variables } from './cost-list-size.ts'

export type OperationCost = {
  /** Never less than what is counted afterwards, as long as lists are not longer than assumed. Refuses lists that are asked too long. */
  readonly estimate: (variables: Variables, limits: CostLimits) => number
  /** Counted in merged data, where objects still say their types. */
  readonly count: (data: JsonObject, variables: Variables) => number
}

export type CostLimits = {
  /** The length of a list that nothing says the length of. */
  readonly listSizeAssumed: number
  /** What a slicing argument may ask. */
  readonly listSizeMax: number
  /** Places of an answer, counted for each runtime type. */
  readonly planPlacesMax: number
}

export type Costing = {
  readonly context: OperationContext
  readonly rules: CostRules
  /** A field that is not fetched costs nothing. */
  readonly deniedBecause: DeniedBecause
}

// As Apollo's router has it: nothing for a query, and for whatever a mutation sets in motion the same as for ten objects.
const operationCosts = { query: 0, mutation: 10, subscription: 0 } as const

export function compileCost(costing: Costing, operation: OperationDefinitionNode): OperationCost {
  const rootType = costing.context.schema.getRootType(operation.operation)
  if (!isObjectType(rootType)) throw new Error(`The schema has no ${operation.operation} type.`)
  const base = operationCosts[operation.operation]
  let root: CostedSelection | undefined
  const estimate: OperationCost['estimate'] = (variables, limits) => {
    root ??= compileRoot(costing, rootType, { operation, limits })
    const { listSizeAssumed } = limits
    return base + estimateSelection({ variables, listSizeAssumed, known: new Map() }, root)
  }
  return {
    estimate: (operation.variableDefinitions ?? []).length === 0 ? once(estimate) : estimate,
    count(data, variables) {
      if (root === undefined) throw new Error('A cost is counted that was never estimated.')
      return base + countSelection(variables, root, data)
    },
  }
}

type Limited = { readonly operation: OperationDefinitionNode; readonly limits: CostLimits }

// At the first request, not with the plan: whoever only plans has no use for it.
function compileRoot(
  costing: Costing,
  rootType: GraphQLObjectType,
  { operation, limits }: Limited,
): CostedSelection {
  const compiler: Compiler = {
    ...costing,
    limits,
    compiled: new Map(),
    numbers: new Map(),
    places: { count: 0 },
  }
  return compileSelection(compiler, rootType, [{ selectionSet: operation.selectionSet, conditions: [] }])
}

// Without variables it is always the same.
function once(estimate: OperationCost['estimate']): OperationCost['estimate'] {
  let known: number | undefined
  return (variables, limits) => (known ??= estimate(variables, limits))
}

type Compiler = Costing & {
  readonly limits: CostLimits
  /** By type and selection sets: fragments that meet again below each other are compiled once. */
  readonly compiled: Map<string, CostedSelection>
  readonly numbers: Map<SelectionSetNode, number>
  readonly places: { count: number }
}

/** The fields that one runtime type is asked for. */
type CostedSelection = { readonly fields: readonly CostedField[] }

type CostedField = {
  readonly name: string
  readonly internalName: string
  readonly when: When
  /** How many lists are around one item. */
  readonly lists: number
  readonly sizeOf: ListSizeOf | undefined
  readonly sizedFields: ReadonlySet<string>
  readonly costOfArguments: CostOfArguments
  /** Of one item, where it is a leaf. */
  readonly leafWeight: number
  /** By runtime type; empty for a leaf. */
  readonly objects: ReadonlyMap<string, CostedObject>
}

type CostedObject = { readonly weight: number; readonly selection: CostedSelection }

type FieldsType = GraphQLObjectType | GraphQLInterfaceType

function compileSelection(compiler: Compiler, type: FieldsType, layers: readonly Layer[]): CostedSelection {
  const key = `${type.name} ${layers.map((layer) => layerKey(compiler, layer)).join(' ')}`
  const known = compiler.compiled.get(key)
  if (known !== undefined) return known
  const fields: CostedField[] = []
  const selection = { fields }
  compiler.compiled.set(key, selection)
  for (const field of selectFields(compiler.context, type, layers)) {
    // What begins so is answered without a fetch; introspection has a limit of its own.
    if (field.definition.name.startsWith('__')) continue
    if (compiler.deniedBecause(type.name, field.definition.name) !== undefined) continue
    refuseManyPlaces(compiler)
    fields.push(compileField(compiler, type, field))
  }
  return selection
}

function layerKey({ numbers }: Compiler, { selectionSet, conditions }: Layer): string {
  const number = numbers.get(selectionSet) ?? numbers.size
  numbers.set(selectionSet, number)
  return conditions.length === 0 ? String(number) : `${number}${JSON.stringify(conditions)}`
}

function refuseManyPlaces({ places, limits: { planPlacesMax } }: Compiler): void {
  places.count += 1
  if (places.count <= planPlacesMax) return
  throw refuseRequest(
    'GW_LIMIT_EXCEEDED',
    `The operation has more than ${planPlacesMax} places, counted for each runtime type, that could cost something.`,
    { limit: planPlacesMax },
  )
}

function compileField(compiler: Compiler, type: FieldsType, field: SelectedField): CostedField {
  const { rules, limits } = compiler
  const { definition, node } = field
  const coordinate = `${type.name}.${definition.name}`
  const size = ruleFor(type, definition.name, rules.listSizes)
  const weight = rules.fields.get(coordinate)
  const named = getNamedType(definition.type)
  return {
    name: definition.name,
    internalName: field.internalName,
    when: field.when,
    lists: listsAround(definition.type),
    sizeOf: size && compileListSize({ coordinate, definition, node }, size, limits.listSizeMax),
    sizedFields: new Set(size?.sizedFields),
    costOfArguments: compileArgumentsCost({ coordinate, definition, node }, rules),
    leafWeight: weight ?? rules.types.get(named.name) ?? 0,
    objects: isCompositeType(named) ? compileObjects(compiler, named, { field, weight }) : new Map(),
  }
}

// What an interface says of its field holds for an object that says nothing.
const ruleFor = (
  type: FieldsType,
  name: string,
  rules: ReadonlyMap<string, ListSizeRule>,
): ListSizeRule | undefined => {
  const candidates = [type, ...type.getInterfaces()].flatMap((one) => rules.get(`${one.name}.${name}`) ?? [])
  return candidates.find(({ isGuessed }) => !isGuessed) ?? candidates[0]
}

function listsAround(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsAround(type.ofType)
  return isListType(type) ? 1 + listsAround(type.ofType) : 0
}

function compileObjects(
  compiler: Compiler,
  named: GraphQLNamedType,
  { field, weight }: { readonly field: SelectedField; readonly weight: number | undefined },
): ReadonlyMap<string, CostedObject> {
  const { schema } = compiler.context
  const weightOf = (name: string): number => weight ?? compiler.rules.types.get(name) ?? 1
  const objects = new Map<string, CostedObject>()
  const possible = isAbstractType(named) ? schema.getPossibleTypes(named) : isObjectType(named) ? [named] : []
  for (const type of possible)
    objects.set(type.name, {
      weight: weightOf(type.name),
      selection: compileSelection(compiler, type, field.layers),
    })
  // A subgraph that holds an interface as an object knows no other type of what it returns.
  if (isInterfaceType(named))
    objects.set(named.name, {
      weight: Math.max(0, ...possible.map(({ name }) => weightOf(name))),
      selection: compileSelection(compiler, named, field.layers),
    })
  return objects
}

type Estimating = {
  readonly variables: Variables
  readonly listSizeAssumed: number
  /** A selection that is met in many places is estimated once. */
  readonly known: Map<CostedSelection, number>
}

/** Lists of a connection, whose length the field above them says. */
type Sized = { readonly names: ReadonlySet<string>; readonly size: number }

function estimateSelection(run: Estimating, selection: CostedSelection, sized?: Sized): number {
  const known = sized === undefined ? run.known.get(selection) : undefined
  if (known !== undefined) return known
  let sum = 0
  for (const field of selection.fields)
    if (holds(field.when, run.variables)) sum += estimateField(run, field, sized)
  if (sized === undefined) run.known.set(selection, sum)
  return sum
}

function estimateField(run: Estimating, field: CostedField, sized: Sized | undefined): number {
  const size = field.sizeOf?.(run.variables)
  const isOwn = field.sizedFields.size === 0
  const below = isOwn || size === undefined ? undefined : { names: field.sizedFields, size }
  let each = field.leafWeight
  if (field.objects.size > 0) {
    each = 0
    for (const { weight, selection } of field.objects.values())
      each = Math.max(each, weight + estimateSelection(run, selection, below))
  }
  return (
    lengthOf(field, { run, sized, own: isOwn ? size : undefined }) * each +
    field.costOfArguments(run.variables)
  )
}

type Sizes = { readonly run: Estimating; readonly sized: Sized | undefined; readonly own: number | undefined }

function lengthOf({ lists, name }: CostedField, { run, sized, own }: Sizes): number {
  if (lists === 0) return 1
  const outer = sized?.names.has(name) === true ? sized.size : (own ?? run.listSizeAssumed)
  return outer * run.listSizeAssumed ** (lists - 1)
}

function countSelection(variables: Variables, selection: CostedSelection, object: JsonObject): number {
  let sum = 0
  for (const field of selection.fields)
    if (holds(field.when, variables))
      sum +=
        field.costOfArguments(variables) +
        countValue({ variables, field }, object[field.internalName], field.lists)
  return sum
}

type Counted = { readonly variables: Variables; readonly field: CostedField }

// A leaf may be a list by itself, so lists are followed no further than the schema has them.
function countValue(counted: Counted, value: unknown, lists: number): number {
  const { variables, field } = counted
  if (value === null || value === undefined) return 0
  if (lists > 0 && Array.isArray(value)) {
    let sum = 0
    for (const item of value) sum += countValue(counted, item, lists - 1)
    return sum
  }
  if (field.objects.size === 0) return field.leafWeight
  if (!isJsonObject(value)) return 0
  const object = objectFor(field, value)
  return object === undefined ? 0 : object.weight + countSelection(variables, object.selection, value)
}

function objectFor({ objects }: CostedField, value: JsonObject): CostedObject | undefined {
  if (objects.size === 1) return objects.values().next().value
  const typeName = value.__typename ?? value[interfaceTypename]
  return typeof typeName === 'string' ? objects.get(typeName) : undefined
}

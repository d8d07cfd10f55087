/** Rewrites a validated operation into what is planned: fragments on object types only, own aliases, introspection split off. */
import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import {
  addConditions,
  type Condition,
  conditionsOf,
  fieldDefinition,
  fragmentOf,
  type Layer,
  layersOf,
  type OperationContext,
} from './select-fields.ts'

export type NormalizedOperation = {
  readonly operationKind: 'query' | 'mutation'
  /** To be planned one after the other. A query has one part at most; a mutation has one per root field, in order. */
  readonly parts: readonly OperationPart[]
  /** True when a condition is met whose value was not given; then the parts are not to be planned. */
  readonly needsConditionValues: boolean
}

export type OperationPart = { readonly text: string; readonly selectionSet: SelectionSetNode }

/** Whether a field may be fetched for objects of this type. */
export type IsAllowed = (typeName: string, fieldName: string) => boolean

export function normalizeOperation(
  context: OperationContext,
  operation: OperationDefinitionNode,
  isAllowed: IsAllowed,
): NormalizedOperation {
  const rootType = context.schema.getRootType(operation.operation)
  if (rootType === undefined || rootType === null)
    throw new Error(`The schema has no ${operation.operation} type.`)
  const state: State = { context, isAllowed, needsConditionValues: false }
  const operationKind = operation.operation === 'mutation' ? 'mutation' : 'query'
  const group = groupSelections(state, rootType, [{ selectionSet: operation.selectionSet, conditions: [] }])
  const fields = [...group.fields.values()].filter(({ field }) => !field.name.value.startsWith('__'))
  const together = operationKind === 'mutation' ? fields.map((entry) => [entry]) : [fields]
  const parts = together
    .filter((entries) => entries.length > 0)
    .map((entries) =>
      partOf(
        operation,
        entries.map((entry) => fieldNode(state, rootType, entry)),
      ),
    )
  return { operationKind, parts, needsConditionValues: state.needsConditionValues }
}

type State = {
  readonly context: OperationContext
  readonly isAllowed: IsAllowed
  needsConditionValues: boolean
}

type Occurrence = { readonly field: FieldNode; readonly conditions: readonly Condition[] }
type Entry = { readonly internalName: string; readonly field: FieldNode; readonly occurrences: Occurrence[] }

type Group = {
  readonly fields: Map<string, Entry>
  readonly byObject: Map<string, Layer[]>
  needsTypename: boolean
}

// Fields that hold for every type at this place stay on it. Everything else is moved below fragments on object types,
// because nested abstract fragments are where planners lose fields.
function groupSelections(state: State, parent: GraphQLCompositeType, layers: readonly Layer[]): Group {
  const group: Group = { fields: new Map(), byObject: new Map(), needsTypename: isAbstractType(parent) }
  for (const layer of layers) groupLayer(layer)
  return group

  function groupLayer({ selectionSet, conditions }: Layer): void {
    for (const selection of selectionSet.selections) {
      const own = conditionsOf(selection.directives, state.context)
      if (own === 'never') continue
      const all = addConditions(conditions, own)
      if (selection.kind === Kind.FIELD)
        groupField(state, group, { parent, field: selection, conditions: all })
      else groupFragment(selection, all)
    }
  }

  function groupFragment(
    selection: Exclude<SelectionNode, FieldNode>,
    conditions: readonly Condition[],
  ): void {
    const { typeCondition, selectionSet } = fragmentOf(state.context, selection)
    if (typeCondition === undefined || isWithin(state, parent, typeCondition))
      return groupLayer({ selectionSet, conditions })
    for (const name of sharedObjects(state, parent, typeCondition))
      addTo(group.byObject, name, { selectionSet, conditions })
  }
}

function groupField(
  state: State,
  group: Group,
  {
    parent,
    field,
    conditions,
  }: { parent: GraphQLCompositeType; field: FieldNode; conditions: readonly Condition[] },
): void {
  const fieldName = field.name.value
  if (fieldName === '__typename') return
  const objects = objectTypes(state, parent)
  const allowed = objects.filter(({ name }) => state.isAllowed(name, fieldName))
  if (allowed.length < objects.length) {
    const selectionSet: SelectionSetNode = {
      kind: Kind.SELECTION_SET,
      selections: [{ ...field, directives: [] }],
    }
    for (const { name } of allowed) addTo(group.byObject, name, { selectionSet, conditions })
    return
  }
  const internalName = state.context.internalName(field, fieldDefinition(parent, fieldName))
  const known = group.fields.get(internalName)
  if (known === undefined)
    group.fields.set(internalName, { internalName, field, occurrences: [{ field, conditions }] })
  else known.occurrences.push({ field, conditions })
}

function selectionSetNode(
  state: State,
  parent: GraphQLCompositeType,
  layers: readonly Layer[],
): SelectionSetNode {
  const group = groupSelections(state, parent, layers)
  const entries = [...group.fields.values()]
  const selections: SelectionNode[] = entries.map((entry) => fieldNode(state, parent, entry))
  // A selection that conditions may empty is still an object, so something has to be asked of it.
  const mayBeEmpty = !selections.some((selection) => (selection.directives ?? []).length === 0)
  if (group.needsTypename || mayBeEmpty) selections.unshift(typenameNode)
  for (const [typeName, objectLayers] of group.byObject) {
    const type = state.context.schema.getType(typeName)
    if (!isObjectType(type)) continue
    const selectionSet = selectionSetNode(state, type, objectLayers)
    const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typeName } } as const
    selections.push({ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet })
  }
  return { kind: Kind.SELECTION_SET, selections }
}

function fieldNode(state: State, parent: GraphQLCompositeType, entry: Entry): FieldNode {
  noteConditions(state, entry)
  const { field, internalName, occurrences } = entry
  const definition: GraphQLField<unknown, unknown> = fieldDefinition(parent, field.name.value)
  const type = getNamedType(definition.type)
  const selectionSet = isCompositeType(type)
    ? selectionSetNode(state, type, layersOf(occurrences))
    : undefined
  return {
    kind: Kind.FIELD,
    name: field.name,
    alias: internalName === field.name.value ? undefined : { kind: Kind.NAME, value: internalName },
    arguments: field.arguments ?? [],
    directives: [],
    selectionSet,
  }
}

// Conditions are decided by value before planning: it costs a plan for each set of values and is always right. Left in the
// text, they made the library drop inputs of a field that is asked twice, once skipped; and the order of the answer's
// keys depends on which of several selections counts.
function noteConditions(state: State, { occurrences }: Entry): void {
  if (occurrences.some(({ conditions }) => conditions.length > 0)) state.needsConditionValues = true
}

function partOf(operation: OperationDefinitionNode, selections: readonly FieldNode[]): OperationPart {
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections }
  const used = new Set<string>()
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) })
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  )
  const text = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: operation.operation,
    variableDefinitions,
    selectionSet,
  })
  return { text, selectionSet }
}

function isWithin(state: State, parent: GraphQLCompositeType, typeCondition: string): boolean {
  if (parent.name === typeCondition) return true
  const condition = state.context.schema.getType(typeCondition)
  if (
    !isCompositeType(condition) ||
    !isAbstractType(condition) ||
    parent.astNode?.kind === Kind.UNION_TYPE_DEFINITION
  )
    return false
  return state.context.schema.isSubType(condition, parent as GraphQLObjectType)
}

function sharedObjects(state: State, parent: GraphQLCompositeType, typeCondition: string): readonly string[] {
  const condition = state.context.schema.getType(typeCondition)
  if (!isCompositeType(condition)) return []
  const names = new Set(objectTypes(state, condition).map(({ name }) => name))
  return objectTypes(state, parent).flatMap(({ name }) => (names.has(name) ? [name] : []))
}

const objectTypes = (state: State, type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isAbstractType(type) ? state.context.schema.getPossibleTypes(type) : [type]

function addTo(groups: Map<string, Layer[]>, key: string, layer: Layer): void {
  const known = groups.get(key)
  if (known === undefined) groups.set(key, [layer])
  else known.push(layer)
}

const typenameNode: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

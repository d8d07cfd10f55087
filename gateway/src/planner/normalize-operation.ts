/** Rewrites a validated operation into what is wanted: fragments on object types only, own aliases, introspection split off. */
import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { CannotPlan, type PlanLimits } from './cannot-plan.ts'
import {
  addConditions,
  bounded,
  butNot,
  type Condition,
  either,
  isPossible,
  never,
  type When,
} from './conditions.ts'
import { atOnce, deferredIn, type Group } from './deferred.ts'
import { conditionsOf, fieldDefinition, fragmentOf, type Layer, layersOf } from './select-fields.ts'
import type { OperationContext } from './operation-context.ts'
import type { OperationKind } from './query-plan.ts'
import type { WantedField, WantedSet } from './wanted.ts'

export type NormalizedOperation = {
  readonly operationKind: OperationKind
  /** To be planned one after the other. A mutation has one per root field, in order; any other operation has one part at most. */
  readonly parts: readonly WantedSet[]
}

/** Whether a field may be fetched for objects of this type. */
export type IsAllowed = (typeName: string, fieldName: string) => boolean

export type NormalizeInput = {
  readonly context: OperationContext
  readonly operation: OperationDefinitionNode
  readonly isAllowed: IsAllowed
}

type NormalizeLimits = Pick<PlanLimits, 'placesMax' | 'alternativesMax'>

export function normalizeOperation(
  { context, operation, isAllowed }: NormalizeInput,
  limits: NormalizeLimits,
): NormalizedOperation {
  const rootType = context.schema.getRootType(operation.operation)
  if (rootType === undefined || rootType === null)
    throw new Error(`The schema has no ${operation.operation} type.`)
  const state: State = {
    context,
    isAllowed,
    limits,
    setNumbers: new Map(),
    sets: new Map(),
    selections: 0,
  }
  const operationKind: OperationKind = operation.operation
  const group = groupSelections(state, rootType, [{ selectionSet: operation.selectionSet, conditions: [] }])
  const entries = [...group.fields.values()].filter(({ field }) => !field.name.value.startsWith('__'))
  const together =
    operationKind === 'mutation'
      ? turnsOf(state, entries, (entry) => wantedField(state, rootType, entry)).map((field) => [field])
      : [entries.map((entry) => wantedField(state, rootType, entry))]
  const parts = together
    .filter((part) => part.length > 0)
    .map((part): WantedSet => ({
      typeName: rootType.name,
      typename: false,
      asksType: false,
      fields: part,
      byType: new Map(),
    }))
  return { operationKind, parts }
}

// A root field of a mutation has its turn where the first selection of it stands that counts.
function turnsOf(
  { limits }: State,
  entries: readonly Entry[],
  wanted: (entry: Entry) => WantedField,
): readonly WantedField[] {
  const turns = entries.flatMap((entry) => {
    const field = wanted(entry)
    let before: When = never
    return entry.occurrences.flatMap(({ conditions, order }) => {
      const when = before.reduce<When>((left, one) => bounded(butNot(left, one), limits), [conditions])
      before = either(before, [conditions])
      return when.length === 0 ? [] : [{ order, field: { ...field, when } }]
    })
  })
  return turns.toSorted((one, other) => one.order - other.order).map(({ field }) => field)
}

type State = {
  readonly context: OperationContext
  readonly isAllowed: IsAllowed
  readonly limits: NormalizeLimits
  readonly setNumbers: Map<SelectionSetNode, number>
  /** What was made already: a fragment that is reached on many ways is looked at once. */
  readonly sets: Map<string, WantedSet>
  selections: number
}

type Occurrence = {
  readonly field: FieldNode
  readonly conditions: readonly Condition[]
  /** The deferred fragment that it stands in. */
  readonly group: Group
  /** Counts the selections in the order in which they stand. */
  readonly order: number
}
type Entry = { readonly internalName: string; readonly field: FieldNode; readonly occurrences: Occurrence[] }

type Grouped = {
  readonly fields: Map<string, Entry>
  readonly byObject: Map<string, Layer[]>
  asksType: boolean
}

// Fields that hold for every type at this place stay on it. Everything else is moved below fragments on object types,
// because nested abstract fragments are where planners lose fields.
function groupSelections(state: State, parent: GraphQLCompositeType, layers: readonly Layer[]): Grouped {
  const grouped: Grouped = { fields: new Map(), byObject: new Map(), asksType: false }
  for (const layer of layers) groupLayer(layer)
  return grouped

  function groupLayer({ selectionSet, conditions, group = atOnce }: Layer): void {
    for (const selection of selectionSet.selections) {
      const own = conditionsOf(selection.directives)
      if (own === 'never') continue
      const all = addConditions(conditions, own)
      if (!isPossible(all)) continue
      if (selection.kind === Kind.FIELD)
        groupField(state, grouped, { parent, field: selection, conditions: all, group })
      else groupFragment(selection, all, state.context.groupBelow(group, selection))
    }
  }

  function groupFragment(
    selection: Exclude<SelectionNode, FieldNode>,
    conditions: readonly Condition[],
    group: Group,
  ): void {
    const { typeCondition, selectionSet } = fragmentOf(state.context, selection)
    if (typeCondition === undefined || isWithin(state, parent, typeCondition))
      return groupLayer({ selectionSet, conditions, group })
    for (const name of sharedObjects(state, parent, typeCondition))
      addTo(grouped.byObject, name, { selectionSet, conditions, group })
  }
}

function groupField(
  state: State,
  grouped: Grouped,
  {
    parent,
    field,
    conditions,
    group,
  }: { parent: GraphQLCompositeType; field: FieldNode; conditions: readonly Condition[]; group: Group },
): void {
  const fieldName = field.name.value
  if (fieldName === '__typename') {
    grouped.asksType = true
    return
  }
  const objects = objectTypes(state, parent)
  const allowed = objects.filter(({ name }) => state.isAllowed(name, fieldName))
  if (allowed.length < objects.length) {
    const selectionSet: SelectionSetNode = {
      kind: Kind.SELECTION_SET,
      selections: [{ ...field, directives: [] }],
    }
    // Data has to say the type, if only for some of the types to be refused.
    grouped.asksType = true
    for (const { name } of allowed) addTo(grouped.byObject, name, { selectionSet, conditions, group })
    return
  }
  const internalName = state.context.internalName(field)
  const known = grouped.fields.get(internalName)
  const occurrence = { field, conditions, group, order: (state.selections += 1) }
  if (known === undefined)
    grouped.fields.set(internalName, { internalName, field, occurrences: [occurrence] })
  else known.occurrences.push(occurrence)
}

function wantedSet(state: State, parent: GraphQLCompositeType, layers: readonly Layer[]): WantedSet {
  const key = `${parent.name} ${layers.map((layer) => layerKey(state, layer)).join(' ')}`
  const known = state.sets.get(key)
  if (known !== undefined) return known
  const { placesMax } = state.limits
  if (state.sets.size >= placesMax)
    throw new CannotPlan(`The operation selects in more than ${placesMax} ways.`, 'overLimit')
  const group = groupSelections(state, parent, layers)
  const byType = new Map<string, readonly WantedField[]>()
  for (const [typeName, objectLayers] of group.byObject) {
    const type = state.context.schema.getType(typeName)
    if (isObjectType(type)) byType.set(typeName, wantedSet(state, type, objectLayers).fields)
  }
  const set: WantedSet = {
    typeName: parent.name,
    typename: isAbstractType(parent),
    asksType: group.asksType,
    fields: [...group.fields.values()].map((entry) => wantedField(state, parent, entry)),
    byType,
  }
  state.sets.set(key, set)
  return set
}

function layerKey({ setNumbers }: State, { selectionSet, conditions, group = atOnce }: Layer): string {
  const number = setNumbers.get(selectionSet) ?? setNumbers.size
  setNumbers.set(selectionSet, number)
  return `${number}@${group}${conditions.map(({ variable, wanted }) => `${wanted ? '+' : '-'}${variable}`).join('')}`
}

function wantedField(state: State, parent: GraphQLCompositeType, entry: Entry): WantedField {
  const { field, internalName, occurrences } = entry
  const type = getNamedType(fieldDefinition(parent, field.name.value).type)
  return {
    responseName: internalName,
    name: field.name.value,
    arguments: field.arguments ?? [],
    when: occurrences.reduce<When>(
      (when, { conditions }) => bounded(either(when, [conditions]), state.limits),
      never,
    ),
    deferred: deferredIn(occurrences.map(({ group }) => group)),
    below: isCompositeType(type) ? wantedSet(state, type, layersOf(occurrences)) : undefined,
  }
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

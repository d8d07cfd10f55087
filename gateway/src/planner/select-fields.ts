/** Selects the fields of one object type from a selection set: fragments followed, duplicates merged, conditions kept. */
import {
  type ASTNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql'
import { addConditions, type Condition, isPossible, type When } from './conditions.ts'
import { atOnce, type Group, isDeferred } from './deferred.ts'
import type { OperationContext } from './operation-context.ts'

/** One selection set below a field, and what has to hold for it to count. */
export type Layer = {
  readonly selectionSet: SelectionSetNode
  readonly conditions: readonly Condition[]
  /** The deferred fragment that it stands in, where somebody looks at those. */
  readonly group?: Group
}

export type SelectedField = {
  readonly responseName: string
  readonly internalName: string
  readonly definition: GraphQLField<unknown, unknown>
  readonly node: FieldNode
  /** Where the document asks for it. */
  readonly occurrences: readonly FieldOccurrence[]
  /** One alternative for each selection of the field, in their order. */
  readonly when: When
  readonly layers: readonly Layer[]
}

export type FieldOccurrence = {
  readonly field: FieldNode
  readonly conditions: readonly Condition[]
  /** Comes before those of other fields that have a larger one. */
  readonly position: number
}

export function selectFields(
  context: OperationContext,
  type: GraphQLObjectType | GraphQLInterfaceType,
  layers: readonly Layer[],
): readonly SelectedField[] {
  return selectAll(context, type, { layers })
}

/** A deferred fragment, where it applies. */
export type DeferredFragment = {
  readonly selection: FragmentSelection
  readonly selectionSet: SelectionSetNode
  /** One alternative for each way that leads to it. */
  readonly when: (readonly Condition[])[]
}

/** The fields that are not deferred, and the fragments that are. */
export function selectApart(
  context: OperationContext,
  type: GraphQLObjectType | GraphQLInterfaceType,
  layers: readonly Layer[],
): { readonly fields: readonly SelectedField[]; readonly deferred: readonly DeferredFragment[] } {
  const deferred = new Map<FragmentSelection, DeferredFragment>()
  return { fields: selectAll(context, type, { layers, deferred }), deferred: [...deferred.values()] }
}

type Selecting = {
  readonly layers: readonly Layer[]
  /** Takes the deferred fragments, where their fields are not wanted. */
  readonly deferred?: Map<FragmentSelection, DeferredFragment>
}

function selectAll(
  context: OperationContext,
  type: GraphQLObjectType | GraphQLInterfaceType,
  { layers, deferred }: Selecting,
): readonly SelectedField[] {
  const found = new Map<string, FieldOccurrence[]>()
  let position = 0
  for (const layer of layers) collect(layer)
  return [...found.values()].map((occurrences) => mergeOccurrences(context, type, occurrences))

  function collect({ selectionSet, conditions }: Layer): void {
    for (const selection of selectionSet.selections) {
      const own = conditionsOf(selection.directives)
      if (own === 'never') continue
      const all = addConditions(conditions, own)
      if (!isPossible(all)) continue
      if (selection.kind === Kind.FIELD) {
        const responseName = selection.alias?.value ?? selection.name.value
        const occurrence = { field: selection, conditions: all, position: (position += 1) }
        const known = found.get(responseName)
        if (known === undefined) found.set(responseName, [occurrence])
        else known.push(occurrence)
        continue
      }
      const fragment = fragmentOf(context, selection)
      if (!applies(context.schema, fragment.typeCondition, type)) continue
      if (deferred !== undefined && isDeferred(selection))
        defer(deferred, { selection, selectionSet: fragment.selectionSet, when: [all] })
      else collect({ selectionSet: fragment.selectionSet, conditions: all })
    }
  }
}

function defer(deferred: Map<FragmentSelection, DeferredFragment>, fragment: DeferredFragment): void {
  const known = deferred.get(fragment.selection)
  if (known === undefined) deferred.set(fragment.selection, fragment)
  else known.when.push(...fragment.when)
}

/** What all alternatives say alike; empty if one of them is unconditional. */
function sharedConditions(alternatives: When): readonly Condition[] | 'differ' {
  const [first = []] = alternatives
  if (alternatives.some((conditions) => conditions.length === 0)) return []
  const text = JSON.stringify(first)
  return alternatives.every((conditions) => JSON.stringify(conditions) === text) ? first : 'differ'
}

export function conditionsOf(
  directives: readonly DirectiveNode[] | undefined,
): readonly Condition[] | 'never' {
  const conditions: Condition[] = []
  for (const directive of directives ?? []) {
    const wanted = directive.name.value === 'include'
    if (!wanted && directive.name.value !== 'skip') continue
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return 'never'
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, wanted })
  }
  return conditions
}

/** The variables that decide what is included or deferred anywhere below a node. */
export function conditionVariables(node: ASTNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(node, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include' && name.value !== 'defer') return
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return names
}

export type FragmentSelection = Exclude<SelectionSetNode['selections'][number], FieldNode>

export type FragmentUse = {
  readonly typeCondition: string | undefined
  readonly selectionSet: SelectionSetNode
}

export function fragmentOf(
  context: Pick<OperationContext, 'fragments'>,
  selection: FragmentSelection,
): FragmentUse {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return { typeCondition: selection.typeCondition?.name.value, selectionSet: selection.selectionSet }
  }
  const definition = context.fragments.get(selection.name.value)
  if (definition === undefined)
    throw new Error(`Fragment ${selection.name.value} passed validation without a definition.`)
  return { typeCondition: definition.typeCondition.name.value, selectionSet: definition.selectionSet }
}

function mergeOccurrences(
  context: OperationContext,
  type: GraphQLObjectType | GraphQLInterfaceType,
  occurrences: readonly FieldOccurrence[],
): SelectedField {
  const first = occurrences[0]?.field
  if (first === undefined) throw new Error('A field without an occurrence can not be selected.')
  const definition = fieldDefinition(type, first.name.value)
  return {
    responseName: first.alias?.value ?? first.name.value,
    internalName: context.internalName(first),
    definition,
    node: first,
    occurrences,
    when: occurrences.map(({ conditions }) => conditions),
    layers: layersOf(occurrences),
  }
}

/** Below a field whose conditions are all alike they need not be checked again. */
export function layersOf(
  occurrences: readonly {
    readonly field: FieldNode
    readonly conditions: readonly Condition[]
    readonly group?: Group
  }[],
): readonly Layer[] {
  const shared = sharedConditions(occurrences.map(({ conditions }) => conditions))
  const isAlike =
    shared !== 'differ' &&
    shared.length === (occurrences[0]?.conditions.length ?? 0) &&
    occurrences.every(({ conditions }) => conditions.length === shared.length)
  return occurrences.flatMap(({ field, conditions, group = atOnce }) =>
    field.selectionSet === undefined
      ? []
      : [{ selectionSet: field.selectionSet, conditions: isAlike ? [] : conditions, group }],
  )
}

export function fieldDefinition(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> {
  const definition = metaFields.get(name) ?? (isUnionType(type) ? undefined : type.getFields()[name])
  if (definition === undefined)
    throw new Error(`${type.name}.${name} passed validation without a definition.`)
  return definition
}

const metaFields: ReadonlyMap<string, GraphQLField<unknown, unknown>> = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((definition) => [
    definition.name,
    definition,
  ]),
)

function applies(
  schema: GraphQLSchema,
  typeCondition: string | undefined,
  type: GraphQLObjectType | GraphQLInterfaceType,
): boolean {
  if (typeCondition === undefined || typeCondition === type.name) return true
  const conditionType = schema.getType(typeCondition)
  return (
    isCompositeType(conditionType) && isAbstractType(conditionType) && schema.isSubType(conditionType, type)
  )
}

/** Selects the fields of one object type from a selection set: fragments followed, duplicates merged, conditions kept. */
import {
  type ArgumentNode,
  type ASTNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  print,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql'

export type OperationContext = {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The response name that a field has in plans and in merged data. The client's own name returns in projection. */
  readonly internalName: (field: FieldNode, definition: GraphQLField<unknown, unknown>) => string
  /** Set when conditions are decided before planning instead of in the plan. */
  readonly conditionValues?: Readonly<Record<string, boolean>>
}

/** The field is included if the variable has the wanted value. */
export type Condition = { readonly variable: string; readonly wanted: boolean }

/** One selection set below a field, and what has to hold for it to count. */
export type Layer = { readonly selectionSet: SelectionSetNode; readonly conditions: readonly Condition[] }

export type SelectedField = {
  readonly responseName: string
  readonly internalName: string
  readonly definition: GraphQLField<unknown, unknown>
  readonly node: FieldNode
  /** Included if all conditions of any alternative hold. */
  readonly alternatives: readonly (readonly Condition[])[]
  readonly layers: readonly Layer[]
}

export function selectFields(
  context: OperationContext,
  type: GraphQLObjectType,
  layers: readonly Layer[],
): readonly SelectedField[] {
  const found = new Map<string, { field: FieldNode; conditions: readonly Condition[] }[]>()
  for (const layer of layers) collect(layer)
  return [...found.values()].map((occurrences) => mergeOccurrences(context, type, occurrences))

  function collect({ selectionSet, conditions }: Layer): void {
    for (const selection of selectionSet.selections) {
      const own = conditionsOf(selection.directives, context)
      if (own === 'never') continue
      const all = addConditions(conditions, own)
      if (selection.kind === Kind.FIELD) {
        const responseName = selection.alias?.value ?? selection.name.value
        const known = found.get(responseName)
        if (known === undefined) found.set(responseName, [{ field: selection, conditions: all }])
        else known.push({ field: selection, conditions: all })
        continue
      }
      const fragment = fragmentOf(context, selection)
      if (applies(context.schema, fragment.typeCondition, type))
        collect({ selectionSet: fragment.selectionSet, conditions: all })
    }
  }
}

/** The fields' conditions once they stand alone: null if one alternative is unconditional. */
export function sharedConditions(
  alternatives: readonly (readonly Condition[])[],
): readonly Condition[] | 'differ' {
  const [first = []] = alternatives
  if (alternatives.some((conditions) => conditions.length === 0)) return []
  const text = JSON.stringify(first)
  return alternatives.every((conditions) => JSON.stringify(conditions) === text) ? first : 'differ'
}

export function conditionsOf(
  directives: readonly DirectiveNode[] | undefined,
  context: Pick<OperationContext, 'conditionValues'>,
): readonly Condition[] | 'never' {
  const conditions: Condition[] = []
  for (const directive of directives ?? []) {
    const wanted = directive.name.value === 'include'
    if (!wanted && directive.name.value !== 'skip') continue
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value !== wanted) return 'never'
    } else if (value?.kind === Kind.VARIABLE) {
      const decided = context.conditionValues?.[value.name.value]
      if (decided === undefined) conditions.push({ variable: value.name.value, wanted })
      else if (decided !== wanted) return 'never'
    }
  }
  return conditions
}

/** The variables that `@skip` and `@include` mention anywhere below a node. */
export function conditionVariables(node: ASTNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(node, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return names
}

export function addConditions(outer: readonly Condition[], own: readonly Condition[]): readonly Condition[] {
  const added = own.filter(
    (one) => !outer.some((other) => other.variable === one.variable && other.wanted === one.wanted),
  )
  return added.length === 0 ? outer : [...outer, ...added]
}

export type FragmentUse = {
  readonly typeCondition: string | undefined
  readonly selectionSet: SelectionSetNode
}

export function fragmentOf(
  context: Pick<OperationContext, 'fragments'>,
  selection: Exclude<SelectionSetNode['selections'][number], FieldNode>,
): FragmentUse {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return { typeCondition: selection.typeCondition?.name.value, selectionSet: selection.selectionSet }
  }
  const definition = context.fragments.get(selection.name.value)
  if (definition === undefined)
    throw new Error(`Fragment ${selection.name.value} passed validation without a definition.`)
  return { typeCondition: definition.typeCondition.name.value, selectionSet: definition.selectionSet }
}

/**
 * Decides the internal names of one operation. A client's name is kept unless it could meet something else: what the planner
 * adds (names that a field set mentions, and names with an underscore in front), an alias of our own, or a member that
 * every object inherits.
 */
export function nameFields(fieldSetNames: ReadonlySet<string>): OperationContext['internalName'] {
  const aliases = new Map<string, string>()
  return (field, definition) => {
    const name = field.name.value
    const responseName = field.alias?.value ?? name
    const isPlain = responseName === name && definition.args.length === 0
    const meetsPlanner = !isPlain && (fieldSetNames.has(responseName) || responseName.startsWith('_'))
    if (!meetsPlanner && !ourAlias.test(responseName) && !(responseName in Object.prototype))
      return responseName
    const key = `${responseName}:${name}(${(field.arguments ?? []).map(printArgument).toSorted().join(',')})`
    const known = aliases.get(key)
    if (known !== undefined) return known
    const alias = `${name.replace(/^_+/, '')}__${aliases.size}`
    aliases.set(key, alias)
    return alias
  }
}

// Every name that looks so is ours: a client's, and even a field's of the schema, gets another of ours.
const ourAlias = /__\d+$/

const printArgument = (argument: ArgumentNode): string => print(argument)

function mergeOccurrences(
  context: OperationContext,
  type: GraphQLObjectType,
  occurrences: readonly { readonly field: FieldNode; readonly conditions: readonly Condition[] }[],
): SelectedField {
  const first = occurrences[0]?.field
  if (first === undefined) throw new Error('A field without an occurrence can not be selected.')
  const alternatives = occurrences.map(({ conditions }) => conditions)
  const definition = fieldDefinition(type, first.name.value)
  return {
    responseName: first.alias?.value ?? first.name.value,
    internalName: context.internalName(first, definition),
    definition,
    node: first,
    alternatives,
    layers: layersOf(occurrences),
  }
}

/** Below a field whose conditions are all alike they need not be checked again. */
export function layersOf(
  occurrences: readonly { readonly field: FieldNode; readonly conditions: readonly Condition[] }[],
): readonly Layer[] {
  const shared = sharedConditions(occurrences.map(({ conditions }) => conditions))
  const isAlike =
    shared !== 'differ' &&
    shared.length === (occurrences[0]?.conditions.length ?? 0) &&
    occurrences.every(({ conditions }) => conditions.length === shared.length)
  return occurrences.flatMap(({ field, conditions }) =>
    field.selectionSet === undefined
      ? []
      : [{ selectionSet: field.selectionSet, conditions: isAlike ? [] : conditions }],
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

function applies(schema: GraphQLSchema, typeCondition: string | undefined, type: GraphQLObjectType): boolean {
  if (typeCondition === undefined || typeCondition === type.name) return true
  const conditionType = schema.getType(typeCondition)
  return (
    isCompositeType(conditionType) && isAbstractType(conditionType) && schema.isSubType(conditionType, type)
  )
}

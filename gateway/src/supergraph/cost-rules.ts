/** Reads `@cost` and `@listSize` from the supergraph: what things weigh, and how long lists are. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql'

export type CostRules = {
  /** By the name of an object, enum, scalar or input object. */
  readonly types: ReadonlyMap<string, number>
  /** By `Type.field`. */
  readonly fields: ReadonlyMap<string, number>
  /** By `Type.field.argument` and by `Input.field`. */
  readonly inputs: ReadonlyMap<string, number>
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSizeRule>
}

export type ListSizeRule = {
  readonly assumedSize: number | undefined
  /** Arguments that say how long the list is; `input.first` is a member of one. */
  readonly slicingArguments: readonly string[]
  /** Fields of what is returned that are as long; without them it is the field's own list. */
  readonly sizedFields: readonly string[]
  readonly requiresOneSlicingArgument: boolean
  /** Found by the shape of a field, not said by a directive. */
  readonly isGuessed: boolean
}

/** Reads a document in which the directives have their specification's own names (`useOwnNames`). */
export function readCostRules(supergraph: DocumentNode): CostRules {
  const rules = {
    types: new Map<string, number>(),
    fields: new Map<string, number>(),
    inputs: new Map<string, number>(),
    listSizes: new Map<string, ListSizeRule>(),
  }
  const fieldsByType = fieldsOfObjects(supergraph)
  for (const definition of supergraph.definitions) {
    if (!isTypeDefinitionNode(definition)) continue
    const name = definition.name.value
    addWeight(rules.types, name, definition.directives)
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      addInputs(rules.inputs, name, definition.fields)
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue
    for (const field of definition.fields ?? []) {
      const coordinate = `${name}.${field.name.value}`
      addWeight(rules.fields, coordinate, field.directives)
      addInputs(rules.inputs, coordinate, field.arguments)
      const size = readListSize(field) ?? guessListSize(field, fieldsByType)
      if (size !== undefined) rules.listSizes.set(coordinate, size)
    }
  }
  return rules
}

type FieldsByType = ReadonlyMap<string, readonly FieldDefinitionNode[]>

const fieldsOfObjects = (supergraph: DocumentNode): FieldsByType =>
  new Map(
    supergraph.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? [[definition.name.value, definition.fields ?? []] as const]
        : [],
    ),
  )

type Directives = readonly ConstDirectiveNode[] | undefined

function addInputs(
  to: Map<string, number>,
  prefix: string,
  inputs: readonly InputValueDefinitionNode[] | undefined,
): void {
  for (const { name, directives } of inputs ?? []) addWeight(to, `${prefix}.${name.value}`, directives)
}

function addWeight(to: Map<string, number>, key: string, directives: Directives): void {
  const directive = directives?.find(({ name }) => name.value === 'cost')
  if (directive === undefined) return
  // Federation writes a whole number, the specification it took the directive from a text.
  const weight = Number(argumentOf(directive, 'weight'))
  // What weighs less than nothing would let a longer list cost less.
  if (Number.isFinite(weight)) to.set(key, Math.max(0, weight))
}

// Composers write it with the specification's prefix or without.
function readListSize({ directives }: FieldDefinitionNode): ListSizeRule | undefined {
  const directive = directives?.find(({ name }) => ['listSize', 'cost__listSize'].includes(name.value))
  if (directive === undefined) return undefined
  const assumedSize = argumentOf(directive, 'assumedSize')
  return {
    assumedSize: typeof assumedSize === 'number' ? Math.max(0, assumedSize) : undefined,
    slicingArguments: namesOf(argumentOf(directive, 'slicingArguments')),
    sizedFields: namesOf(argumentOf(directive, 'sizedFields')),
    requiresOneSlicingArgument: argumentOf(directive, 'requireOneSlicingArgument') !== false,
    isGuessed: false,
  }
}

/**
 * A list, or a connection with `edges` or `nodes`, that takes `first`, `last` or `limit` as a whole number: as long as that says. It
 * makes estimates better in graphs that say nothing of sizes, and refuses nothing by itself.
 */
function guessListSize(field: FieldDefinitionNode, fieldsByType: FieldsByType): ListSizeRule | undefined {
  const slicingArguments = (field.arguments ?? []).flatMap(({ name, type }) =>
    ['first', 'last', 'limit'].includes(name.value) && nameIfPlain(type) === 'Int' ? [name.value] : [],
  )
  if (slicingArguments.length === 0) return undefined
  const guessed = {
    assumedSize: undefined,
    slicingArguments,
    requiresOneSlicingArgument: false,
    isGuessed: true,
  }
  const typeName = nameIfPlain(field.type)
  if (typeName === undefined) return { ...guessed, sizedFields: [] }
  const sizedFields = (fieldsByType.get(typeName) ?? []).flatMap(({ name, type }) =>
    ['edges', 'nodes'].includes(name.value) && nameIfPlain(type) === undefined ? [name.value] : [],
  )
  return sizedFields.length === 0 ? undefined : { ...guessed, sizedFields }
}

/** The type's name, if it is not a list. */
function nameIfPlain(type: TypeNode): string | undefined {
  if (type.kind === Kind.NAMED_TYPE) return type.name.value
  return type.kind === Kind.NON_NULL_TYPE ? nameIfPlain(type.type) : undefined
}

function argumentOf(directive: ConstDirectiveNode, name: string): unknown {
  const argument = directive.arguments?.find((one) => one.name.value === name)
  return argument === undefined ? undefined : valueFromASTUntyped(argument.value)
}

// GraphQL reads a single value as a list of one.
const namesOf = (value: unknown): readonly string[] =>
  value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String)

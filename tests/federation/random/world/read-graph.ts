/** Reads from subgraph SDLs what a federated graph means: who resolves which field, what it requires, who knows which runtime types. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql'

export type SubgraphSource = { readonly name: string; readonly sdl: string }

export type FieldFacts = {
  readonly name: string
  readonly type: TypeNode
  /** Of the arguments that have one. */
  readonly defaults: Readonly<Record<string, unknown>>
  readonly isExternal: boolean
  readonly requires: Selections | undefined
  readonly provides: Selections | undefined
  /** The subgraph that had the field before, if all of its traffic moved. */
  readonly overrides: string | undefined
}

export type KeyFacts = { readonly fields: Selections; readonly isResolvable: boolean }

export type TypeFacts = {
  readonly name: string
  readonly kind: 'object' | 'interface' | 'union' | 'enum' | 'scalar' | 'input'
  readonly fields: ReadonlyMap<string, FieldFacts>
  readonly keys: readonly KeyFacts[]
  readonly interfaces: readonly string[]
  readonly members: readonly string[]
  readonly values: readonly string[]
  readonly isInterfaceObject: boolean
}

export type SubgraphFacts = {
  readonly name: string
  /** Root types are called `Query` and `Mutation` here, whatever the subgraph calls them. */
  readonly types: ReadonlyMap<string, TypeFacts>
  readonly rootNames: ReadonlyMap<string, string>
}

export type Selections = readonly SelectionNode[]
export type Owner = { readonly subgraph: SubgraphFacts; readonly field: FieldFacts }

export type GraphFacts = {
  readonly subgraphs: readonly SubgraphFacts[]
  /** The subgraphs that resolve a field of an object, one that holds its interface as an object among them. */
  readonly owners: (typeName: string, fieldName: string) => readonly Owner[]
  /** The runtime types that a type can have as far as a subgraph knows. */
  readonly possible: (subgraph: SubgraphFacts, typeName: string) => readonly string[]
  /** Fields that identify objects or that others require. */
  readonly inputs: ReadonlySet<string>
  /** Those, and fields whose failure would null one of them: none of these ever fails. */
  readonly steady: ReadonlySet<string>
  /** Subgraphs that give a field of another's along with an object. */
  readonly providers: ReadonlyMap<string, ReadonlySet<SubgraphFacts>>
}

export function readGraph(sources: readonly SubgraphSource[]): GraphFacts {
  const subgraphs = sources.map(readSubgraph)
  const ownersKnown = new Map<string, readonly Owner[]>()
  const facts: GraphFacts = {
    subgraphs,
    owners(typeName, fieldName) {
      const key = `${typeName}.${fieldName}`
      const known = ownersKnown.get(key) ?? findOwners(subgraphs, typeName, fieldName)
      ownersKnown.set(key, known)
      return known
    },
    possible: (subgraph, typeName) => possibleTypes(subgraphs, subgraph, typeName),
    inputs: new Set(),
    steady: new Set(),
    providers: new Map(),
  }
  const inputs = findInputs(facts)
  return { ...facts, inputs, steady: findSteady(facts, inputs), providers: findProviders(facts) }
}

function readSubgraph({ name, sdl }: SubgraphSource): SubgraphFacts {
  // A directive by its full name is the same directive.
  const { definitions } = parse(sdl.replaceAll('@federation__', '@'))
  const rootNames = readRootNames(definitions)
  const types = new Map<string, TypeFacts>()
  for (const definition of definitions) {
    if (!('name' in definition) || definition.name === undefined || !(definition.kind in kinds)) continue
    const typeName = rootNames.get(definition.name.value) ?? definition.name.value
    types.set(typeName, joinTypes(types.get(typeName), readType(typeName, definition)))
  }
  return { name, types, rootNames }
}

const kinds: Readonly<Record<string, TypeFacts['kind']>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
}

/** From the subgraph's own name of a root type to the usual one. */
function readRootNames(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
  const names = new Map([
    ['Query', 'Query'],
    ['Mutation', 'Mutation'],
  ])
  for (const definition of definitions)
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
      for (const { operation, type } of definition.operationTypes ?? [])
        names.set(type.name.value, operation === 'query' ? 'Query' : 'Mutation')
  return names
}

function readType(name: string, definition: DefinitionNode): TypeFacts {
  const fields =
    'fields' in definition && definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION
      ? (definition.fields as readonly FieldDefinitionNode[]).map(readField)
      : []
  const directives = (
    'directives' in definition ? (definition.directives ?? []) : []
  ) as readonly ConstDirectiveNode[]
  return {
    name,
    kind: kinds[definition.kind] ?? 'scalar',
    fields: new Map(fields.map((field) => [field.name, field])),
    keys: directives
      .filter((one) => one.name.value === 'key')
      .map((one) => ({
        fields: fieldSet(textArgument(one, 'fields') ?? ''),
        isResolvable: textArgument(one, 'resolvable') !== 'false',
      })),
    interfaces: 'interfaces' in definition ? (definition.interfaces ?? []).map((one) => one.name.value) : [],
    members:
      definition.kind === Kind.UNION_TYPE_DEFINITION
        ? (definition.types ?? []).map((one) => one.name.value)
        : [],
    values:
      definition.kind === Kind.ENUM_TYPE_DEFINITION
        ? (definition.values ?? []).flatMap((one) => (isHidden(one.directives) ? [] : [one.name.value]))
        : [],
    isInterfaceObject: directives.some((one) => one.name.value === 'interfaceObject'),
  }
}

const joinTypes = (one: TypeFacts | undefined, other: TypeFacts): TypeFacts =>
  one === undefined
    ? other
    : {
        ...one,
        fields: new Map([...one.fields, ...other.fields]),
        keys: [...one.keys, ...other.keys],
        interfaces: [...one.interfaces, ...other.interfaces],
      }

function readField({ name, type, arguments: given = [], directives = [] }: FieldDefinitionNode): FieldFacts {
  const directive = (wanted: string) => directives.find((one) => one.name.value === wanted)
  const fields = (wanted: string): Selections | undefined => {
    const found = directive(wanted)
    return found && fieldSet(textArgument(found, 'fields') ?? '')
  }
  const override = directive('override')
  return {
    name: name.value,
    type,
    defaults: Object.fromEntries(
      given.flatMap((one) =>
        one.defaultValue ? [[one.name.value, valueFromASTUntyped(one.defaultValue)]] : [],
      ),
    ),
    isExternal: directive('external') !== undefined,
    requires: fields('requires'),
    provides: fields('provides'),
    overrides:
      override && textArgument(override, 'label') === undefined ? textArgument(override, 'from') : undefined,
  }
}

export function fieldSet(source: string): Selections {
  const [operation] = parse(`{ ${source} }`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

const isHidden = (directives: readonly DirectiveNode[] = []): boolean =>
  directives.some(({ name }) => name.value === 'inaccessible')

function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value
  if (value?.kind === Kind.BOOLEAN) return String(value.value)
  return value?.kind === Kind.STRING ? value.value : undefined
}

function findOwners(
  subgraphs: readonly SubgraphFacts[],
  typeName: string,
  fieldName: string,
): readonly Owner[] {
  const declared = (name: string): readonly Owner[] =>
    subgraphs.flatMap((subgraph) => {
      const field = subgraph.types.get(name)?.fields.get(fieldName)
      return field === undefined ? [] : [{ subgraph, field }]
    })
  const own = declared(typeName)
  const moved = new Set(own.map(({ field }) => field.overrides))
  const direct = own.filter(({ subgraph, field }) => !field.isExternal && !moved.has(subgraph.name))
  if (direct.length > 0) return direct
  return interfacesOf(subgraphs, typeName)
    .flatMap(declared)
    .filter(
      ({ subgraph, field }) =>
        !field.isExternal &&
        [...subgraph.types.values()].some(
          (type) => type.isInterfaceObject && type.fields.get(fieldName) === field,
        ),
    )
}

export const interfacesOf = (subgraphs: readonly SubgraphFacts[], typeName: string): readonly string[] => [
  ...new Set(subgraphs.flatMap(({ types }) => types.get(typeName)?.interfaces ?? [])),
]

function possibleTypes(
  subgraphs: readonly SubgraphFacts[],
  subgraph: SubgraphFacts,
  typeName: string,
): readonly string[] {
  const type = subgraph.types.get(typeName)
  if (type?.kind === 'union') return type.members
  if (type?.kind === 'interface') return implementing(subgraph, typeName)
  if (type?.isInterfaceObject)
    return [...new Set(subgraphs.flatMap((one) => implementing(one, typeName)))].toSorted()
  return [typeName]
}

const implementing = ({ types }: SubgraphFacts, typeName: string): readonly string[] =>
  [...types.values()].flatMap(({ name, kind, interfaces }) =>
    kind === 'object' && interfaces.includes(typeName) ? [name] : [],
  )

type DeclaredField = {
  readonly subgraph: SubgraphFacts
  readonly type: TypeFacts
  readonly field: FieldFacts
}

const declaredFields = ({ subgraphs }: GraphFacts): readonly DeclaredField[] =>
  subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) =>
      [...type.fields.values()].map((field) => ({ subgraph, type, field })),
    ),
  )

function findInputs(facts: GraphFacts): ReadonlySet<string> {
  const keys = facts.subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) =>
      type.keys.flatMap(({ fields }) => coordinatesOf({ facts, subgraph }, type.name, fields)),
    ),
  )
  const required = declaredFields(facts).flatMap(({ subgraph, type, field }) =>
    coordinatesOf({ facts, subgraph }, type.name, field.requires ?? []),
  )
  return new Set([...keys, ...required])
}

/** A field that is never null takes the object above it along, and that one may be required. */
function findSteady(facts: GraphFacts, inputs: ReadonlySet<string>): ReadonlySet<string> {
  const steady = new Set(inputs)
  const typesBelow = ({ subgraph, field }: DeclaredField): readonly string[] =>
    facts.possible(subgraph, namedType(field.type))
  const fields = declaredFields(facts)
  const reached = new Set(
    fields.filter(({ type, field }) => inputs.has(`${type.name}.${field.name}`)).flatMap(typesBelow),
  )
  for (const typeName of reached)
    for (const declared of fields) {
      const { type, field } = declared
      if (type.name !== typeName || field.type.kind !== Kind.NON_NULL_TYPE) continue
      steady.add(`${typeName}.${field.name}`)
      for (const below of typesBelow(declared)) reached.add(below)
    }
  return steady
}

function findProviders(facts: GraphFacts): GraphFacts['providers'] {
  const providers = new Map<string, Set<SubgraphFacts>>()
  for (const { subgraph, field } of declaredFields(facts)) {
    const given = coordinatesOf({ facts, subgraph }, namedType(field.type), field.provides ?? [])
    for (const coordinate of given)
      providers.set(coordinate, new Set([...(providers.get(coordinate) ?? []), subgraph]))
  }
  return providers
}

type Place = { readonly facts: GraphFacts; readonly subgraph: SubgraphFacts }

/** All fields that a field set names, for each type that an object can have there. */
function coordinatesOf(place: Place, typeName: string, selections: Selections): readonly string[] {
  const { facts, subgraph } = place
  return selections.flatMap((selection): readonly string[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return coordinatesOf(
        place,
        selection.typeCondition?.name.value ?? typeName,
        selection.selectionSet.selections,
      )
    if (selection.kind !== Kind.FIELD) return []
    const { name, selectionSet } = selection
    const own = facts.possible(subgraph, typeName).map((possible) => `${possible}.${name.value}`)
    const field = subgraph.types.get(typeName)?.fields.get(name.value)
    return selectionSet && field
      ? [...own, ...coordinatesOf(place, namedType(field.type), selectionSet.selections)]
      : own
  })
}

export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

/** Reads from a supergraph which moves there are: what each subgraph resolves of each type, and by which keys it is entered. */
import {
  buildASTSchema,
  type ConstDirectiveNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  parseType,
  type TypeNode,
} from 'graphql'
import { fieldSetReader, type ReadFieldSet, type WantedSet } from './wanted.ts'

/** A field as one subgraph has it. */
export type FieldMove = {
  readonly subgraph: string
  readonly typeName: string
  readonly isList: boolean
  /** The type as the subgraph writes it; fields of one response name have to agree on it. */
  readonly typeText: string
  /** Declared, yet resolved here only where it is provided. */
  readonly isExternal: boolean
  /** Set where the subgraph knows the object only by this interface, which is an object to it. */
  readonly entersAs: string | undefined
  readonly requires: WantedSet | undefined
  readonly provides: WantedSet | undefined
}

/** By which fields a subgraph finds an entity. */
export type KeyMove = { readonly text: string; readonly fields: WantedSet }

export type MoveGraph = {
  /** All of the supergraph, inaccessible elements too. */
  readonly schema: GraphQLSchema
  readonly queryType: string
  readonly subgraphs: readonly string[]
  readonly field: (subgraph: string, typeName: string, fieldName: string) => FieldMove | undefined
  /** The moves to one field, of every subgraph that has it, by name. */
  readonly movesTo: (typeName: string, fieldName: string) => readonly FieldMove[]
  readonly keys: (subgraph: string, typeName: string) => readonly KeyMove[]
  /** Who has a key for a type, by name. */
  readonly keyedSubgraphs: (typeName: string) => readonly string[]
  /** Keys that a subgraph declares only to name an entity: by them it takes back what a field of its own requires. */
  readonly ownKeys: (subgraph: string, typeName: string) => readonly KeyMove[]
  /** The runtime types that a subgraph can give where it says `typeName`. */
  readonly runtimeTypes: (subgraph: string, typeName: string) => readonly string[]
  /** Those that any subgraph can give. */
  readonly possibleTypes: (typeName: string) => readonly string[]
  readonly isAbstract: (typeName: string) => boolean
  /** The names of all interfaces. */
  readonly interfaces: readonly string[]
  readonly isInterfaceObject: (subgraph: string, typeName: string) => boolean
}

export function buildMoveGraph(supergraphSdl: string): MoveGraph {
  const schema = buildASTSchema(parse(supergraphSdl, { noLocation: true }), { assumeValidSDL: true })
  const names = graphNames(schema)
  const reading: Reading = {
    schema,
    names,
    interfaceObjects: readInterfaceObjects(schema, names),
    readFieldSet: fieldSetReader(schema),
  }
  const fields = new Map<string, readonly FieldMove[]>()
  const keys = new Map<string, readonly NamedKey[]>()
  const found = new Map<string, Set<string>>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    const types = directives(type, 'join__type')
    for (const subgraph of new Set(types.map((directive) => graphOf(reading, directive))))
      keys.set(`${subgraph} ${type.name}`, readKeys(reading, type.name, subgraph))
    if (isObjectType(type) || isInterfaceType(type))
      for (const name of Object.keys(type.getFields()))
        fields.set(`${type.name} ${name}`, [
          ...readMoves(reading, type.name, name),
          ...readInterfaceObjectMoves(reading, type.name, name),
        ])
    addMembers(reading, type.name, found)
  }
  const members = new Map([...found].map(([key, names]) => [key, [...names].toSorted()]))
  const keysOf = (subgraph: string, typeName: string): readonly NamedKey[] =>
    keys.get(`${subgraph} ${typeName}`) ??
    interfaceObjectsIn(reading, subgraph, interfacesOf(schema, typeName)).flatMap(
      (name) => keys.get(`${subgraph} ${name}`) ?? [],
    )
  const keyed = new Map<string, readonly string[]>()
  // The first of a subgraph counts: a field that it declares itself comes before one by way of an interface.
  const bySubgraph = new Map(
    [...fields].map(([name, moves]) => [
      name,
      new Map(moves.toReversed().map((move) => [move.subgraph, move] as const)),
    ]),
  )
  return {
    schema,
    keyedSubgraphs(typeName) {
      const known = keyed.get(typeName)
      if (known !== undefined) return known
      const subgraphs = [...names.values()].filter((subgraph) => keysOf(subgraph, typeName).length > 0)
      keyed.set(typeName, subgraphs)
      return subgraphs
    },
    interfaces: Object.values(schema.getTypeMap())
      .filter(isInterfaceType)
      .map(({ name }) => name)
      .toSorted(),
    queryType: schema.getQueryType()?.name ?? 'Query',
    subgraphs: [...names.values()],
    movesTo: (typeName, fieldName) => fields.get(`${typeName} ${fieldName}`) ?? [],
    field: (subgraph, typeName, fieldName) => bySubgraph.get(`${typeName} ${fieldName}`)?.get(subgraph),
    keys: (subgraph, typeName) => keysOf(subgraph, typeName).filter(({ isResolvable }) => isResolvable),
    ownKeys: (subgraph, typeName) => keysOf(subgraph, typeName).filter(({ isResolvable }) => !isResolvable),
    runtimeTypes: (subgraph, typeName) =>
      isObjectType(schema.getType(typeName)) ? [typeName] : (members.get(`${subgraph} ${typeName}`) ?? []),
    possibleTypes(typeName) {
      const type = schema.getType(typeName)
      return isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [typeName]
    },
    isAbstract: (typeName) => !isObjectType(schema.getType(typeName)),
    isInterfaceObject: (subgraph, typeName) => reading.interfaceObjects.get(typeName)?.has(subgraph) === true,
  }
}

type Reading = {
  readonly schema: GraphQLSchema
  /** From the name in the join enum to the subgraph's own. */
  readonly names: ReadonlyMap<string, string>
  /** By the name of an interface, the subgraphs that hold it as an object. */
  readonly interfaceObjects: ReadonlyMap<string, ReadonlySet<string>>
  readonly readFieldSet: ReadFieldSet
}

function readInterfaceObjects(schema: GraphQLSchema, names: Reading['names']): Reading['interfaceObjects'] {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType)
  return new Map(
    interfaces.map((type) => {
      const joins = directives(type, 'join__type').filter(
        (join) => argument(join, 'isInterfaceObject') === true,
      )
      return [type.name, new Set(joins.map((join) => graphOf({ names }, join)))]
    }),
  )
}

function graphNames(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const type = schema.getType('join__Graph')
  const values = type?.astNode?.kind === Kind.ENUM_TYPE_DEFINITION ? (type.astNode.values ?? []) : []
  return new Map(
    values.map((value) => {
      const graph = value.directives?.find(({ name }) => name.value === 'join__graph')
      return [value.name.value, String((graph && argument(graph, 'name')) ?? value.name.value)]
    }),
  )
}

type NamedKey = KeyMove & { readonly isResolvable: boolean }

function readKeys(reading: Reading, typeName: string, subgraph: string): readonly NamedKey[] {
  return directives(reading.schema.getType(typeName), 'join__type').flatMap((directive) => {
    const text = argument(directive, 'key')
    if (graphOf(reading, directive) !== subgraph || typeof text !== 'string') return []
    const isResolvable = argument(directive, 'resolvable') !== false
    return [{ text, fields: reading.readFieldSet(text, typeName), isResolvable }]
  })
}

function readMoves(reading: Reading, typeName: string, fieldName: string): readonly FieldMove[] {
  const type = reading.schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const definition = type.getFields()[fieldName]
  if (definition === undefined) return []
  const joins = directives(definition, 'join__field')
  const plain: FieldMove = {
    subgraph: '',
    typeName: getNamedType(definition.type).name,
    isList: isListType(isNonNullType(definition.type) ? definition.type.ofType : definition.type),
    typeText: String(definition.type),
    isExternal: false,
    entersAs: undefined,
    requires: undefined,
    provides: undefined,
  }
  // Without a join the field is in every subgraph that has the type.
  if (joins.length === 0)
    return [...new Set(directives(type, 'join__type').map((directive) => graphOf(reading, directive)))]
      .toSorted()
      .map((subgraph) => ({ ...plain, subgraph }))
  return joins
    .flatMap((join) => {
      // A share of the traffic is decided by a label; whoever had the field before keeps it.
      if (argument(join, 'graph') === undefined || argument(join, 'overrideLabel') !== undefined) return []
      return [{ ...plain, ...readJoin(reading, join, { typeName, plain }) }]
    })
    .toSorted((one, other) => (one.subgraph < other.subgraph ? -1 : 1))
}

/** Fields that an object has by way of an interface, from subgraphs where that interface is an object. */
function readInterfaceObjectMoves(
  reading: Reading,
  typeName: string,
  fieldName: string,
): readonly FieldMove[] {
  if (!isObjectType(reading.schema.getType(typeName))) return []
  return interfacesOf(reading.schema, typeName).flatMap((name) => {
    const subgraphs = reading.interfaceObjects.get(name)
    if (subgraphs === undefined || subgraphs.size === 0) return []
    return readMoves(reading, name, fieldName)
      .filter(({ subgraph }) => subgraphs.has(subgraph))
      .map((move) => ({ ...move, entersAs: name }))
  })
}

const interfacesOf = (schema: GraphQLSchema, typeName: string): readonly string[] => {
  const type = schema.getType(typeName)
  return isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : []
}

const interfaceObjectsIn = (
  { interfaceObjects }: Reading,
  subgraph: string,
  among: readonly string[],
): readonly string[] => among.filter((name) => interfaceObjects.get(name)?.has(subgraph) === true)

function readJoin(
  reading: Reading,
  join: ConstDirectiveNode,
  { typeName, plain }: { readonly typeName: string; readonly plain: FieldMove },
): Partial<FieldMove> {
  const typeText = argument(join, 'type')
  const written = typeof typeText === 'string' ? readType(parseType(typeText)) : plain
  const requires = argument(join, 'requires')
  const provides = argument(join, 'provides')
  return {
    subgraph: graphOf(reading, join),
    typeName: written.typeName,
    isList: written.isList,
    typeText: typeof typeText === 'string' ? typeText : plain.typeText,
    isExternal: argument(join, 'external') === true || argument(join, 'usedOverridden') === true,
    requires: typeof requires === 'string' ? reading.readFieldSet(requires, typeName) : undefined,
    provides: typeof provides === 'string' ? reading.readFieldSet(provides, written.typeName) : undefined,
  }
}

function readType(node: TypeNode): { readonly typeName: string; readonly isList: boolean } {
  if (node.kind === Kind.NAMED_TYPE) return { typeName: node.name.value, isList: false }
  const inner = readType(node.type)
  return { typeName: inner.typeName, isList: inner.isList || node.kind === Kind.LIST_TYPE }
}

function addMembers(reading: Reading, name: string, members: Map<string, Set<string>>): void {
  const type = reading.schema.getType(name)
  const add = (subgraph: string, abstract: string, member: string): void => {
    const key = `${subgraph} ${abstract}`
    const known = members.get(key)
    if (known === undefined) members.set(key, new Set([member]))
    else known.add(member)
  }
  if (isUnionType(type))
    for (const join of directives(type, 'join__unionMember'))
      add(graphOf(reading, join), name, String(argument(join, 'member')))
  if (isObjectType(type))
    for (const join of directives(type, 'join__implements'))
      add(graphOf(reading, join), String(argument(join, 'interface')), name)
}

const graphOf = ({ names }: Pick<Reading, 'names'>, directive: ConstDirectiveNode): string => {
  const name = String(argument(directive, 'graph'))
  return names.get(name) ?? name
}

function directives(
  element: { readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null } | undefined,
  name: string,
): readonly ConstDirectiveNode[] {
  return (element?.astNode?.directives ?? []).filter((directive) => directive.name.value === name)
}

function argument(directive: ConstDirectiveNode, name: string): string | boolean | undefined {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value
  if (value?.kind === Kind.STRING || value?.kind === Kind.BOOLEAN || value?.kind === Kind.ENUM)
    return value.value
  return undefined
}

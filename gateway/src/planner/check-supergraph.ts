/** What the checker knows of a supergraph, read by itself: which subgraph resolves what, needing what, giving what along. */
import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
} from 'graphql'
import type { Values } from './checked-cases.ts'
import { remembered } from './remembered.ts'

/** How a subgraph stands to a field. `needs` is what it requires; `gives` what it provides below. */
export type Resolution = {
  readonly isExternal: boolean
  readonly needs: readonly SelectionNode[]
  readonly gives: readonly SelectionNode[]
  /** The field's named type, as the subgraph says it. */
  readonly typeName: string
}

export type FieldSets = readonly (readonly SelectionNode[])[]

/** What is alike is the same object: types can be told apart by it. */
export type CheckedSupergraph = {
  readonly resolution: (subgraph: string, typeName: string, fieldName: string) => Resolution | undefined
  /** By what a subgraph finds an entity. What it only names by a key, it still takes back by it: those with `own`. */
  readonly keys: (subgraph: string, typeName: string, own: boolean) => FieldSets
  readonly knows: (subgraph: string, typeName: string) => boolean
  /** Where a subgraph holds an interface as an object, that may be any type that has the interface. */
  readonly runtimeTypes: (subgraph: string, typeName: string) => Values
  readonly isAbstract: (typeName: string) => boolean
  readonly isObjectInterface: (subgraph: string, typeName: string) => boolean
  /** The object types that a type condition lets pass. */
  readonly objectsWithin: (condition: string) => Values
}

export function readCheckedSupergraph(schema: GraphQLSchema): CheckedSupergraph {
  const reading = startReading(schema)
  const fieldsOf = remembered((subgraph: string) =>
    remembered((typeName: string) =>
      remembered((fieldName: string) => resolutionOf(reading, { subgraph, typeName, fieldName })),
    ),
  )
  const keysOf = remembered((subgraph: string) =>
    remembered((typeName: string) => ({
      own: keysOfType(reading, subgraph, { typeName, own: true }),
      others: keysOfType(reading, subgraph, { typeName, own: false }),
    })),
  )
  const knownIn = remembered(
    (typeName: string) => new Set(reading.joinsOf(typeName, 'join__type').map(reading.graphOf)),
  )
  const typesOf = remembered((subgraph: string) =>
    remembered((typeName: string): Values => new Set(runtimeTypesOf(reading, subgraph, typeName))),
  )
  return {
    resolution: (subgraph, typeName, fieldName) => fieldsOf(subgraph)(typeName)(fieldName),
    keys: (subgraph, typeName, own) => keysOf(subgraph)(typeName)[own ? 'own' : 'others'],
    knows: (subgraph, typeName) => knownIn(typeName).has(subgraph),
    runtimeTypes: (subgraph, typeName) => typesOf(subgraph)(typeName),
    isAbstract: (typeName) => isAbstractType(schema.getType(typeName)),
    isObjectInterface: (subgraph, typeName) => isObjectInterface(reading, subgraph, typeName),
    objectsWithin: remembered((condition) => objectsWithin(schema, condition)),
  }
}

type Reading = {
  readonly schema: GraphQLSchema
  readonly graphOf: (directive: ConstDirectiveNode) => string | undefined
  readonly joinsOf: (typeName: string, name: string) => readonly ConstDirectiveNode[]
  readonly fieldSetOf: (source: string) => readonly SelectionNode[]
  /** By their text. */
  readonly resolutions: Map<string, Resolution>
  readonly keys: Map<string, FieldSets>
}

function startReading(schema: GraphQLSchema): Reading {
  const graphNames = new Map<string, string>()
  const graphType = schema.getType('join__Graph')?.astNode
  if (graphType?.kind === Kind.ENUM_TYPE_DEFINITION)
    for (const { name, directives = [] } of graphType.values ?? [])
      for (const directive of directives) graphNames.set(name.value, text(directive, 'name') ?? name.value)
  const byType = remembered((typeName) =>
    Map.groupBy(schema.getType(typeName)?.astNode?.directives ?? [], ({ name }) => name.value),
  )
  return {
    schema,
    graphOf: (directive) => graphNames.get(text(directive, 'graph') ?? ''),
    joinsOf: (typeName, name) => byType(typeName).get(name) ?? [],
    fieldSetOf: remembered(parseFieldSet),
    resolutions: new Map(),
    keys: new Map(),
  }
}

function keysOfType(
  { joinsOf, graphOf, fieldSetOf, keys }: Reading,
  subgraph: string,
  { typeName, own }: { readonly typeName: string; readonly own: boolean },
): FieldSets {
  const texts = joinsOf(typeName, 'join__type').flatMap((join) => {
    const isUsable = graphOf(join) === subgraph && (own || text(join, 'resolvable') !== 'false')
    return isUsable ? (text(join, 'key') ?? []) : []
  })
  return firstAlike(keys, texts.join(' | '), texts.map(fieldSetOf))
}

function firstAlike<Value>(known: Map<string, Value>, name: string, value: Value): Value {
  const first = known.get(name)
  if (first !== undefined) return first
  known.set(name, value)
  return value
}

const isObjectInterface = ({ joinsOf, graphOf }: Reading, subgraph: string, typeName: string): boolean =>
  joinsOf(typeName, 'join__type').some(
    (join) => graphOf(join) === subgraph && text(join, 'isInterfaceObject') === 'true',
  )

function resolutionOf(
  reading: Reading,
  {
    subgraph,
    typeName,
    fieldName,
  }: { readonly subgraph: string; readonly typeName: string; readonly fieldName: string },
): Resolution | undefined {
  const { schema, joinsOf, graphOf, fieldSetOf, resolutions } = reading
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined
  const definition = type.getFields()[fieldName]
  if (definition === undefined) return undefined
  const joins = (definition.astNode?.directives ?? []).filter((one) => one.name.value === 'join__field')
  const join = joins.find((one) => graphOf(one) === subgraph)
  const isWithoutJoins = joins.length === 0
  if (isWithoutJoins && !joinsOf(typeName, 'join__type').some((one) => graphOf(one) === subgraph))
    return undefined
  if (!isWithoutJoins && (join === undefined || text(join, 'overrideLabel') !== undefined)) return undefined
  const isExternal = text(join, 'external') === 'true' || text(join, 'usedOverridden') === 'true'
  const needs = text(join, 'requires') ?? ''
  const gives = text(join, 'provides') ?? ''
  const named = (text(join, 'type') ?? String(definition.type)).replace(/[[\]!]/g, '')
  return firstAlike(resolutions, `${named} | ${isExternal} | ${needs} | ${gives}`, {
    isExternal,
    needs: fieldSetOf(needs),
    gives: fieldSetOf(gives),
    typeName: named,
  })
}

function runtimeTypesOf(reading: Reading, subgraph: string, typeName: string): readonly string[] {
  const { schema, joinsOf, graphOf } = reading
  const type = schema.getType(typeName)
  if (!isAbstractType(type)) return [typeName]
  if (isObjectInterface(reading, subgraph, typeName))
    return schema.getPossibleTypes(type).map(({ name }) => name)
  if (!isInterfaceType(type))
    return joinsOf(typeName, 'join__unionMember').flatMap((join) =>
      graphOf(join) === subgraph ? [text(join, 'member') ?? ''] : [],
    )
  return schema.getPossibleTypes(type).flatMap(({ name }) => {
    const joins = joinsOf(name, 'join__implements')
    const isHere = joins.some((join) => graphOf(join) === subgraph && text(join, 'interface') === typeName)
    return isHere ? [name] : []
  })
}

function objectsWithin(schema: GraphQLSchema, condition: string): Values {
  const type = schema.getType(condition)
  return new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [condition])
}

/** A field as it is called: two calls that read alike bring the same value. */
export const callText = (name: string, given: readonly ArgumentNode[] = []): string =>
  given.length === 0
    ? `${name}()`
    : `${name}(${given
        .map((argument) => print(argument))
        .toSorted()
        .join(', ')})`

function parseFieldSet(source: string): readonly SelectionNode[] {
  if (source.trim() === '') return []
  const [operation] = parse(`{${source}}`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

function text(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = directive?.arguments?.find((one) => one.name.value === name)?.value
  if (value?.kind === Kind.BOOLEAN) return String(value.value)
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

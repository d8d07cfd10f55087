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

/** How a subgraph stands to a field. `needs` is what it requires; `gives` what it provides below. */
export type Resolution = {
  readonly isExternal: boolean
  readonly needs: readonly SelectionNode[]
  readonly gives: readonly SelectionNode[]
  /** The field's named type, as the subgraph says it. */
  readonly typeName: string
}

export type CheckedSupergraph = {
  readonly resolution: (subgraph: string, typeName: string, fieldName: string) => Resolution | undefined
  readonly keys: (subgraph: string, typeName: string) => readonly (readonly SelectionNode[])[]
  readonly runtimeTypes: (subgraph: string, typeName: string) => readonly string[]
  /** The interfaces of an object that a subgraph holds as objects. */
  readonly objectInterfaces: (subgraph: string, typeName: string) => readonly string[]
  readonly isWithin: (typeName: string, condition: string) => boolean
}

export function readCheckedSupergraph(schema: GraphQLSchema): CheckedSupergraph {
  const graphNames = new Map<string, string>()
  const graphType = schema.getType('join__Graph')?.astNode
  if (graphType?.kind === Kind.ENUM_TYPE_DEFINITION)
    for (const { name, directives = [] } of graphType.values ?? [])
      for (const directive of directives) graphNames.set(name.value, text(directive, 'name') ?? name.value)
  const graphOf = (directive: ConstDirectiveNode): string | undefined =>
    graphNames.get(text(directive, 'graph') ?? '')

  const joinsOf = (typeName: string, name: string): readonly ConstDirectiveNode[] =>
    (schema.getType(typeName)?.astNode?.directives ?? []).filter((one) => one.name.value === name)
  const reading: Reading = { schema, graphOf, joinsOf }

  return {
    objectInterfaces: (subgraph, typeName) => objectInterfaces(reading, subgraph, typeName),
    runtimeTypes: (subgraph, typeName) => runtimeTypesOf(reading, subgraph, typeName),
    resolution: (subgraph, objectName, fieldName) =>
      resolutionOf(reading, subgraph, { objectName, fieldName }),

    keys: (subgraph, typeName) =>
      joinsOf(objectInterfaces(reading, subgraph, typeName)[0] ?? typeName, 'join__type').flatMap((join) => {
        const key = text(join, 'key')
        const isUsable = graphOf(join) === subgraph && text(join, 'resolvable') !== 'false'
        return isUsable && key !== undefined ? [fieldSet(key)] : []
      }),

    isWithin(typeName, condition) {
      if (typeName === condition) return true
      const [type, whole] = [schema.getType(typeName), schema.getType(condition)]
      return isAbstractType(whole) && isObjectType(type) && schema.isSubType(whole, type)
    },
  }
}

type Reading = {
  readonly schema: GraphQLSchema
  readonly graphOf: (directive: ConstDirectiveNode) => string | undefined
  readonly joinsOf: (typeName: string, name: string) => readonly ConstDirectiveNode[]
}

function objectInterfaces(
  { schema, joinsOf, graphOf }: Reading,
  subgraph: string,
  typeName: string,
): readonly string[] {
  const type = schema.getType(typeName)
  const names = isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : []
  return names.filter((name) =>
    joinsOf(name, 'join__type').some(
      (join) => graphOf(join) === subgraph && text(join, 'isInterfaceObject') === 'true',
    ),
  )
}

function resolutionOf(
  reading: Reading,
  subgraph: string,
  { objectName, fieldName }: { readonly objectName: string; readonly fieldName: string },
): Resolution | undefined {
  const { schema, joinsOf, graphOf } = reading
  const typeName = objectInterfaces(reading, subgraph, objectName)[0] ?? objectName
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined
  const definition = type.getFields()[fieldName]
  if (definition === undefined) return undefined
  const named = (written: string): string => written.replace(/[[\]!]/g, '')
  const plain = { isExternal: false, needs: [], gives: [], typeName: named(String(definition.type)) }
  const joins = (definition.astNode?.directives ?? []).filter((one) => one.name.value === 'join__field')
  if (joins.length === 0)
    return joinsOf(typeName, 'join__type').some((join) => graphOf(join) === subgraph) ? plain : undefined
  const join = joins.find((one) => graphOf(one) === subgraph)
  if (join === undefined || text(join, 'overrideLabel') !== undefined) return undefined
  return {
    isExternal: text(join, 'external') === 'true' || text(join, 'usedOverridden') === 'true',
    needs: fieldSet(text(join, 'requires') ?? ''),
    gives: fieldSet(text(join, 'provides') ?? ''),
    typeName: named(text(join, 'type') ?? plain.typeName),
  }
}

function runtimeTypesOf(
  { schema, joinsOf, graphOf }: Reading,
  subgraph: string,
  typeName: string,
): readonly string[] {
  const type = schema.getType(typeName)
  if (!isAbstractType(type)) return [typeName]
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

/** A field as it is called: two calls that read alike bring the same value. */
export const callText = (name: string, given: readonly ArgumentNode[] | undefined): string =>
  `${name}(${(given ?? [])
    .map((argument) => print(argument))
    .toSorted()
    .join(', ')})`

export function fieldSet(source: string): readonly SelectionNode[] {
  if (source.trim() === '') return []
  const [operation] = parse(`{${source}}`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

function text(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value
  if (value?.kind === Kind.BOOLEAN) return String(value.value)
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

/** Refuses a supergraph whose joins name what is not there: a subgraph, a type's field, a version of the specification. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  GraphQLError,
  isTypeDefinitionNode,
  Kind,
  type SelectionNode,
  type TypeNode,
} from 'graphql'
import { parseFieldSet } from './field-sets.ts'
import { argumentOf, directivesOf, joinedSubgraphs } from './joins.ts'
import { isNestedTooDeeply } from './nesting.ts'
import { namedTypeOf } from './type-nodes.ts'

/** Composers write none of this; people who mend a supergraph by hand do. Said here, it names the element at fault. */
export function refuseWrongJoins(document: DocumentNode): void {
  refuseVersion(document)
  refuseSharedNames(document)
  const graphs = new Set(joinedSubgraphs(document).map(({ name }) => name.value))
  const types = readTypes(document)
  for (const type of types.values()) {
    for (const join of type.directives) {
      refuseGraph(join, graphs, type.name)
      refuseFieldSet(types, { directive: join, argument: 'key', typeName: type.name, where: type.name })
    }
    for (const field of type.fields.values()) {
      const where = `${type.name}.${field.name}`
      for (const directive of field.directives) {
        refuseGraph(directive, graphs, where)
        refuseFieldSet(types, { directive, argument: 'requires', typeName: type.name, where })
        const typeName = namedTypeOf(field.type)
        refuseFieldSet(types, { directive, argument: 'provides', typeName, where })
      }
    }
  }
}

// Each version below 1 may mean something else by the same words.
const knownVersions: readonly string[] = ['v0.1', 'v0.2', 'v0.3', 'v0.4', 'v0.5']

function refuseVersion(document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue
    for (const link of [...directivesOf(definition, 'link'), ...directivesOf(definition, 'core')]) {
      const url = argumentOf(link, 'url') ?? argumentOf(link, 'feature') ?? ''
      const version = /\/join\/(v\d+\.\d+)$/.exec(url)?.[1]
      if (version !== undefined && !knownVersions.includes(version))
        throw new GraphQLError(`${url} is not known here; join/v0.1 to join/v0.5 are.`)
    }
  }
}

function refuseSharedNames(document: DocumentNode): void {
  const known = new Map<string, string>()
  for (const value of joinedSubgraphs(document)) {
    const [graph] = directivesOf(value, 'join__graph')
    const name = (graph && argumentOf(graph, 'name')) ?? value.name.value
    const other = known.get(name)
    if (other !== undefined)
      throw new GraphQLError(`${other} and ${value.name.value} of join__Graph are both called ${name}.`)
    known.set(name, value.name.value)
  }
}

type JoinedType = {
  readonly name: string
  readonly directives: readonly ConstDirectiveNode[]
  readonly fields: ReadonlyMap<string, JoinedField>
}

type JoinedField = {
  readonly name: string
  readonly type: TypeNode
  readonly directives: readonly ConstDirectiveNode[]
}

function readTypes(document: DocumentNode): ReadonlyMap<string, JoinedType> {
  const types = new Map<string, JoinedType>()
  for (const definition of document.definitions) {
    if (!isTypeDefinitionNode(definition)) continue
    const written = 'fields' in definition ? (definition.fields ?? []) : []
    const fields = written.map(({ name, type, directives }): [string, JoinedField] => [
      name.value,
      { name: name.value, type, directives: joinsOf(directives) },
    ])
    const name = definition.name.value
    types.set(name, { name, directives: joinsOf(definition.directives), fields: new Map(fields) })
  }
  return types
}

const joinsOf = (directives: readonly ConstDirectiveNode[] = []): readonly ConstDirectiveNode[] =>
  directives.filter(({ name }) => name.value.startsWith('join__'))

function refuseGraph(directive: ConstDirectiveNode, graphs: ReadonlySet<string>, where: string): void {
  const graph = argumentOf(directive, 'graph')
  if (graph === undefined || graphs.has(graph)) return
  throw new GraphQLError(`${where} is joined from ${graph}, which join__Graph does not have.`)
}

type WrittenSet = {
  readonly directive: ConstDirectiveNode
  readonly argument: 'key' | 'requires' | 'provides'
  readonly typeName: string
  readonly where: string
}

function refuseFieldSet(
  types: ReadonlyMap<string, JoinedType>,
  { directive, argument, typeName, where }: WrittenSet,
): void {
  const text = argumentOf(directive, argument)
  if (text === undefined) return
  const written = `${where} has ${argument}: ${JSON.stringify(shorten(text))}`
  const selections = parseFieldSet(text)
  if (selections === undefined || isNestedTooDeeply({ kind: Kind.SELECTION_SET, selections }))
    throw new GraphQLError(`${written}, which is not a set of fields that can be read.`)
  const missing = findMissing(types, typeName, selections)
  if (missing !== undefined) throw new GraphQLError(`${written}, and there is no ${missing}.`)
}

const shownMax = 60

const shorten = (text: string): string => (text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`)

function findMissing(
  types: ReadonlyMap<string, JoinedType>,
  typeName: string,
  selections: readonly SelectionNode[],
): string | undefined {
  const type = types.get(typeName)
  if (type === undefined) return `type ${typeName}`
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return `fragment ${selection.name.value}`
    const below = selection.selectionSet?.selections ?? []
    const found =
      selection.kind === Kind.INLINE_FRAGMENT
        ? findMissing(types, selection.typeCondition?.name.value ?? typeName, below)
        : findMissingField(types, type, { name: selection.name.value, below })
    if (found !== undefined) return found
  }
  return undefined
}

type NamedField = { readonly name: string; readonly below: readonly SelectionNode[] }

function findMissingField(
  types: ReadonlyMap<string, JoinedType>,
  type: JoinedType,
  { name, below }: NamedField,
): string | undefined {
  if (name === '__typename') return undefined
  const field = type.fields.get(name)
  if (field === undefined) return `${type.name}.${name}`
  return below.length === 0 ? undefined : findMissing(types, namedTypeOf(field.type), below)
}

/** Reads and writes the directives by which a supergraph says what is joined from where. */
import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  Kind,
  type TypeDefinitionNode,
} from 'graphql'
import { parseFieldSet } from './field-sets.ts'

/** The values of the enum that names the subgraphs. */
export function joinedSubgraphs(document: DocumentNode): readonly EnumValueDefinitionNode[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph'
      ? (definition.values ?? [])
      : [],
  )
}

/** From the subgraph's own name to that in the enum. */
export const graphsByName = (document: DocumentNode): ReadonlyMap<string, string> =>
  new Map(
    joinedSubgraphs(document).map((value) => {
      const [graph] = directivesOf(value, 'join__graph')
      return [(graph && argumentOf(graph, 'name')) ?? value.name.value, value.name.value]
    }),
  )

export const joinedGraphs = (type: TypeDefinitionNode): readonly string[] => [
  ...new Set(directivesOf(type, 'join__type').flatMap((join) => argumentOf(join, 'graph') ?? [])),
]

export const directivesOf = (
  node: { readonly directives?: readonly ConstDirectiveNode[] },
  name: string,
): readonly ConstDirectiveNode[] =>
  (node.directives ?? []).filter((directive) => directive.name.value === name)

export function argumentOf(directive: DirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

/** The fields at the top of a field set. */
export const topLevelNames = (text: string): readonly string[] =>
  (parseFieldSet(text) ?? []).flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))

/** `@name(graph: GRAPH, more: "text")`. */
export function writeJoin(
  name: string,
  graph: string,
  more: Readonly<Record<string, string | boolean | undefined>> = {},
): ConstDirectiveNode {
  const given = Object.entries(more).flatMap(([key, value]): ConstArgumentNode[] => {
    if (value === undefined) return []
    const node =
      typeof value === 'boolean'
        ? ({ kind: Kind.BOOLEAN, value } as const)
        : ({ kind: Kind.STRING, value } as const)
    return [{ kind: Kind.ARGUMENT, name: nameOf(key), value: node }]
  })
  const graphNode: ConstArgumentNode = {
    kind: Kind.ARGUMENT,
    name: nameOf('graph'),
    value: { kind: Kind.ENUM, value: graph },
  }
  return { kind: Kind.DIRECTIVE, name: nameOf(name), arguments: [graphNode, ...given] }
}

const nameOf = (value: string) => ({ kind: Kind.NAME, value }) as const

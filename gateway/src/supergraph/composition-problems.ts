/** Says what doesn't compose so that one can mend it: the subgraph, the element, what is wrong with it, and what to do. */
import {
  type ASTNode,
  type ASTVisitFn,
  type DocumentNode,
  type GraphQLError,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  visit,
} from 'graphql'
import type { CompositionProblem, SubgraphDocument } from './check-ownership.ts'
import { remedies } from './composition-remedies.ts'

export function explainProblem(
  error: GraphQLError,
  subgraphs: readonly SubgraphDocument[],
): CompositionProblem {
  const code = typeof error.extensions.code === 'string' ? error.extensions.code : 'INVALID_GRAPHQL'
  return writeProblem({
    subgraphs: whose(error.message, subgraphs),
    sentence: `${error.message.trim().replace(/[.\s]*$/, '')}${where(error.message, subgraphs)}.`,
    remedy: remedies.get(code) ?? 'Correct what the message names.',
    code,
  })
}

export type ProblemParts = {
  /** Names; none where the sentence has them. */
  readonly subgraphs: readonly string[]
  readonly sentence: string
  readonly remedy: string
  readonly code: string
}

export const writeProblem = ({ subgraphs, sentence, remedy, code }: ProblemParts): CompositionProblem => ({
  code: 'GW_COMPOSITION_FAILED',
  message: `${subgraphs.length === 0 ? '' : `[${subgraphs.join(', ')}] `}${sentence} ${remedy} (${code})`,
})

/** The composer names the subgraph of what is wrong in one of them alone; of the rest, those that have the type. */
function whose(message: string, subgraphs: readonly SubgraphDocument[]): readonly string[] {
  if (subgraphOf(message, subgraphs) !== undefined) return []
  const named = subgraphs.filter(({ name }) => message.includes(`"${name}"`))
  const having = named.length > 0 ? named : subgraphs.filter((subgraph) => definesOneOf(subgraph, message))
  return having.map(({ name }) => name)
}

const subgraphOf = (message: string, subgraphs: readonly SubgraphDocument[]): SubgraphDocument | undefined =>
  subgraphs.find(({ name }) => message.startsWith(`[${name}]`))

function definesOneOf({ typeDefs }: SubgraphDocument, message: string): boolean {
  const named = new Set([...message.matchAll(/"@?(\w+)[".(]/g)].map(([, name]) => name))
  return typeDefs.definitions.some(
    (definition) =>
      (isTypeDefinitionNode(definition) || isTypeExtensionNode(definition)) &&
      named.has(definition.name.value),
  )
}

/** A type or directive that is unknown is told with the elements that have it: the composer leaves them out. */
function where(message: string, subgraphs: readonly SubgraphDocument[]): string {
  const [, kind, name = ''] = /Unknown (type|directive) "?@?(\w+)/.exec(message) ?? []
  const subgraph = subgraphOf(message, subgraphs)
  if (kind === undefined || subgraph === undefined) return ''
  const used = usesOf(subgraph.typeDefs, { kind: kind === 'type' ? Kind.NAMED_TYPE : Kind.DIRECTIVE, name })
  return used.length === 0 ? '' : ` at ${used.slice(0, usesMax).join(', ')}`
}

// Enough to find it; whoever has it a hundred times has one mistake.
const usesMax = 3

function usesOf(
  document: DocumentNode,
  { kind, name }: { readonly kind: string; readonly name: string },
): readonly string[] {
  const used = new Set<string>()
  visit(document, {
    enter(...[node, , parent, , ancestors]: Parameters<ASTVisitFn<ASTNode>>) {
      if (node.kind === kind && 'name' in node && (node.name as { readonly value?: string }).value === name)
        used.add(coordinateOf([...ancestors, parent ?? [], node].filter(isNode)))
    },
  })
  return [...used].filter((coordinate) => coordinate !== '')
}

// Lists of siblings are ancestors too.
const isNode = (ancestor: ASTNode | readonly ASTNode[]): ancestor is ASTNode => !Array.isArray(ancestor)

/** `Type.field(argument)`, as deep as the way to a node goes. */
function coordinateOf(way: readonly ASTNode[]): string {
  const nameOf = (node: ASTNode): string =>
    'name' in node && node.name?.kind === Kind.NAME ? node.name.value : ''
  const typeNode = way.find((node) => isTypeDefinitionNode(node) || isTypeExtensionNode(node))
  const field = way.find(
    (node) => node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.ENUM_VALUE_DEFINITION,
  )
  const input = way.find((node) => node.kind === Kind.INPUT_VALUE_DEFINITION)
  const parts = [typeNode, field].flatMap((node) => (node === undefined ? [] : [nameOf(node)]))
  if (input === undefined) return parts.join('.')
  return field === undefined ? [...parts, nameOf(input)].join('.') : `${parts.join('.')}(${nameOf(input)})`
}

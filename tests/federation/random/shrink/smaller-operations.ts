/** What could be left out of an operation, one thing at a time. */
import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  visit,
} from 'graphql'
import type { Operation } from '../world/one-server.ts'

/** The operation without its `index`-th part; undefined if it has no so many. */
export function smallerOperations(operation: Operation, index: number): Operation | undefined {
  const document = parse(operation.query, { noLocation: true })
  const edits = [...editsOf(document)]
  const edit = edits[index]
  if (edit === undefined) return undefined
  const edited = dropUnused(edit())
  const query = print(edited)
  const { operationName, ...rest } = operation
  const isNamed = operationName !== undefined && query.includes(operationName)
  return { ...rest, query, variables: usedOf(operation.variables, query), ...(isNamed && { operationName }) }
}

type Edit = () => DocumentNode

function* editsOf(document: DocumentNode): Generator<Edit> {
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  )
  for (const definition of document.definitions)
    if (document.definitions.length > 1) yield () => replace(document, definition, null)
  const selections = nodesOf(document).filter(isSelection)
  for (const node of selections) yield () => replace(document, node, null)
  for (const node of selections) {
    const inner = innerOf(node, fragments)
    if (inner !== undefined) yield () => unwrap(document, node, inner)
  }
  for (const node of nodesOf(document)) {
    if (node.kind === Kind.DIRECTIVE || node.kind === Kind.ARGUMENT) yield () => replace(document, node, null)
    if (node.kind === Kind.FIELD && node.alias)
      yield () => replace(document, node, { ...node, alias: undefined })
    if (node.kind === Kind.VARIABLE_DEFINITION && node.defaultValue)
      yield () => replace(document, node, { ...node, defaultValue: undefined })
  }
}

function nodesOf(document: DocumentNode): readonly ASTNode[] {
  const nodes: ASTNode[] = []
  visit(document, { enter: (node) => void nodes.push(node) })
  return nodes
}

const isSelection = (node: ASTNode): node is SelectionNode =>
  node.kind === Kind.FIELD || node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD

const replace = (document: DocumentNode, wanted: ASTNode, by: ASTNode | null): DocumentNode =>
  visit(document, { enter: (node) => (node === wanted ? by : undefined) })

function innerOf(
  node: SelectionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly SelectionNode[] | undefined {
  if (node.kind === Kind.INLINE_FRAGMENT) return node.selectionSet.selections
  if (node.kind === Kind.FRAGMENT_SPREAD) {
    const found = fragments.get(node.name.value)
    if (found === undefined) return undefined
    const { typeCondition, selectionSet } = found
    return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives: node.directives }]
  }
  return undefined
}

const unwrap = (
  document: DocumentNode,
  wanted: SelectionNode,
  inner: readonly SelectionNode[],
): DocumentNode =>
  visit(document, {
    SelectionSet: (set) =>
      set.selections.includes(wanted)
        ? { ...set, selections: set.selections.flatMap((one) => (one === wanted ? inner : [one])) }
        : undefined,
  })

/** Fragments and variables that nothing refers to any more are not valid. */
function dropUnused(document: DocumentNode): DocumentNode {
  let smaller = document
  for (let before = ''; before !== print(smaller);) {
    before = print(smaller)
    const text = before
    smaller = {
      ...smaller,
      definitions: smaller.definitions.filter(
        (one) =>
          one.kind !== Kind.FRAGMENT_DEFINITION || new RegExp(`\\.\\.\\.${one.name.value}\\b`).test(text),
      ),
    }
    smaller = visit(smaller, {
      VariableDefinition: (one) =>
        [...text.matchAll(new RegExp(`\\$${one.variable.name.value}\\b`, 'g'))].length > 1 ? undefined : null,
    })
  }
  return smaller
}

const usedOf = (variables: Operation['variables'], query: string): Operation['variables'] =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(query)))

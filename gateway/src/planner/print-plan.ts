/** Prints a plan as text, one fetch a line, for people and for snapshots in tests. */
import { Kind, parse, print, type SelectionSetNode, visit } from 'graphql'
import type { PathStep, PlanNode, QueryPlan, RepresentationShape } from './query-plan.ts'

export function printPlan(plan: QueryPlan): string {
  if (plan.root === null) return '(nothing to fetch)'
  return printNode(withoutFrame(plan.root), 0).join('\n')
}

const withoutFrame = (node: PlanNode): PlanNode =>
  node.kind === 'sequence' && node.nodes.length === 1 && node.nodes[0] ? node.nodes[0] : node

function printNode(node: PlanNode, depth: number): string[] {
  const indent = '  '.repeat(depth)
  switch (node.kind) {
    case 'sequence':
      return depth === 0
        ? node.nodes.flatMap((child) => printNode(child, depth))
        : [`${indent}sequence`, ...node.nodes.flatMap((child) => printNode(child, depth + 1))]
    case 'parallel':
      return [`${indent}parallel`, ...node.nodes.flatMap((child) => printNode(child, depth + 1))]
    case 'condition':
      return [
        `${indent}${node.wanted ? 'if' : 'unless'} $${node.variable}`,
        ...printNode(node.node, depth + 1),
      ]
    case 'rootFetch':
      return [`${indent}fetch ${node.subgraph}  ${oneLine(node.operation)}`]
    case 'entityFetch': {
      const selections = entitySelections(node.operation)
      return node.inputs.flatMap((input, index) => {
        const start = index === 0 ? `${indent}fetch ${node.subgraph}` : `${indent}  and `
        const at = input.paths.map(printPath).join(' , ')
        return `${start}  ${input.representation.map(printShape).join(' | ')} at ${at} -> ${selections.get(input.responseName) ?? ''}`
      })
    }
    default:
      return node satisfies never
  }
}

export const printPath = (path: readonly PathStep[]): string =>
  path
    .map((step) => {
      if (step.kind === 'field') return `.${step.name}`
      return step.kind === 'list' ? '[]' : `<${step.types.join('|')}>`
    })
    .join('')
    .replace(/^\./, '')

function printShape({ types, fields }: RepresentationShape): string {
  const names = fields
    .filter(({ to }) => to !== '__typename')
    .map(({ from, to, shapes }) => {
      const name = from === to ? to : `${to}=${from}`
      return shapes.length === 0 ? name : `${name} { ${shapes.map((shape) => printShape(shape)).join(' ')} }`
    })
  return types.length === 0 ? names.join(' ') : `${types.join('|')}(${names.join(' ')})`
}

function entitySelections(operation: string): ReadonlyMap<string, string> {
  const printed = new Map<string, string>()
  for (const definition of parse(inlineFragments(operation)).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    for (const field of definition.selectionSet.selections) {
      if (field.kind !== Kind.FIELD || field.selectionSet === undefined) continue
      printed.set(field.alias?.value ?? field.name.value, oneLine(print(field.selectionSet)))
    }
  }
  return printed
}

const oneLine = (operation: string): string => inlineFragments(operation).replace(/\s+/g, ' ').trim()

// Planners name repeated selections; a reader wants to see them in place.
function inlineFragments(source: string): string {
  if (!source.includes('fragment '))
    return /^\s*(query|mutation|\{)/.test(source) ? print(parse(source)) : source
  const document = parse(source)
  const sets = new Map<string, SelectionSetNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) sets.set(definition.name.value, definition.selectionSet)
  }
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return print(
    visit(
      { kind: Kind.DOCUMENT, definitions: operations },
      {
        SelectionSet(set) {
          const selections = set.selections.flatMap((selection) =>
            selection.kind === Kind.FRAGMENT_SPREAD
              ? (sets.get(selection.name.value)?.selections ?? [])
              : [selection],
          )
          return { ...set, selections }
        },
      },
    ),
  )
}

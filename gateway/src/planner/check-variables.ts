/** Whether a fetch's text uses the variables that it declares, and is given them. */
import {
  type ArgumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql'
import type { FetchNode } from './query-plan.ts'

export function wrongVariables(fetch: FetchNode, operation: OperationDefinitionNode): readonly string[] {
  const { subgraph, variables } = fetch
  const given = new Set(variables)
  if (fetch.kind === 'entityFetch') for (const input of fetch.inputs) given.add(input.representationsVariable)
  const declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value))
  const used = new Set<string>()
  noteSelections(used, operation.selectionSet.selections)
  return [...declared.union(used)]
    .filter((name) => !declared.has(name) || !used.has(name) || !given.has(name))
    .map((name) => `${subgraph} is asked with $${name}, which is not declared, used and given.`)
}

function noteSelections(used: Set<string>, selections: readonly SelectionNode[]): void {
  for (const selection of selections) {
    for (const { arguments: given } of selection.directives ?? []) noteArguments(used, given)
    if (selection.kind === Kind.FIELD) noteArguments(used, selection.arguments)
    if (selection.kind !== Kind.FRAGMENT_SPREAD)
      noteSelections(used, selection.selectionSet?.selections ?? [])
  }
}

function noteArguments(used: Set<string>, given: readonly ArgumentNode[] = []): void {
  for (const { value } of given) noteValue(used, value)
}

function noteValue(used: Set<string>, value: ValueNode): void {
  if (value.kind === Kind.VARIABLE) used.add(value.name.value)
  if (value.kind === Kind.LIST) for (const item of value.values) noteValue(used, item)
  if (value.kind === Kind.OBJECT) for (const field of value.fields) noteValue(used, field.value)
}

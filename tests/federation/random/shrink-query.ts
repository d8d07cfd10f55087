/** Makes a failing operation small: leaves selections out for as long as it is valid and still fails. */
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql'

export async function shrinkQuery(
  schema: GraphQLSchema,
  query: string,
  fails: (query: string) => Promise<boolean>,
): Promise<string> {
  let smallest = query
  for (let index = 0; index < countSelections(parse(smallest));) {
    const smaller = print(without(parse(smallest), index))
    const isValid = smaller !== smallest && isParsed(smaller) && validate(schema, parse(smaller)).length === 0
    if (isValid && (await fails(smaller))) smallest = smaller
    else index += 1
  }
  return smallest
}

function isParsed(query: string): boolean {
  try {
    parse(query)
    return true
  } catch {
    return false
  }
}

function countSelections(document: DocumentNode): number {
  let count = 0
  visit(document, { SelectionSet: ({ selections }) => void (count += selections.length) })
  return count
}

function without(document: DocumentNode, index: number): DocumentNode {
  let seen = 0
  const smaller = visit(document, {
    SelectionSet(set): SelectionSetNode {
      const from = seen
      seen += set.selections.length
      return { ...set, selections: set.selections.filter((_, at) => from + at !== index) }
    },
  })
  return dropUnusedVariables(smaller)
}

function dropUnusedVariables(document: DocumentNode): DocumentNode {
  const text = print(document)
  return visit(document, {
    VariableDefinition: (definition) =>
      text.split(`$${definition.variable.name.value}`).length > 2 ? undefined : null,
    OperationDefinition: {
      leave: (operation) =>
        operation.kind === Kind.OPERATION_DEFINITION && operation.variableDefinitions?.length === 0
          ? { ...operation, variableDefinitions: [] }
          : undefined,
    },
  })
}

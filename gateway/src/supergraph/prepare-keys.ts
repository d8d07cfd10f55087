/** Writes keys and interface objects in the one form of several that the composition library understands. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  print,
  type SelectionNode,
} from 'graphql'
import { parseFieldSet } from './field-sets.ts'

/**
 * To the library `id name` and `name id` are different keys where one is an interface's and the other its object's, what is
 * in a fragment is no part of a key, and an interface object that is only extended is an ordinary object.
 */
export function prepareKeys(document: DocumentNode): DocumentNode {
  const { definitions } = document
  const ofInterfaces = new Map(
    definitions
      .flatMap((one) => (interfaceKinds.has(one.kind) && 'directives' in one ? (one.directives ?? []) : []))
      .flatMap((one) => keyText(one as ConstDirectiveNode))
      .map((text) => [sortedText(parseFieldSet(text) ?? []), text]),
  )
  const defined = new Set(
    definitions.flatMap((one) => (one.kind === Kind.OBJECT_TYPE_DEFINITION ? [one.name.value] : [])),
  )
  return {
    ...document,
    definitions: definitions.map((definition): DefinitionNode => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
        return definition
      const directives = (definition.directives ?? []).map((one) => prepareKey(one, ofInterfaces))
      const isInterface = directives.some(({ name }) => name.value === 'interfaceObject')
      return isInterface && !defined.has(definition.name.value)
        ? { ...definition, kind: Kind.OBJECT_TYPE_DEFINITION, directives }
        : { ...definition, directives }
    }),
  }
}

const interfaceKinds: ReadonlySet<string> = new Set([
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_EXTENSION,
])

const isKey = ({ name }: ConstDirectiveNode): boolean => name.value === 'key'

function keyText(directive: ConstDirectiveNode): readonly string[] {
  if (!isKey(directive)) return []
  return (directive.arguments ?? []).flatMap(({ name, value }) =>
    name.value === 'fields' && value.kind === Kind.STRING ? [value.value] : [],
  )
}

function prepareKey(
  directive: ConstDirectiveNode,
  ofInterfaces: ReadonlyMap<string, string>,
): ConstDirectiveNode {
  const [text] = keyText(directive)
  const selections = text === undefined ? undefined : parseFieldSet(text)
  if (text === undefined || selections === undefined) return directive
  const known = ofInterfaces.get(sortedText(selections))
  const value = known ?? (/\.\.\./.test(text) ? textOf(withoutFragments(selections)) : text)
  if (value === text) return directive
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((one) =>
      one.name.value === 'fields' ? { ...one, value: { kind: Kind.STRING, value } } : one,
    ),
  }
}

/** The same for keys that name the same fields. */
const sortedText = (selections: readonly SelectionNode[]): string =>
  withoutFragments(selections)
    .map((one) =>
      one.kind === Kind.FIELD && one.selectionSet !== undefined
        ? `${one.name.value} { ${sortedText(one.selectionSet.selections)} }`
        : print(one),
    )
    .toSorted()
    .join(' ')

// The fields of a key are of objects, so a fragment can only be on the object itself.
const withoutFragments = (selections: readonly SelectionNode[]): readonly SelectionNode[] =>
  selections.flatMap((one) =>
    one.kind === Kind.INLINE_FRAGMENT ? withoutFragments(one.selectionSet.selections) : [one],
  )

const textOf = (selections: readonly SelectionNode[]): string =>
  selections.map((one) => print(one).replaceAll(/\s+/g, ' ')).join(' ')

/** What planning and projection share of one document: its fragments, and the names that its fields have in plans and data. */
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  print,
  visit,
} from 'graphql'
import { type GroupBelow, groupsOf } from './deferred.ts'

export type OperationContext = {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The response name that a field has in plans and in merged data. The client's own name returns in projection. */
  readonly internalName: (field: FieldNode) => string
  readonly groupBelow: GroupBelow
}

export function operationContext(
  schema: GraphQLSchema,
  fieldSetNames: ReadonlySet<string>,
  document: DocumentNode,
): OperationContext {
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  )
  return {
    schema,
    fragments,
    internalName: nameFields(fieldSetNames, document),
    groupBelow: groupsOf(document),
  }
}

/**
 * Decides the internal names of a document. A client's name is kept unless it could meet something else: what the planner
 * adds (names that a field set mentions, and names with an underscore in front), an alias of our own, or a member that
 * every object inherits. Aliases are numbered as the document has them, so that whoever reads it finds the same.
 */
function nameFields(
  fieldSetNames: ReadonlySet<string>,
  document: DocumentNode,
): OperationContext['internalName'] {
  const numbers = new Map<string, number>()
  visit(document, {
    Field(field) {
      const key = callKey(field)
      if (mayMeetOthers(fieldSetNames, field) && !numbers.has(key)) numbers.set(key, numbers.size)
    },
  })
  return (field) => {
    const name = field.name.value
    const responseName = responseNameOf(field)
    // A field set that gives no arguments means the same, also where an object has some that its interface has not.
    const isPlain = responseName === name && (field.arguments ?? []).length === 0
    const keepsName = isPlain && !ourAlias.test(responseName) && !(responseName in Object.prototype)
    if (keepsName || !mayMeetOthers(fieldSetNames, field)) return responseName
    return `${name.replace(/^_+/, '')}__${numbers.get(callKey(field)) ?? 0}`
  }
}

const responseNameOf = (field: FieldNode): string => field.alias?.value ?? field.name.value

function mayMeetOthers(fieldSetNames: ReadonlySet<string>, field: FieldNode): boolean {
  const responseName = responseNameOf(field)
  return (
    fieldSetNames.has(responseName) ||
    responseName.startsWith('_') ||
    ourAlias.test(responseName) ||
    responseName in Object.prototype
  )
}

// Every name that looks so is ours: a client's, and even a field's of the schema, gets another of ours.
const ourAlias = /__\d+$/

const callKey = (field: FieldNode): string =>
  `${responseNameOf(field)}:${field.name.value}(${(field.arguments ?? []).map(printArgument).toSorted().join(',')})`

const printArgument = (argument: ArgumentNode): string => print(argument)

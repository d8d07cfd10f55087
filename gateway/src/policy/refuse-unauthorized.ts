/** Refuses a whole operation that asks for what the viewer may not read, where the settings want that rather than nulls. */
import { ClientError } from '@souk/contracts'
import {
  type DirectiveNode,
  type FieldNode,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { OperationContext } from '../planner/operation-context.ts'
import type { Authorization, Denial } from './authorize-operation.ts'

export type FindDenials = (variables: Readonly<Record<string, unknown>>) => readonly FoundDenial[]

export type FoundDenial = { readonly denial: Denial; readonly field: FieldNode }

/** Each field once, that some object at its place would have to deny. What `@skip` and `@include` leave out is not asked for. */
export function compileDenials(
  { schema, fragments }: OperationContext,
  operation: OperationDefinitionNode,
  { deniedBecause }: Authorization,
): FindDenials {
  const rootType = schema.getRootType(operation.operation)
  return (variables) => {
    const found = new Map<string, FoundDenial>()
    const walked = new Map<SelectionSetNode, Set<string>>()
    if (rootType) walk(operation.selectionSet, [rootType])
    return [...found.values()]

    function walk(selectionSet: SelectionSetNode, types: readonly GraphQLObjectType[]): void {
      const known = walked.get(selectionSet) ?? new Set()
      const key = types.map(({ name }) => name).join(' ')
      if (types.length === 0 || known.has(key)) return
      walked.set(selectionSet, known.add(key))
      for (const selection of selectionSet.selections) {
        if (!isIncluded(selection, variables)) continue
        if (selection.kind === Kind.FIELD) walkField(selection, types)
        else {
          const part =
            selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
          if (part !== undefined) walk(part.selectionSet, narrowed(types, part.typeCondition?.name.value))
        }
      }
    }

    function walkField(field: FieldNode, types: readonly GraphQLObjectType[]): void {
      const below = new Set<GraphQLObjectType>()
      for (const type of types) {
        const definition = type.getFields()[field.name.value]
        if (definition === undefined) continue
        const denial = deniedBecause(type.name, field.name.value)
        if (denial !== undefined && !found.has(denial.message)) found.set(denial.message, { denial, field })
        for (const object of objectsOf(getNamedType(definition.type).name)) below.add(object)
      }
      if (field.selectionSet !== undefined) walk(field.selectionSet, [...below])
    }
  }

  function narrowed(
    types: readonly GraphQLObjectType[],
    condition: string | undefined,
  ): readonly GraphQLObjectType[] {
    if (condition === undefined) return types
    const allowed = new Set(objectsOf(condition))
    return types.filter((type) => allowed.has(type))
  }

  function objectsOf(name: string): readonly GraphQLObjectType[] {
    const type = schema.getType(name)
    if (isObjectType(type)) return [type]
    return isAbstractType(type) ? schema.getPossibleTypes(type) : []
  }
}

/** Throws for the first `denialsMax` of them: 401 for whoever is not signed in, 403 for whoever is. */
export function refuseUnauthorized(denials: readonly FoundDenial[], denialsMax: number): void {
  const [first] = denials
  if (first === undefined) return
  const isSignedOut = denials.some(({ denial }) => denial.code === 'UNAUTHENTICATED')
  const problems = denials.slice(0, denialsMax).map(({ denial, field: { loc } }) => ({
    message: denial.message,
    ...(loc && { locations: [{ line: loc.startToken.line, column: loc.startToken.column }] }),
  }))
  const headers = { 'www-authenticate': isSignedOut ? 'Bearer' : 'Bearer error="insufficient_scope"' }
  throw new ClientError(isSignedOut ? 'UNAUTHENTICATED' : 'FORBIDDEN', first.denial.message, {
    details: { problems, headers },
  })
}

type Conditional = { readonly directives?: readonly DirectiveNode[] | undefined }

function isIncluded(node: Conditional, variables: Readonly<Record<string, unknown>>): boolean {
  if ((node.directives ?? []).length === 0) return true
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables)
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variables)
  return skip?.if !== true && include?.if !== false
}

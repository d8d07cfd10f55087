/** Where `@defer` may stand, and how its uses are told apart: the rules of the specification's draft. */
import {
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  Kind,
  type OperationTypeNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

export const deferRules: readonly ValidationRule[] = [distinctLabels, notInSubscriptions, notAtMutationRoot]

const argumentOf = ({ arguments: given = [] }: DirectiveNode, wanted: string) =>
  given.find(({ name }) => name.value === wanted)?.value

const isDefer = ({ name }: DirectiveNode): boolean => name.value === 'defer'

/** A label names one fragment of the document, so no variable can say it. */
function distinctLabels(context: ValidationContext): ASTVisitor {
  const known = new Map<string, DirectiveNode>()
  return {
    Directive(node) {
      const label = isDefer(node) ? argumentOf(node, 'label') : undefined
      if (label === undefined || label.kind === Kind.NULL) return
      if (label.kind !== Kind.STRING)
        return context.reportError(
          new GraphQLError('A label of @defer has to be a plain string.', { nodes: node }),
        )
      const other = known.get(label.value)
      if (other === undefined) known.set(label.value, node)
      else
        context.reportError(
          new GraphQLError(`Two @defer have the label ${JSON.stringify(label.value)}.`, {
            nodes: [other, node],
          }),
        )
    },
  }
}

/** An event is told at once. What may be switched off by a variable may stand there. */
function notInSubscriptions(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== ('subscription' as OperationTypeNode)) return
      const fragments = context.getRecursivelyReferencedFragments(operation)
      for (const { selectionSet } of [operation, ...fragments]) {
        const stack = [...selectionSet.selections]
        for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
          if (next.kind !== Kind.FRAGMENT_SPREAD) stack.push(...(next.selectionSet?.selections ?? []))
          if (next.kind === Kind.FIELD) continue
          const node = next.directives?.find(isDefer)
          const condition = node && argumentOf(node, 'if')
          if (node === undefined || condition?.kind === Kind.VARIABLE) continue
          if (condition?.kind === Kind.BOOLEAN && !condition.value) continue
          context.reportError(
            new GraphQLError('A subscription has no @defer, unless its `if` is false or a variable.', {
              nodes: node,
            }),
          )
        }
      }
    },
  }
}

/** Root fields of a mutation are run one after the other, so none of them can come later. */
function notAtMutationRoot(context: ValidationContext): ASTVisitor {
  return {
    Directive(node) {
      const root = context.getSchema().getMutationType()
      if (isDefer(node) && root && context.getParentType() === root)
        context.reportError(
          new GraphQLError('Root fields of a mutation can not be deferred.', { nodes: node }),
        )
    },
  }
}

/** Refuses `@skip` and `@include` on the root field of a subscription, as the specification does: there would be nothing to subscribe to. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { refuseRequest } from '../errors.ts'

/** Before other rules: that of graphql-js for the single root field fails on a condition, it doesn't refuse it. */
export function refuseConditionalSource({ definitions }: DocumentNode): void {
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  )
  for (const one of definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION || one.operation !== 'subscription') continue
    const found = findConditional(one.selectionSet, fragments)
    if (found === undefined) continue
    const { startToken } = found.loc ?? {}
    throw refuseRequest(
      'GW_VALIDATION_FAILED',
      'The root field of a subscription can have no @skip or @include.',
      {
        ...(startToken && { locations: [{ line: startToken.line, column: startToken.column }] }),
      },
    )
  }
}

function findConditional(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionNode | undefined {
  const sets = new Set([root])
  // A set may grow while it is walked; what a fragment leads back to is in it already.
  for (const { selections } of sets)
    for (const selection of selections) {
      const isConditional = selection.directives?.some(({ name }) => /^(skip|include)$/.test(name.value))
      if (isConditional === true) return selection
      if (selection.kind === Kind.INLINE_FRAGMENT) sets.add(selection.selectionSet)
      const spread = selection.kind === Kind.FRAGMENT_SPREAD && fragments.get(selection.name.value)
      if (spread) sets.add(spread.selectionSet)
    }
  return undefined
}

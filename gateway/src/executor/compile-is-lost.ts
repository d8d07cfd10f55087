/** Compiles, once, the question whether the answer of a mutation is lost already: then none of its further root fields is run. */
import type { OperationDefinitionNode } from 'graphql'
import { selectFields } from '../planner/select-fields.ts'
import type { OperationContext } from '../planner/operation-context.ts'
import { compileField, type DeniedBecause, isIncluded, nulled, rootOf } from './compile-projection.ts'
import type { Execution } from './execution.ts'

/** Whether the answer of a mutation is lost once the root fields with these names in data were run, however the others end. */
export type IsLost = (
  execution: Pick<Execution, 'data' | 'errors' | 'variables'>,
  done: ReadonlySet<string>,
) => boolean

/** One server runs no further root field once a null has taken the whole answer, so neither do we. */
export function compileIsLost(
  context: OperationContext,
  operation: OperationDefinitionNode,
  deniedBecause: DeniedBecause,
): IsLost {
  const [rootType, layers] = rootOf(context, operation)
  const fields = selectFields(context, rootType, layers)
    .filter(({ definition }) => !definition.name.startsWith('__'))
    .map((field) => ({
      ...compileField({ context, deniedBecause }, rootType, field),
      isDenied: deniedBecause(rootType.name, field.definition.name) !== undefined,
    }))
  return ({ data, errors: placed, variables }, done) => {
    const run = {
      variables,
      placed,
      introspection: {},
      errors: [],
      errorsMax: 0,
      reported: new Set<unknown>(),
      lost: new Set<object>(),
      root: { type: rootType, layers },
    }
    let isNext = true
    for (const { field, isDenied, read } of fields) {
      if (!field.occurrences.some((occurrence) => isIncluded(occurrence, variables))) continue
      const path = { previous: undefined, key: field.responseName, field }
      const key = field.internalName
      const hasItsTurn = isDenied ? isNext : done.has(key)
      if (!isDenied && !hasItsTurn) isNext = false
      if (!hasItsTurn) continue
      if (read({ value: data[key], holder: data, key, run, path }) === nulled) return true
    }
    return false
  }
}

/** Step 7: exactly what was asked: the client's names and order, nulls where the public schema puts them, introspection beside it. */
import { type AnswerError, reportUnplaced } from '../executor/projection-errors.ts'
import type { Answer } from './answer.ts'
import type { CompiledOperation, Merged } from './operation.ts'

export type ProjectInput = {
  readonly variables: Readonly<Record<string, unknown>>
  readonly rawVariables: Readonly<Record<string, unknown>>
  readonly errorsMax: number
}

export function project(operation: CompiledOperation, merged: Merged, input: ProjectInput): Answer {
  const errors: AnswerError[] = []
  const introspection = operation.introspect?.(input.rawVariables)
  const run = {
    variables: input.variables,
    placed: merged.errors,
    introspection: introspection?.data ?? {},
    errors,
    errorsMax: input.errorsMax,
    reported: new Set<unknown>(),
  }
  const data = operation.project(run, merged.data)
  reportUnplaced(run)
  for (const error of introspection?.errors ?? []) {
    errors.push({
      message: error.message,
      code: 'GW_INTERNAL',
      ...(error.locations && { locations: error.locations.map(({ line, column }) => ({ line, column })) }),
      path: error.path ?? [],
      extensions: {},
      subgraph: undefined,
    })
  }
  return { data, errors }
}

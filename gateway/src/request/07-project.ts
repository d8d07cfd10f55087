/** Step 7: exactly what was asked: the client's names and order, nulls where the public schema puts them, introspection beside it. */
import type { JsonObject } from '../executor/json-object.ts'
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
  const introspection = introspected(operation, input)
  const run = {
    variables: input.variables,
    placed: merged.errors,
    introspection: introspection.data,
    errors,
    errorsMax: input.errorsMax,
    reported: new Set<unknown>(),
    lost: new Set<object>(),
  }
  const data = operation.project(run, merged.data)
  reportUnplaced(run)
  errors.push(...introspection.errors)
  return { data, errors }
}

/** What the public schema itself answers. */
export function introspected(
  { introspect }: Pick<CompiledOperation, 'introspect'>,
  { rawVariables }: Pick<ProjectInput, 'rawVariables'>,
): { readonly data: JsonObject; readonly errors: readonly AnswerError[] } {
  const found = introspect?.(rawVariables)
  const errors = (found?.errors ?? []).map((error) => ({
    message: error.message,
    code: 'GW_INTERNAL',
    ...(error.locations && { locations: error.locations.map(({ line, column }) => ({ line, column })) }),
    path: error.path ?? [],
    extensions: {},
    subgraph: undefined,
  }))
  return { data: found?.data ?? {}, errors }
}

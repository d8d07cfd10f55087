/** Reads what a transport returned: a subgraph may send anything, and what it sends must not end the request. */
import type { SubgraphError, SubgraphResponse } from '@souk/contracts'
import { isJsonObject } from './json-object.ts'

/** Undefined if it is no GraphQL answer. Data and errors are as the subgraph made them, errors in the shape they should have. */
export function readAnswer(answer: unknown): SubgraphResponse | undefined {
  if (!isJsonObject(answer)) return undefined
  const { data } = answer
  const given = answer.errors ?? []
  if (!Array.isArray(given)) return undefined
  const errors = given.map(readError)
  if (isJsonObject(data)) return { data, errors }
  return errors.length > 0 ? { data: null, errors } : undefined
}

function readError(error: unknown): SubgraphError {
  if (!isJsonObject(error)) return { message: 'The subgraph sent an error without a message.' }
  const { message, path, extensions } = error
  return {
    message: typeof message === 'string' ? message : 'The subgraph sent an error without a message.',
    ...(isPath(path) && { path }),
    ...(isJsonObject(extensions) && { extensions }),
  }
}

const isPath = (path: unknown): path is readonly (string | number)[] =>
  Array.isArray(path) && path.every((part) => typeof part === 'string' || typeof part === 'number')

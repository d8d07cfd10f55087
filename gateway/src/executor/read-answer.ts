/** Reads what a transport returned: a subgraph may send anything, and what it sends must not end the request. */
import type { SubgraphError, SubgraphResponse } from '@souk/contracts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { copyValue, NestedTooDeeply } from './merge-data.ts'

/** Undefined if it is no GraphQL answer. Data is as the subgraph made it, errors are in the shape they should have. */
export function readAnswer(answer: unknown): SubgraphResponse | undefined {
  if (!isJsonObject(answer)) return undefined
  const { data } = answer
  const given = answer.errors ?? []
  if (!Array.isArray(given)) return undefined
  const errors = given.map(readError)
  if (isJsonObject(data)) return { data, errors }
  return errors.length > 0 ? { data: null, errors } : undefined
}

// Its locations are in the fetch's text, which no client wrote.
function readError(error: unknown): SubgraphError {
  if (!isJsonObject(error)) return { message: noMessage }
  const { message, path, extensions } = error
  return {
    message: typeof message === 'string' ? message : noMessage,
    ...(isPath(path) && { path }),
    ...(isJsonObject(extensions) && { extensions: readExtensions(extensions) }),
  }
}

const noMessage = 'The subgraph sent an error without a message.'

const isPath = (path: unknown): path is readonly (string | number)[] =>
  Array.isArray(path) && path.every((part) => typeof part === 'string' || typeof part === 'number')

// Nested without end they could not be written into the answer. The code alone says what failed.
function readExtensions(extensions: JsonObject): JsonObject {
  try {
    return copyValue(extensions) as JsonObject
  } catch (error) {
    if (error instanceof NestedTooDeeply) return { code: extensions.code }
    throw error
  }
}

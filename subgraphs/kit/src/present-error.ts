/** Turns what a resolver threw into what the wire shows: a client's error as it is, anything else as one fixed sentence. */
import { ClientError, Fault, type SubgraphError, type SubgraphResponse } from '@souk/contracts'
import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'

export type Presentation = { readonly logger: Logger; readonly requestId: string }

/** The answer with errors in it. What the JIT leaves behind at a failed place is put right on the way. */
export function presentResult(
  {
    data,
    errors,
  }: { readonly data?: Record<string, unknown> | null | undefined; readonly errors: readonly unknown[] },
  presentation: Presentation,
): SubgraphResponse {
  const presented = errors.flatMap(errorsIn).map((error) => {
    const { path, ...rest } = presentError(error, presentation)
    return path ? { ...rest, path: settleFailedPlace(data, path) } : rest
  })
  return data === undefined ? { errors: presented } : { data, errors: presented }
}

/** A document that is not valid fails as one error that carries the real ones. */
function errorsIn(error: unknown): readonly unknown[] {
  const inner: unknown =
    error instanceof Error && !(error instanceof GraphQLError) && 'errors' in error ? error.errors : undefined
  return Array.isArray(inner) ? inner : [error]
}

/**
 * graphql-jit gives list indices as strings, and leaves a hole in the list where an item failed. This makes the indices
 * numbers and the hole null, so that no reader can tell which executor ran.
 */
function settleFailedPlace(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let place: unknown = data
  return path.map((part, depth) => {
    const key = Array.isArray(place) ? Number(part) : part
    if (place === null || typeof place !== 'object') return /^\d+$/.test(String(part)) ? Number(part) : part
    const container = place as Record<string | number, unknown>
    if (depth === path.length - 1 && container[key] === undefined) container[key] = null
    place = container[key]
    return key
  })
}

function presentError(error: unknown, { logger, requestId }: Presentation): SubgraphError {
  const graphqlError =
    error instanceof GraphQLError ? error : new GraphQLError(String(error), { originalError: error as Error })
  const place = {
    ...(graphqlError.locations && {
      locations: graphqlError.locations.map(({ line, column }) => ({ line, column })),
    }),
    ...(graphqlError.path && { path: graphqlError.path }),
  }
  const cause = clientErrorIn(graphqlError)
  if (cause) return { message: cause.message, ...place, extensions: { code: cause.code, ...cause.details } }
  if (isTextThatCannotBeStored(graphqlError))
    return { message: nulMessage, ...place, extensions: { code: 'BAD_INPUT' } }
  const original = graphqlError.originalError
  if (original == null) {
    return {
      message: graphqlError.message,
      ...place,
      extensions: { code: 'BAD_INPUT', ...graphqlError.extensions },
    }
  }
  const fault = original instanceof Fault ? original : undefined
  logger.error({ err: original, requestId, path: graphqlError.path }, 'a resolver failed')
  return {
    message: faultMessage(requestId),
    ...place,
    extensions: { code: fault?.code ?? 'INTERNAL', requestId },
  }
}

// PostgreSQL keeps no U+0000 in text. It refuses the statement that carries one, so nothing has been written.
const isTextThatCannotBeStored = ({ originalError }: GraphQLError): boolean =>
  originalError?.message.includes('invalid byte sequence for encoding "UTF8": 0x00') === true

const nulMessage = 'A text contains the character U+0000, which is not allowed.'

export const faultMessage = (requestId: string): string =>
  `Something failed on our side. The request id is ${requestId}.`

/** graphql-js wraps errors of scalars in errors of its own, so the ClientError may lie a few causes down. */
function clientErrorIn(error: GraphQLError): ClientError | undefined {
  let current: unknown = error
  while (current instanceof GraphQLError) current = current.originalError
  return current instanceof ClientError ? current : undefined
}

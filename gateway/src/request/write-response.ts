/** Writes answers and errors as HTTP responses: status, headers, and faults behind a fixed sentence. */
import { ClientError, Fault } from '@souk/contracts'
import { sentenceFor, statusOf } from '../errors.ts'
import type { AnswerError } from '../executor/projection-errors.ts'
import { isTooLarge, limitAnswer } from '../policy/limit-answer.ts'
import type { Answer } from './answer.ts'
import type { Accepted } from './negotiate-type.ts'
import type { WireResponse } from './wire.ts'

export type WriteOptions = {
  readonly accepted: Accepted
  readonly requestId: string
  /** In development a client also sees which subgraph failed, and how. */
  readonly isDevelopment: boolean
  /** Faults inside a subgraph are told as the subgraph tells them. */
  readonly showsSubgraphErrors?: boolean
  /** Of one answer, with all its parts; of a subscription's, each. */
  readonly responseBytesMax?: number
}

export function writeAnswer(answer: Answer, options: WriteOptions): WireResponse {
  try {
    return write(200, writtenAnswer(answer, options), options)
  } catch (error) {
    if (!isTooLarge(error)) throw error
    // It was run: `data` says so, and that there is none is said by the error.
    return write(200, { errors: writtenErrors(error, options), data: null }, options)
  }
}

/** An answer as clients read it: faults behind a fixed sentence. */
export function writtenAnswer(
  { errors, data, extensions }: Answer,
  options: WriteOptions,
): Readonly<Record<string, unknown>> {
  const written = errors.map((error) => answerError(error, options))
  return { ...(written.length > 0 && { errors: written }), data, ...(extensions && { extensions }) }
}

/** What failed, as clients read it. */
export const writtenErrors = (error: unknown, options: WriteOptions): readonly WrittenError[] =>
  describeError(error, options).errors

/** For what failed before there was anything to answer. */
export function writeError(error: unknown, options: WriteOptions): WireResponse {
  const { code, errors } = describeError(error, options)
  // A client that reads plain JSON is told by the body: 200 says that the request was GraphQL, as older clients expect.
  const isLenient = options.accepted.type === 'application/json' && documentErrors.has(code)
  const response = write(isLenient ? 200 : statusOf(code), { errors }, options)
  if (error instanceof ClientError && error.details.headers !== undefined) {
    const headers = error.details.headers as Readonly<Record<string, string>>
    return { ...response, headers: { ...response.headers, ...headers } }
  }
  if (code === 'GW_METHOD_NOT_ALLOWED')
    return { ...response, headers: { ...response.headers, allow: 'POST, GET' } }
  if (code === 'GW_BAD_TOKEN')
    return {
      ...response,
      headers: { ...response.headers, 'www-authenticate': 'Bearer error="invalid_token"' },
    }
  return response
}

const documentErrors: ReadonlySet<string> = new Set([
  'GW_PARSE_FAILED',
  'GW_VALIDATION_FAILED',
  'GW_LIMIT_EXCEEDED',
  'GW_COST_EXCEEDED',
  'GW_INTROSPECTION_CLOSED',
  'GW_BAD_VARIABLES',
  'GW_OPERATION_NOT_FOUND',
  'GW_SUBSCRIPTION_NOT_SERVED',
  'GW_DOCUMENT_UNKNOWN',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

export type WrittenError = {
  readonly message: string
  readonly locations?: unknown
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>>
}

function describeError(
  error: unknown,
  options: WriteOptions,
): { readonly code: string; readonly errors: readonly WrittenError[] } {
  if (error instanceof ClientError) {
    const { problems, locations, headers, ...details } = error.details
    void headers
    const listed = Array.isArray(problems)
      ? (problems as { message: string; locations?: unknown }[])
      : [{ message: error.message, locations }]
    const errors = listed.map((problem) => ({
      ...problem,
      message: clipped(problem.message),
      extensions: { code: error.code, ...details },
    }))
    return { code: error.code, errors }
  }
  const code = error instanceof Fault ? error.code : 'GW_INTERNAL'
  const message = error instanceof Error ? error.message : String(error)
  return {
    code,
    errors: [{ message: sentenceFor(code), extensions: faultExtensions({ code, message }, options) }],
  }
}

// What was sent is often quoted in it, and may be as long as a request.
const clipped = (message: string): string =>
  message.length <= messageCharactersMax
    ? message
    : `${message.slice(0, messageCharactersMax).toWellFormed()}…`

const messageCharactersMax = 2_000

function answerError(error: AnswerError, options: WriteOptions): WrittenError {
  const { code, locations, path } = error
  if (!isFault(code) || isShown(error, options)) {
    return {
      message: error.message,
      locations,
      path,
      extensions: { ...publicExtensions(error.extensions), code, ...whoFailed(error, options) },
    }
  }
  return {
    message: sentenceFor(code),
    locations,
    path,
    extensions: { ...faultExtensions(error, options), ...whoFailed(error, options) },
  }
}

const isShown = ({ code, subgraph }: AnswerError, { showsSubgraphErrors }: WriteOptions): boolean =>
  showsSubgraphErrors === true && subgraph !== undefined && !code.startsWith('GW_')

const faultExtensions = (
  { code, message }: { readonly code: string; readonly message: string },
  options: WriteOptions,
) => ({
  code,
  requestId: options.requestId,
  ...(options.isDevelopment && { reason: message }),
})

const whoFailed = ({ subgraph }: AnswerError, { isDevelopment }: WriteOptions): { subgraph?: string } =>
  isDevelopment && subgraph !== undefined ? { subgraph } : {}

// A stack or an exception is never the client's business, whatever a subgraph sends.
function publicExtensions({
  stacktrace,
  exception,
  serviceName,
  ...rest
}: Readonly<Record<string, unknown>>) {
  void [stacktrace, exception, serviceName]
  return rest
}

/** A code that is ours to answer for. Whatever else a subgraph codes is meant for the caller. */
const isFault = (code: string): boolean =>
  faultCodes.has(code) || (code.startsWith('GW_') && !ownClientCodes.has(code))

const ownClientCodes: ReadonlySet<string> = new Set([
  'GW_LIMIT_EXCEEDED',
  'GW_RATE_LIMITED',
  'GW_SUBSCRIPTION_TOO_SLOW',
  'GW_SUBSCRIPTIONS_FULL',
])

const faultCodes: ReadonlySet<string> = new Set([
  'INTERNAL',
  'INTERNAL_SERVER_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REPRESENTATION',
  'VIEWER_NOT_TRUSTED',
  'SUBGRAPH_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
])

function write(status: number, body: object, options: WriteOptions): WireResponse {
  const { accepted, requestId, responseBytesMax } = options
  const headers = {
    'content-type': `${accepted.type}; charset=utf-8`,
    'x-request-id': requestId,
    'cache-control': 'no-store',
    vary: 'accept, authorization',
  }
  return { status, headers, body: limitAnswer(JSON.stringify(body), responseBytesMax) }
}

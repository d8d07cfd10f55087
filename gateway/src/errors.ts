/** Every GW_ code: what it means, what to do about it, the HTTP status when nothing else was answered, and whether to retry. */
import { ClientError, Fault, sharedErrors } from '@souk/contracts'

export type GatewayErrorEntry = {
  readonly meaning: string
  readonly remedy: string
  readonly status: number
  readonly retry: boolean
}

export const gatewayErrors = {
  GW_BAD_REQUEST: entry(
    'The HTTP request is not a GraphQL request.',
    'Send a JSON object with `query`, or GET with `?query=`.',
    400,
  ),
  GW_BODY_TOO_LARGE: entry(
    'The request body is larger than allowed.',
    'Send less, or raise SOUK_BODY_BYTES_MAX.',
    413,
  ),
  GW_REQUEST_TOO_SLOW: entry(
    'The request did not come whole in time.',
    'Send it faster, or raise SOUK_HEADERS_MS_MAX and SOUK_RECEIVE_MS_MAX.',
    408,
    'retry',
  ),
  GW_HEADERS_TOO_LARGE: entry(
    'The headers of the request are larger than is read.',
    'Send fewer or shorter headers; cookies are often the longest.',
    431,
  ),
  GW_UNSUPPORTED_MEDIA_TYPE: entry(
    'The body has a content type that is not read.',
    'Send `content-type: application/json`.',
    415,
  ),
  GW_NOT_ACCEPTABLE: entry(
    'Accept names no type that can be written.',
    'Accept application/json or application/graphql-response+json.',
    406,
  ),
  GW_METHOD_NOT_ALLOWED: entry(
    'The method is not allowed for this operation.',
    'Use POST; GET answers queries only.',
    405,
  ),
  GW_CSRF_BLOCKED: entry(
    'A browser could send this from any page without asking first.',
    'Send the header `x-souk-csrf: 1`, or POST application/json.',
    403,
  ),
  GW_BATCHING_REFUSED: entry(
    'The body is a list of requests, or of more than are allowed.',
    'Send one request at a time, or raise SOUK_BATCH_MAX.',
    400,
  ),
  GW_DOCUMENT_UNKNOWN: entry(
    'No document has the id that was sent.',
    'Send the document itself, or publish the manifest that has it.',
    400,
  ),
  GW_DOCUMENT_NOT_TRUSTED: entry(
    'Only trusted documents are run here, and this is none.',
    'Add it to the manifest that SOUK_TRUSTED_DOCUMENTS names.',
    403,
  ),
  PERSISTED_QUERY_NOT_FOUND: entry(
    'No document is known by the hash that was sent.',
    'Send the document with its hash; clients do so by themselves.',
    400,
  ),
  PERSISTED_QUERY_NOT_SUPPORTED: entry(
    'Documents are not kept by their hash here.',
    'Send the document; clients do so by themselves.',
    400,
  ),
  GW_BAD_TOKEN: entry(
    'The bearer token is malformed, forged, expired or meant for someone else.',
    'Sign in again, or send no token.',
    401,
  ),
  GW_POLICIES_UNDECIDED: entry(
    'Whether the viewer may read a field could not be decided in time.',
    'Try again shortly.',
    503,
    'retry',
  ),
  GW_PARSE_FAILED: entry('The document is not GraphQL.', 'Correct the syntax at the location given.', 400),
  GW_VALIDATION_FAILED: entry(
    'The document does not fit the schema.',
    'Correct what the message names.',
    400,
  ),
  GW_LIMIT_EXCEEDED: entry(
    'The operation is larger than a limit allows.',
    'Ask for less; the message names the limit.',
    400,
  ),
  GW_COST_EXCEEDED: entry(
    'The operation would cost more than is allowed.',
    'Ask for fewer fields or shorter lists; the message says the cost and the limit.',
    400,
  ),
  GW_INTROSPECTION_CLOSED: entry(
    'The schema is not told to this viewer.',
    'Sign in, or ask whoever runs the gateway for the schema.',
    400,
  ),
  GW_RATE_LIMITED: entry(
    'The budget of the viewer, the address or the app has too little left.',
    'Wait as long as retry-after says.',
    429,
    'retry',
  ),
  GW_RESPONSE_TOO_LARGE: entry(
    'The answer is larger than may be sent.',
    'Ask for less, or raise SOUK_RESPONSE_BYTES_MAX.',
    200,
  ),
  GW_BAD_VARIABLES: entry(
    'A variable has a value that its type does not allow.',
    'Correct the variable that the message names.',
    400,
  ),
  GW_OPERATION_NOT_FOUND: entry(
    'The document has no such operation, or several and none was named.',
    'Send `operationName`.',
    400,
  ),
  GW_SUBSCRIPTION_NOT_SERVED: entry(
    'A subscription was asked where one answer is all that can be sent.',
    'Accept text/event-stream, or use a WebSocket.',
    400,
  ),
  GW_SUBSCRIPTION_LOST: entry(
    'Where the events of a subscription come from could not be reached, or was lost.',
    'Subscribe again.',
    502,
    'retry',
  ),
  GW_SUBSCRIPTION_TOO_SLOW: entry(
    'Events came faster than they were read.',
    'Subscribe again and read faster, or raise SOUK_SUBSCRIPTION_EVENTS_BUFFERED_MAX.',
    503,
    'retry',
  ),
  GW_SUBSCRIPTIONS_FULL: entry(
    'As many different subscriptions are open to one subgraph as are allowed.',
    'Try again later, or raise SOUK_SUBSCRIPTION_SOURCES_MAX.',
    503,
    'retry',
  ),
  GW_PLAN_FAILED: entry(
    'No plan could be made for the operation.',
    'Report the request id; a simpler operation may work.',
    500,
  ),
  GW_OVERLOADED: entry('Too many requests are being answered.', 'Try again shortly.', 503, 'retry'),
  GW_TOO_MANY_CONNECTIONS: entry(
    'As many connections are open as are allowed.',
    'Try again shortly, or raise SOUK_CONNECTIONS_MAX.',
    503,
    'retry',
  ),
  GW_TOO_MANY_OPERATIONS: entry(
    'As many operations run on the connection as are allowed.',
    'End one first, open another connection, or raise SOUK_CONNECTION_OPERATIONS_MAX.',
    429,
  ),
  GW_ORIGIN_REFUSED: entry(
    'A page of another origin opens a WebSocket.',
    'List its origin in SOUK_CORS_ORIGINS if it may.',
    403,
  ),
  GW_STREAM_NOT_FOUND: entry(
    'No event stream has the token that was sent, or it is not yours.',
    'Reserve one with PUT.',
    404,
  ),
  GW_STREAM_CONFLICT: entry(
    'The event stream is open already, or an operation on it has the id that was sent.',
    'Reserve another stream, or choose another id.',
    409,
  ),
  GW_NOT_READY: entry('The gateway is starting or stopping.', 'Try again shortly.', 503, 'retry'),
  GW_SUBGRAPH_BUSY: entry(
    'Too many calls wait for a part of the platform.',
    'Try again shortly, or raise SOUK_SUBGRAPH_CALLS_MAX and SOUK_SUBGRAPH_QUEUE_MAX.',
    503,
    'retry',
  ),
  GW_SUBGRAPH_CIRCUIT_OPEN: entry(
    'A part of the platform failed too often of late and is left alone for a while.',
    'Try again shortly.',
    503,
    'retry',
  ),
  GW_SUBGRAPH_ANSWER_TOO_LARGE: entry(
    'A subgraph answered with more than is read.',
    'Ask for less, or raise SOUK_SUBGRAPH_RESPONSE_BYTES_MAX.',
    502,
  ),
  GW_SUBGRAPH_ANSWER_INVALID: entry(
    'A subgraph answered with something that does not fit its schema.',
    'Report the request id.',
    502,
  ),
  GW_LIST_LENGTHS_DIFFER: entry(
    'Two fetches disagree about the length of one list.',
    'Try again; report the request id if it stays.',
    502,
    'retry',
  ),
  GW_ENTITY_MISSING: entry(
    'A subgraph does not know an object that another one refers to, and the schema allows no null there.',
    'Try again; report the request id if it stays.',
    502,
    'retry',
  ),
  GW_KEY_MISSING: entry(
    'What identifies an object came back null, so no other subgraph could be asked for the rest of it.',
    'Report the request id.',
    502,
  ),
  GW_NULL_IN_NON_NULL: entry('A field that is never null came back null.', 'Report the request id.', 500),
  GW_VALUE_INVALID: entry(
    'A value does not fit the type that the schema gives it.',
    'Report the request id.',
    500,
  ),
  GW_INTERNAL: entry('Something failed inside the gateway.', 'Report the request id.', 500),
  GW_COMPOSITION_FAILED: entry(
    'The subgraph schemas do not fit together.',
    'Correct the elements that the report names.',
    500,
  ),
  GW_SUPERGRAPH_INVALID: entry(
    'The file is not a supergraph that can be served.',
    'Correct what the message names, or compose the supergraph anew.',
    500,
  ),
  GW_FIELD_HAS_TWO_OWNERS: entry(
    'Two subgraphs resolve the same field.',
    'Leave the field to one of them; mark it @external in the other.',
    500,
  ),
  GW_FIELD_BEYOND_KEY: entry(
    'A subgraph declares more than the key of a type that it may only refer to.',
    'Remove the field; its owner declares it.',
    500,
  ),
  GW_SUBGRAPH_UNREACHABLE: entry(
    'A subgraph did not give its schema in time.',
    'Start the subgraph, or correct its URL.',
    503,
    'retry',
  ),
  GW_CONFIG_INVALID: entry(
    'An environment variable has a value that is not allowed.',
    'Set it to what the message allows.',
    500,
  ),
  GW_PORT_IN_USE: entry('Another program listens on the port.', 'Stop it, or set SOUK_PORT.', 500),
} as const satisfies Record<string, GatewayErrorEntry>

export type GatewayErrorCode = keyof typeof gatewayErrors

/** The caller has to change the request. */
export const refuseRequest = (
  code: GatewayErrorCode,
  message: string,
  details: Record<string, unknown> = {},
): ClientError => new ClientError(code, message, { details })

/** Something of ours, or behind us, failed. */
export const gatewayFault = (code: GatewayErrorCode, message: string, cause?: unknown): Fault =>
  new Fault(code, message, { cause, retry: gatewayErrors[code].retry })

export function statusOf(code: string): number {
  if (isGatewayErrorCode(code)) return gatewayErrors[code].status
  return sharedStatuses[code] ?? 500
}

/** The fixed sentence that a client sees for a fault: what the code means and what to do about it, never how we failed. */
export function sentenceFor(code: string): string {
  if (isGatewayErrorCode(code)) return `${gatewayErrors[code].meaning} ${gatewayErrors[code].remedy}`
  const shared = Object.hasOwn(sharedErrors, code)
    ? sharedErrors[code as keyof typeof sharedErrors]
    : sharedErrors.INTERNAL
  return `${shared.meaning} ${shared.remedy}`
}

const isGatewayErrorCode = (code: string): code is GatewayErrorCode => Object.hasOwn(gatewayErrors, code)

const sharedStatuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  SUBGRAPH_UNAVAILABLE: 502,
  DEADLINE_EXCEEDED: 504,
}

type StatusAndRetry = readonly [status: number, retry?: 'retry']

function entry(meaning: string, remedy: string, ...[status, retry]: StatusAndRetry): GatewayErrorEntry {
  return { meaning, remedy, status, retry: retry === 'retry' }
}

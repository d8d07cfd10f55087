/** Step 1: an HTTP request becomes a GraphQL request, or is refused before anything costs. */
import { refuseRequest } from '../errors.ts'
import { mediaType, refuseForgery } from '../policy/refuse-forgery.ts'
import { readPayload } from './read-payload.ts'
import type { GraphQLRequest, WireRequest } from './wire.ts'

export type ReceiveLimits = {
  readonly bodyBytesMax: number
  readonly batchMax: number
  readonly corsOrigins: readonly string[]
}

/** A list is what a client sends that batches, where that is allowed. */
export function receive(
  wire: WireRequest,
  limits: ReceiveLimits,
): GraphQLRequest | readonly GraphQLRequest[] {
  if (wire.method !== 'POST' && wire.method !== 'GET')
    throw refuseRequest('GW_METHOD_NOT_ALLOWED', `${wire.method} is not allowed; use POST or GET.`)
  refuseForgery(wire, limits.corsOrigins)
  if (wire.method === 'GET') return readParameters(wire)
  refuseUnreadable(wire)
  if (Buffer.byteLength(wire.body) > limits.bodyBytesMax) {
    throw refuseRequest(
      'GW_BODY_TOO_LARGE',
      `The body has more than ${limits.bodyBytesMax} bytes (SOUK_BODY_BYTES_MAX).`,
      { limit: limits.bodyBytesMax },
    )
  }
  const body = parseJson(wire.body.replace(/^\uFEFF/, ''), 'The body')
  return Array.isArray(body) ? readBatch(body, limits.batchMax) : readPayload(body, false)
}

function readBatch(payloads: readonly unknown[], batchMax: number): readonly GraphQLRequest[] {
  if (batchMax === 1)
    throw refuseRequest('GW_BATCHING_REFUSED', 'The body is a list; send one request at a time.')
  if (payloads.length > batchMax) {
    throw refuseRequest(
      'GW_BATCHING_REFUSED',
      `The body lists ${payloads.length} requests; SOUK_BATCH_MAX allows ${batchMax}.`,
      { limit: batchMax, value: payloads.length },
    )
  }
  if (payloads.length === 0) throw refuseRequest('GW_BAD_REQUEST', 'The body is an empty list.')
  return payloads.map((payload) => readPayload(payload, false))
}

function refuseUnreadable(wire: WireRequest): void {
  if (mediaType(wire) !== 'application/json')
    throw refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to be application/json.')
  if (/;\s*charset=(?!"?utf-?8"?\s*(?:;|$))/i.test(wire.headers['content-type'] ?? ''))
    throw refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to be in UTF-8.')
  // Never unpacked, so that a small body stays small.
  const encoding = wire.headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity')
    throw refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to come without a content encoding.')
}

function readParameters({ parameters }: WireRequest): GraphQLRequest {
  const { operationName, variables, extensions, ...rest } = parameters
  return readPayload(
    {
      ...rest,
      operationName: operationName === '' ? undefined : operationName,
      variables: readJsonParameter(variables, 'variables'),
      extensions: readJsonParameter(extensions, 'extensions'),
    },
    true,
  )
}

const readJsonParameter = (text: string | undefined, name: string): unknown =>
  text === undefined || text === '' ? undefined : parseJson(text, `The parameter \`${name}\``)

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw refuseRequest('GW_BAD_REQUEST', `${what} is not valid JSON.`)
  }
}

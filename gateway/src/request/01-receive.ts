/** Step 1: an HTTP request becomes a GraphQL request, or is refused before anything costs. */
import { z } from 'zod'
import { refuseRequest } from '../errors.ts'
import { mediaType, refuseForgery } from '../policy/refuse-forgery.ts'
import type { GraphQLRequest, WireRequest } from './wire.ts'

export function receive(wire: WireRequest, limits: { readonly bodyBytesMax: number }): GraphQLRequest {
  if (wire.method !== 'POST' && wire.method !== 'GET')
    throw refuseRequest('GW_METHOD_NOT_ALLOWED', `${wire.method} is not allowed; use POST or GET.`)
  refuseForgery(wire)
  if (wire.method === 'GET') return readParameters(wire)
  refuseUnreadable(wire)
  if (Buffer.byteLength(wire.body) > limits.bodyBytesMax) {
    throw refuseRequest('GW_BODY_TOO_LARGE', `The body has more than ${limits.bodyBytesMax} bytes.`)
  }
  const { query, operationName, variables } = readShape(parseJson(wire.body, 'The body'))
  return {
    source: query,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    isRead: false,
  }
}

function refuseUnreadable(wire: WireRequest): void {
  if (mediaType(wire) !== 'application/json')
    throw refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to be application/json.')
  if (/;\s*charset=(?!"?utf-?8\b)/i.test(wire.headers['content-type'] ?? ''))
    throw refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to be in UTF-8.')
  // Never unpacked, so that a small body stays small.
  const encoding = wire.headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity')
    throw refuseRequest('GW_UNSUPPORTED_MEDIA_TYPE', 'The body has to come without a content encoding.')
}

function readParameters({ parameters }: WireRequest): GraphQLRequest {
  const { query, operationName, variables, extensions } = parameters
  const shape = readShape({
    query,
    operationName: operationName === '' ? undefined : operationName,
    variables: readJsonParameter(variables, 'variables'),
    extensions: readJsonParameter(extensions, 'extensions'),
  })
  return {
    source: shape.query,
    operationName: shape.operationName ?? undefined,
    variables: shape.variables ?? {},
    isRead: true,
  }
}

const readJsonParameter = (text: string | undefined, name: string): unknown =>
  text === undefined || text === '' ? undefined : parseJson(text, `The parameter \`${name}\``)

const jsonObject = z.record(z.string(), z.unknown())

const requestSchema = z.object({
  query: z.string().min(1),
  operationName: z.string().nullish(),
  variables: jsonObject.nullish(),
  extensions: jsonObject.nullish(),
})

function readShape(value: unknown): z.infer<typeof requestSchema> {
  if (Array.isArray(value))
    throw refuseRequest('GW_BATCHING_REFUSED', 'The body is a list; send one request at a time.')
  const parsed = requestSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const name = String(parsed.error.issues[0]?.path[0] ?? '')
  throw refuseRequest(
    'GW_BAD_REQUEST',
    name === ''
      ? 'The body is not a JSON object.'
      : `\`${name}\` has to be ${shapes[name] ?? 'of another type'}.`,
  )
}

const shapes: Readonly<Record<string, string>> = {
  query: 'a string that is not empty',
  operationName: 'a string or null',
  variables: 'an object or null',
  extensions: 'an object or null',
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw refuseRequest('GW_BAD_REQUEST', `${what} is not valid JSON.`)
  }
}

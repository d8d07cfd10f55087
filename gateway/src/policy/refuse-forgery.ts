/** Refuses what a browser can be made to send for someone else without asking first (CSRF). */
import { refuseRequest } from '../errors.ts'
import type { WireRequest } from '../request/wire.ts'

// A form or an image tag on any page can send a GET or a simple content type with the user's cookies, unasked. A header
// of one's own makes the browser ask first.
export function refuseForgery(wire: WireRequest, corsOrigins: readonly string[]): void {
  if (forcingHeaders.some((name) => (wire.headers[name] ?? '') !== '')) return
  const type = mediaType(wire)
  if (wire.method === 'POST' ? type !== undefined && !simpleTypes.has(type) : type === 'application/json')
    return
  // Without a content type at all a POST is a media type problem, and says so.
  if (wire.method === 'POST' && type === undefined) return
  if (wire.method === 'GET' && !isFromElsewhere(wire, corsOrigins)) return
  throw refuseRequest(
    'GW_CSRF_BLOCKED',
    'Send the header `x-souk-csrf: 1`, or POST with `content-type: application/json`.',
  )
}

const forcingHeaders = [
  'x-souk-csrf',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'graphql-require-preflight',
]
const simpleTypes: ReadonlySet<string> = new Set([
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
])

// Only a browser can be made to send a request for someone else, and a browser says where a request comes from.
function isFromElsewhere({ headers }: WireRequest, corsOrigins: readonly string[]): boolean {
  // A page can't make up its origin. One that is listed may read the answers anyway; `*` lists nobody.
  if (corsOrigins.includes(headers.origin ?? '')) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return ['origin', 'referer', 'cookie'].some((name) => headers[name] !== undefined)
}

export const mediaType = ({ headers }: WireRequest): string | undefined =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase()

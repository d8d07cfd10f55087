/** Whether the answer to one call is the answer to another: everything that a subgraph is sent has to be the same. */
import type { SubgraphRequest } from '@souk/contracts'
import { isSameValue } from './same-value.ts'

export const isSameCall = (one: SubgraphRequest, other: SubgraphRequest): boolean =>
  one.query === other.query &&
  one.operationName === other.operationName &&
  haveSameHeaders(one.headers, other.headers) &&
  isSameValue(one.variables, other.variables) &&
  isSameViewer(one.viewerToken, other.viewerToken)

// A new member of a request has to find its place here, or this does not compile.
const isCompared: Readonly<Record<keyof Required<SubgraphRequest>, boolean>> = {
  query: true,
  operationName: true,
  headers: true,
  variables: true,
  viewerToken: true,
  // Each caller's own; how much time a call has is compared where it is joined.
  requestId: false,
  deadlineMs: false,
}
void isCompared

type Headers = SubgraphRequest['headers']

function haveSameHeaders(one: Headers, other: Headers): boolean {
  if (one === other) return true
  const [names, theirs] = [Object.keys(one ?? {}), other ?? {}]
  return (
    names.length === Object.keys(theirs).length &&
    names.every((name) => Object.hasOwn(theirs, name) && one?.[name] === theirs[name])
  )
}

// A viewer is signed anew every 20 s, so two tokens may be of one viewer. They are the gateway's own: nobody else's get here.
const isSameViewer = (one: string, other: string): boolean =>
  one === other || isSameValue(viewerIn(one), viewerIn(other))

/** Of a signature only what it says counts. */
export function viewerIn(token: string): unknown {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as unknown
    if (typeof payload === 'object' && payload !== null && 'viewer' in payload) return payload.viewer
  } catch {
    // Not a signed viewer, as in front of other people's subgraphs, that are sent none.
  }
  return token
}

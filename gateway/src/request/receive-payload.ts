/** What a request asks for whose answers another connection carries: it is held to the same rules as any that is answered itself. */
import { refuseRequest } from '../errors.ts'
import { receive, type ReceiveLimits } from './01-receive.ts'
import type { WireRequest } from './wire.ts'

export type ReceivedPayload = {
  readonly payload: object
  /** By which its answers are told from others. */
  readonly operationId: string
}

export function receivePayload(wire: WireRequest, limits: ReceiveLimits): ReceivedPayload {
  if (wire.method !== 'POST')
    throw refuseRequest('GW_METHOD_NOT_ALLOWED', 'What an event stream is to answer comes by POST.')
  receive(wire, limits)
  // As it was read there: a mark of order at the start is passed over.
  const payload = JSON.parse(wire.body.replace(/^\uFEFF/, '')) as Asking
  const operationId = payload.extensions?.operationId
  if (typeof operationId === 'string' && operationId !== '') return { payload, operationId }
  throw refuseRequest('GW_BAD_REQUEST', '`extensions.operationId` has to be a string that is not empty.')
}

type Asking = { readonly extensions?: { readonly operationId?: unknown } | null }

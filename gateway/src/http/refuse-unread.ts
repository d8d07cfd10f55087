/** Answers what was too slow, too large or too broken to become a request, on its bare socket. */
import { randomUUID } from 'node:crypto'
import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { GatewayConfig } from '../config.ts'
import { refuseRequest } from '../errors.ts'
import { plainJson } from '../request/negotiate-type.ts'
import { writeError } from '../request/write-response.ts'

export type ReceivingLimits = Pick<GatewayConfig, 'headersMsMax' | 'receiveMsMax' | 'mode'>

/** For a server's `clientError`. What was sent before it on the connection is answered, and the connection ends. */
export function refuseUnread(
  error: Error & { readonly code?: string },
  socket: Socket,
  limits: ReceivingLimits,
): void {
  // Whoever sent it has gone.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { status, headers, body } = writeError(refusalOf(error.code, limits), {
    accepted: plainJson,
    requestId: randomUUID(),
    isDevelopment: limits.mode === 'development',
  })
  const text = typeof body === 'string' ? body : ''
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ]
  socket.write([...head, '', text].join('\r\n'))
  socket.destroySoon()
}

function refusalOf(code: string | undefined, { headersMsMax, receiveMsMax }: ReceivingLimits): Error {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return refuseRequest(
      'GW_REQUEST_TOO_SLOW',
      `The request did not come whole in time: its headers have ${headersMsMax} ms (SOUK_HEADERS_MS_MAX), all of it ${receiveMsMax} ms (SOUK_RECEIVE_MS_MAX). Send it faster.`,
    )
  if (code === 'HPE_HEADER_OVERFLOW')
    return refuseRequest(
      'GW_HEADERS_TOO_LARGE',
      `The headers have more than ${maxHeaderSize} bytes. Send fewer or shorter ones.`,
      { limit: maxHeaderSize },
    )
  return refuseRequest(
    'GW_BAD_REQUEST',
    'This is not HTTP/1.1 as it is read here. Send a well-formed request.',
  )
}

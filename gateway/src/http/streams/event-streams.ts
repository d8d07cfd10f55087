/**
 * The single connection mode of the GraphQL over SSE protocol: one event stream carries the answers of many operations, each
 * asked for by a request of its own.
 *
 * The handler of `graphql-sse` is not used: it keeps every event that a slow client doesn't read, and every reservation that
 * nobody comes for.
 */
import { randomUUID } from 'node:crypto'
import { ClientError } from '@souk/contracts'
import { gatewayFault } from '../../errors.ts'
import { plainJson } from '../../request/negotiate-type.ts'
import { noOperation } from '../../request/request-summary.ts'
import type { RequestGateway } from '../../request/run-request.ts'
import type { WireRequest, WireResponse } from '../../request/wire.ts'
import { writeError } from '../../request/write-response.ts'
import { createPlaces } from '../places.ts'
import {
  closeDrained,
  type EventStream,
  noStream,
  open,
  operate,
  reserveStream,
  stop,
  textResponse,
} from './event-stream.ts'

export type EventStreams = { readonly answer: (wire: WireRequest) => Promise<WireResponse> }

/** Whether a request is one of this mode: it reserves, or it has the token of a reservation. */
export const isForEventStream = (wire: WireRequest): boolean =>
  wire.method === 'PUT' || wire.method === 'DELETE' || tokenOf(wire) !== undefined

// A page's EventSource can't send a header. In the address of any other GET, a token is somebody else's.
function tokenOf(wire: WireRequest): string | undefined {
  const { token } = wire.parameters
  return (
    wire.headers['x-graphql-event-stream-token'] ??
    (wire.method !== 'GET' || isOpening(wire) ? token : undefined)
  )
}

const isOpening = ({ headers }: WireRequest): boolean => /\btext\/event-stream\b/.test(headers.accept ?? '')

export function createEventStreams(gateway: RequestGateway, closing: AbortSignal): EventStreams {
  const { config } = gateway
  const streams = new Map<string, EventStream>()
  const reservations = createPlaces(config.streamReservationsMax)
  closing.addEventListener('abort', () => {
    for (const stream of streams.values()) closeDrained(stream, closing)
  })
  return {
    async answer(wire) {
      try {
        return await dispatch(wire)
      } catch (error) {
        const response = refuse(wire, error)
        if (!(error instanceof ClientError)) note(wire, response, error)
        return response
      }
    },
  }

  function refuse({ requestId }: WireRequest, error: unknown): WireResponse {
    return writeError(error, { accepted: plainJson, requestId, isDevelopment: config.mode === 'development' })
  }

  // What failed before there was an operation, which would have a line of its own.
  function note({ requestId }: WireRequest, { status }: WireResponse, fault: unknown): void {
    gateway.onDone({ ...noOperation(), requestId, durationMs: 0, status, fault })
  }

  async function dispatch(wire: WireRequest): Promise<WireResponse> {
    if (wire.method === 'PUT') return await reserve(wire)
    const stream = streams.get(tokenOf(wire) ?? '')
    if (stream === undefined) throw noStream()
    if (wire.method === 'DELETE') return stop(stream, wire)
    return isOpening(wire)
      ? open(stream, wire, config.keepAliveMs)
      : await operate(stream, wire, { gateway, closing, refuse })
  }

  async function reserve(wire: WireRequest): Promise<WireResponse> {
    const viewer = await gateway.verifier.viewerOf(wire.headers.authorization)
    if (closing.aborted) throw gatewayFault('GW_NOT_READY', 'The gateway is stopping.')
    const unreserve = reservations.take()
    if (unreserve === undefined)
      throw gatewayFault(
        'GW_TOO_MANY_CONNECTIONS',
        `${reservations.taken()} event streams are reserved, which is the limit.`,
      )
    const token = randomUUID()
    const stream = reserveStream({
      viewer,
      waitMsMax: config.streamReservationMsMax,
      onBegin: unreserve,
      onEnd: () => void streams.delete(token),
    })
    streams.set(token, stream)
    return textResponse(201, token, wire)
  }
}

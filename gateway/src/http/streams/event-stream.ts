/** One event stream that carries the answers of many operations: its operations, who reads it, and how it ends. */
import { setMaxListeners } from 'node:events'
import type { Viewer } from '@souk/contracts'
import { refuseRequest } from '../../errors.ts'
import { interruptible, quiet } from '../../request/interruptible.ts'
import { runOnConnection, type StartedOperation, tooManyOperations } from '../../request/run-on-connection.ts'
import type { RequestGateway } from '../../request/run-request.ts'
import { receivePayload } from '../../request/receive-payload.ts'
import { beginStreamLife, type StreamLife } from '../../request/stream-life.ts'
import { whenRead } from '../../request/when-read.ts'
import type { WireRequest, WireResponse } from '../../request/wire.ts'
import { completeEvent, eventHeaders, nextEvent, signOfLife } from '../../request/write-stream.ts'
import { createFunnel, type Funnel } from './funnel.ts'

export type EventStream = {
  readonly viewer: Viewer
  readonly operations: Map<string, StreamLife>
  readonly funnel: Funnel<string>
  readonly over: AbortSignal
  isOpen: boolean
  /** Its client has come for it. */
  readonly begin: () => void
  readonly end: () => void
}

export type Reservation = {
  readonly viewer: Viewer
  /** It ends when its client has not come by then. */
  readonly waitMsMax: number
  readonly onBegin: () => void
  readonly onEnd: () => void
}

export function reserveStream({ viewer, waitMsMax, onBegin, onEnd }: Reservation): EventStream {
  const over = new AbortController()
  // Every operation on it hears of its end.
  setMaxListeners(0, over.signal)
  const funnel = createFunnel<string>()
  const stream: EventStream = {
    viewer,
    operations: new Map(),
    funnel,
    over: over.signal,
    isOpen: false,
    begin() {
      stream.isOpen = true
      clearTimeout(expiry)
      onBegin()
    },
    end() {
      stream.begin()
      onEnd()
      over.abort(new Error('The event stream has ended.'))
      funnel.abandon()
    },
  }
  const expiry = setTimeout(stream.end, waitMsMax)
  expiry.unref()
  return stream
}

export type Serving = {
  readonly gateway: RequestGateway
  readonly closing: AbortSignal
  readonly refuse: (wire: WireRequest, error: unknown) => WireResponse
}

export function open(stream: EventStream, wire: WireRequest, keepAliveMs: number): WireResponse {
  if (stream.isOpen) throw refuseRequest('GW_STREAM_CONFLICT', 'The event stream is open already.')
  stream.begin()
  const body = whenRead(read(stream, wire.signal, keepAliveMs), stream.end)
  return { status: 200, headers: eventHeaders(wire.requestId), body }
}

async function* read(
  { funnel, over }: EventStream,
  gone: AbortSignal,
  quietMs: number,
): AsyncGenerator<string> {
  // Some browsers take a stream for open only once something came.
  yield signOfLife
  try {
    for await (const piece of interruptible(funnel.items, { signals: [gone, over], quietMs }))
      yield piece === quiet ? signOfLife : piece
  } catch (error) {
    if (!gone.aborted && !over.aborted) throw error
  }
}

export async function operate(
  stream: EventStream,
  wire: WireRequest,
  serving: Serving,
): Promise<WireResponse> {
  const { gateway, closing } = serving
  const { payload, operationId: id } = receivePayload(wire, gateway.config)
  const viewer = await gateway.verifier.viewerOf(wire.headers.authorization)
  // Else whoever knows a token could have someone else's answers sent to himself.
  if (!isSame(viewer, stream.viewer)) throw noStream()
  const { operations } = stream
  if (operations.has(id))
    throw refuseRequest('GW_STREAM_CONFLICT', 'An operation on this event stream has that `operationId`.')
  const { connectionOperationsMax } = gateway.config
  if (operations.size >= connectionOperationsMax) throw tooManyOperations(connectionOperationsMax)
  const expiresAt = gateway.verifier.expiresAt(viewer)
  const life = beginStreamLife({ gone: stream.over, closing, expiresAt, clock: gateway.clock })
  operations.set(id, life)
  const started = await runOnConnection(gateway, {
    payload,
    headers: wire.headers,
    address: wire.address,
    viewer,
    life,
  })
  if (started.kind === 'running') {
    void deliver(stream, { id, life, started }, serving)
    return textResponse(202, '', wire)
  }
  settle(stream, id, life)
  // It has its line in the log already.
  return serving.refuse(wire, started.error)
}

async function deliver(
  stream: EventStream,
  { id, life, started }: Delivering,
  { closing }: Serving,
): Promise<void> {
  const { funnel } = stream
  try {
    for await (const payload of started.payloads)
      if (payload !== quiet) await funnel.put(nextEvent({ id, payload }))
  } catch (error) {
    await funnel.put(nextEvent({ id, payload: { errors: started.errorsOf(error) } }))
  }
  if (settle(stream, id, life)) await funnel.put(completeEvent({ id }))
  closeDrained(stream, closing)
}

type Delivering = {
  readonly id: string
  readonly life: StreamLife
  readonly started: Extract<StartedOperation, { kind: 'running' }>
}

/** Whether the client still waits for the operation, whose id is free from now on. */
function settle({ operations }: EventStream, id: string, life: StreamLife): boolean {
  life.end()
  return operations.get(id) === life && operations.delete(id)
}

export function stop({ operations }: EventStream, wire: WireRequest): WireResponse {
  const { operationId } = wire.parameters
  if (operationId === undefined)
    throw refuseRequest('GW_BAD_REQUEST', 'The parameter `operationId` has to name the operation.')
  operations.get(operationId)?.end()
  operations.delete(operationId)
  return textResponse(200, '', wire)
}

/** Ends it once the gateway is stopping and nothing runs on it any more. */
export function closeDrained({ operations, funnel, isOpen, end }: EventStream, closing: AbortSignal): void {
  if (!closing.aborted || operations.size > 0) return
  if (isOpen) funnel.close()
  else end()
}

const isSame = (one: Viewer, other: Viewer): boolean =>
  one.kind === other.kind && (one.kind !== 'user' || other.kind !== 'user' || one.userId === other.userId)

export const noStream = (): Error =>
  refuseRequest('GW_STREAM_NOT_FOUND', 'No event stream that is yours has this token.')

export const textResponse = (status: number, body: string, { requestId }: WireRequest): WireResponse => ({
  status,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  },
  body,
})

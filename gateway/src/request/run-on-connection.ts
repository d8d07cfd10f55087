/** One operation of many on a connection: a message of a WebSocket, or a request whose answers another one carries. */
import { randomUUID } from 'node:crypto'
import { ClientError, type Viewer } from '@souk/contracts'
import { refuseRequest, statusOf } from '../errors.ts'
import type { Quiet } from './interruptible.ts'
import { plainJson } from './negotiate-type.ts'
import { readPayload } from './read-payload.ts'
import { noOperation, noteError } from './request-summary.ts'
import type { RequestGateway } from './run-request.ts'
import { whenRead } from './when-read.ts'
import type { WireRequest } from './wire.ts'
import { type OperationLife, type Payload, writePayloads } from './write-payloads.ts'
import { type WriteOptions, type WrittenError, writtenErrors } from './write-response.ts'

export type ConnectionOperation = {
  /** What the client sent to ask for it, not looked at yet. */
  readonly payload: unknown
  /** Of the request that opened the connection. */
  readonly headers: WireRequest['headers']
  readonly address?: string | undefined
  readonly viewer: Viewer
  readonly life: OperationLife
  /** Why the connection may not run it, where it may not. */
  readonly refusal?: Error | undefined
}

export type StartedOperation =
  | {
      readonly kind: 'running'
      /** It ends when somebody ends it. */
      readonly isEndless: boolean
      /** Fails where the operation failed on the way and somebody still reads. */
      readonly payloads: AsyncIterable<Payload | Quiet>
      readonly errorsOf: (error: unknown) => readonly WrittenError[]
    }
  | { readonly kind: 'refused'; readonly error: unknown; readonly errors: readonly WrittenError[] }

/** Never fails: what can't be run is refused with the reason, as the client reads it. */
export async function runOnConnection(
  gateway: RequestGateway,
  { payload, headers, address, viewer, life, refusal }: ConnectionOperation,
): Promise<StartedOperation> {
  const { config, clock } = gateway
  const startedAtMs = clock.monotonicMs()
  const seen = noOperation()
  const requestId = randomUUID()
  let fault: unknown
  const options: WriteOptions = {
    accepted: plainJson,
    requestId,
    isDevelopment: config.mode === 'development',
    showsSubgraphErrors: config.subgraphErrors === 'shown',
    responseBytesMax: config.responseBytesMax,
  }
  try {
    if (refusal !== undefined) throw refusal
    const answered = await gateway.run({
      request: readPayload(payload, false),
      headers,
      address,
      viewer,
      requestId,
      signal: life.over,
      startedAtMs,
      delivery: { streams: true, defers: true },
      seen,
    })
    return {
      kind: 'running',
      isEndless: answered.kind === 'events',
      payloads: whenRead(noted(writePayloads(answered, { ...options, life })), () => done(200)),
      errorsOf: (error) => writtenErrors(error, options),
    }
  } catch (error) {
    noteError(seen, error)
    note(error)
    done(statusOf(codeOf(error)))
    return { kind: 'refused', error, errors: writtenErrors(error, options) }
  }

  async function* noted(payloads: AsyncIterable<Payload | Quiet>): AsyncGenerator<Payload | Quiet> {
    try {
      yield* payloads
    } catch (error) {
      note(error)
      throw error
    }
  }

  function note(error: unknown): void {
    // What comes of a client that left, or of a gateway that stops, is nobody's fault.
    const isLeft = life.over.aborted || life.stopped?.aborted === true
    if (!(error instanceof ClientError) && !isLeft) fault = error
  }

  function done(status: number): void {
    const durationMs = clock.monotonicMs() - startedAtMs
    gateway.onDone({ ...seen, requestId, durationMs, status, fault })
  }
}

export const tooManyOperations = (operationsMax: number): Error =>
  refuseRequest(
    'GW_TOO_MANY_OPERATIONS',
    `At most ${operationsMax} operations may run on one connection at once.`,
    { limit: operationsMax },
  )

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'GW_INTERNAL'

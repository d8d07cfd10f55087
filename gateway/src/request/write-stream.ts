/** Writes answers that come one after the other: as server-sent events, or as parts of one HTTP response. */
import type { Answered } from './answer.ts'
import { quiet } from './interruptible.ts'
import { type Payload, type PayloadOptions, writePayloads } from './write-payloads.ts'
import { writtenErrors } from './write-response.ts'
import type { WireResponse } from './wire.ts'

export type StreamOptions = PayloadOptions & {
  /** Told what ended a stream before its end. */
  readonly onFailure?: (error: unknown) => void
}

/** An operation that was refused once it was known to be asked for, or what it came to. */
export type Streamed = Answered | { readonly kind: 'refused'; readonly error: unknown }

/** The distinct connections mode of the GraphQL over SSE protocol: `next` for each answer, `complete` at the end. */
export const writeEvents = (streamed: Streamed, options: StreamOptions): WireResponse => ({
  status: 200,
  headers: eventHeaders(options.requestId),
  body: events(streamed, options),
})

/** An answer and its deferred parts, in the form that the client named: that of 2022-08-24, or the one with numbers. */
export const writeParts = (
  incremental: Extract<Answered, { kind: 'incremental' }>,
  options: StreamOptions,
): WireResponse => ({
  status: 200,
  headers: streamHeaders(
    `multipart/mixed; boundary="-"; ${options.accepted.streams === 'parts-by-id' ? 'incrementalSpec=v0.2' : 'deferSpec=20220824'}`,
    options.requestId,
  ),
  body: parts(incremental, options),
})

/** Apollo's protocol for subscriptions over HTTP: a part for each event, an empty object as a sign of life. */
export const writeEventParts = (
  subscription: Extract<Answered, { kind: 'events' }>,
  options: StreamOptions,
): WireResponse => ({
  status: 200,
  headers: streamHeaders('multipart/mixed; boundary="graphql"; subscriptionSpec=1.0', options.requestId),
  body: eventParts(subscription, options),
})

export const eventHeaders = (requestId: string): WireResponse['headers'] =>
  streamHeaders('text/event-stream; charset=utf-8', requestId)

const streamHeaders = (type: string, requestId: string): WireResponse['headers'] => ({
  'content-type': type,
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  'x-request-id': requestId,
  vary: 'accept, authorization',
})

async function* events(streamed: Streamed, options: StreamOptions): AsyncGenerator<string> {
  // Some browsers take a stream for open only once something came.
  if (streamed.kind === 'events') yield signOfLife
  try {
    if (streamed.kind === 'refused') yield nextEvent({ errors: writtenErrors(streamed.error, options) })
    else
      for await (const payload of writePayloads(streamed, options))
        yield payload === quiet ? signOfLife : nextEvent(payload)
  } catch (error) {
    options.onFailure?.(error)
    yield nextEvent({ errors: writtenErrors(error, options) })
  }
  yield completeEvent()
}

/** A comment, which readers of events pass over. */
export const signOfLife = ':\n\n'

export const nextEvent = (data: Payload): string => `event: next\ndata: ${JSON.stringify(data)}\n\n`

// Without `data` a browser's EventSource would not tell of it.
export const completeEvent = (data?: Payload): string =>
  `event: complete\ndata:${data === undefined ? '' : ` ${JSON.stringify(data)}`}\n\n`

async function* parts(
  incremental: Extract<Answered, { kind: 'incremental' }>,
  options: StreamOptions,
): AsyncGenerator<string> {
  const { first, part, last } = multipart('-')
  yield first
  try {
    // An empty part would be taken for a payload, so there is no sign of life: a deferred part comes within the request's time.
    for await (const payload of writePayloads(incremental, options))
      if (payload !== quiet) yield part(payload)
  } catch (error) {
    options.onFailure?.(error)
    yield part({ errors: writtenErrors(error, options), hasNext: false })
  }
  yield last
}

async function* eventParts(
  subscription: Extract<Answered, { kind: 'events' }>,
  options: StreamOptions,
): AsyncGenerator<string> {
  const { first, part, last } = multipart('graphql')
  yield first
  try {
    for await (const payload of writePayloads(subscription, options))
      yield part(payload === quiet ? {} : { payload })
  } catch (error) {
    options.onFailure?.(error)
    // Errors beside `payload` end the subscription; those inside would be of one event.
    yield part({ payload: null, errors: writtenErrors(error, options) })
  }
  yield last
}

// The boundary that ends a part goes with it: a client reads a part once it has seen its end.
const multipart = (boundary: string) => ({
  first: `\r\n--${boundary}`,
  part: (payload: Payload): string =>
    `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(payload)}\r\n--${boundary}`,
  last: '--\r\n',
})

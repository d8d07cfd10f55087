/** Step 8: what an operation came to, or the error that ended the request, becomes an HTTP response. */
import { assertNever } from '@souk/contracts'
import type { Answered } from './answer.ts'
import { writeAnswer, writeError } from './write-response.ts'
import { type StreamOptions, writeEventParts, writeEvents, writeParts } from './write-stream.ts'
import type { WireResponse } from './wire.ts'

export type Outcome =
  | Answered
  | { readonly kind?: undefined; readonly error: unknown }
  /** The request was one of GraphQL, and it is the operation that can't be answered. */
  | { readonly kind: 'refused'; readonly error: unknown }

export function respond(outcome: Outcome, options: StreamOptions): WireResponse {
  const { streams, isEventsOnly } = options.accepted
  switch (outcome.kind) {
    case undefined:
      return writeError(outcome.error, options)
    case 'refused':
      return isEventsOnly ? writeEvents(outcome, options) : writeError(outcome.error, options)
    case 'answer':
      return isEventsOnly ? writeEvents(outcome, options) : writeAnswer(outcome.answer, options)
    case 'incremental':
      return streams === 'events' ? writeEvents(outcome, options) : writeParts(outcome, options)
    case 'events':
      return streams === 'events' ? writeEvents(outcome, options) : writeEventParts(outcome, options)
    default:
      return assertNever(outcome)
  }
}

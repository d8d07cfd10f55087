/** Step 8: what an operation came to, or the error that ended the request, becomes an HTTP response. */
import { assertNever } from '@souk/contracts'
import type { Answered } from './answer.ts'
import { type WriteOptions, writeAnswer, writeError } from './write-response.ts'
import { writeEvents, writeParts } from './write-stream.ts'
import type { WireResponse } from './wire.ts'

export type Outcome = Answered | { readonly kind?: undefined; readonly error: unknown }

export function respond(outcome: Outcome, options: WriteOptions): WireResponse {
  if (outcome.kind === undefined) return writeError(outcome.error, options)
  if (options.accepted.streams === 'events') return writeEvents(outcome, options)
  switch (outcome.kind) {
    case 'answer':
      return writeAnswer(outcome.answer, options)
    case 'incremental':
      return writeParts(outcome, options)
    case 'events':
      throw new Error('Events were made for a client that takes none.')
    default:
      return assertNever(outcome)
  }
}

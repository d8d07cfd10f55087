/** Step 8: an answer, or the error that ended the request, becomes an HTTP response. */
import { type WriteOptions, writeAnswer, writeError } from './write-response.ts'
import type { Answer, WireResponse } from './wire.ts'

export type Outcome = { readonly answer: Answer } | { readonly error: unknown }

export const respond = (outcome: Outcome, options: WriteOptions): WireResponse =>
  'answer' in outcome ? writeAnswer(outcome.answer, options) : writeError(outcome.error, options)

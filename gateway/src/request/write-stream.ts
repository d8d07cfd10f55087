/** Writes answers that come one after the other: as server-sent events, or as parts of one HTTP response. */
import type { Answered, LaterAnswers, LaterPart } from './answer.ts'
import { type WriteOptions, writtenAnswer } from './write-response.ts'
import type { WireResponse } from './wire.ts'

/** The distinct connections mode of the GraphQL over SSE protocol: `next` for each answer, `complete` at the end. */
export function writeEvents(answered: Answered, options: WriteOptions): WireResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': options.requestId,
      vary: 'accept, authorization',
    },
    body: events(answered, options),
  }
}

/** An answer and its deferred parts, in the form of the defer specification of 2022-08-24. */
export function writeParts(
  { initial, later }: Extract<Answered, { kind: 'incremental' }>,
  options: WriteOptions,
): WireResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'multipart/mixed; boundary="-"; deferSpec=20220824',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': options.requestId,
      vary: 'accept, authorization',
    },
    body: parts(),
  }

  async function* parts(): AsyncGenerator<string> {
    yield part({ ...writtenAnswer(initial, options), hasNext: true })
    for await (const some of later) yield part(writtenLater(some, options))
    yield '\r\n-----\r\n'
  }
}

const part = (payload: object): string =>
  `\r\n---\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(payload)}`

async function* events(answered: Answered, options: WriteOptions): AsyncGenerator<string> {
  switch (answered.kind) {
    case 'answer':
      yield next(writtenAnswer(answered.answer, options))
      break
    case 'events':
      for await (const answer of answered.answers) yield next(writtenAnswer(answer, options))
      break
    case 'incremental':
      yield next({ ...writtenAnswer(answered.initial, options), hasNext: true })
      for await (const some of answered.later) yield next(writtenLater(some, options))
      break
  }
  yield 'event: complete\ndata:\n\n'
}

const next = (payload: object): string => `event: next\ndata: ${JSON.stringify(payload)}\n\n`

/** What comes later, as clients read it. */
export const writtenLater = ({ parts, hasNext }: LaterAnswers, options: WriteOptions): object => ({
  incremental: parts.map((one) => writtenPart(one, options)),
  hasNext,
})

const writtenPart = ({ path, label, ...answer }: LaterPart, options: WriteOptions): object => ({
  ...writtenAnswer(answer, options),
  path,
  ...(label !== undefined && { label }),
})

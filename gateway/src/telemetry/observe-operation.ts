/** Stands around an operation, whatever it came by: the span it is, and what the log and metrics want to know at its end. */
import { beginSpan, type OpenSpan, type Viewer, withinTrace } from '@souk/contracts'
import type { Answer, Answered, LaterAnswers } from '../request/answer.ts'
import { noteCode, noteError, type SeenOperation } from '../request/request-summary.ts'

export type ObservedOperation = {
  readonly seen: SeenOperation
  readonly viewer: Viewer
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly requestId: string
}

export type Observing = {
  readonly continuesTraces: boolean
  readonly appOf: (viewer: Viewer) => string | undefined
  /** Told when a subscription begins; gives what is told that it has ended. */
  readonly onSubscribed: () => () => void
}

export async function observeOperation(
  { continuesTraces, appOf, onSubscribed }: Observing,
  asked: ObservedOperation,
  run: () => Promise<Answered>,
): Promise<Answered> {
  const { seen, viewer, headers } = asked
  seen.viewer = viewer.kind
  seen.app = appOf(viewer)
  // The headers of a trace that a client names: whoever can send them decides what is collected, and pays nothing for it.
  const span = withinTrace(continuesTraces ? headers : noHeaders, () =>
    beginSpan({ name: 'operation', kind: 'server', attributes: { 'souk.request.id': asked.requestId } }),
  )
  seen.traceId = span.traceId
  try {
    const answered = await span.within(run)
    if (answered.kind === 'answer') {
      noteAnswer(seen, answered.answer)
      endSpan(span, seen)
      return answered
    }
    const ended = answered.kind === 'events' ? onSubscribed() : undefined
    return observeStream(answered, { seen, span, ended })
  } catch (error) {
    noteError(seen, error)
    span.fail(error)
    endSpan(span, seen)
    throw error
  }
}

const noHeaders = {}

function noteAnswer(seen: SeenOperation, { errors }: Answer): void {
  for (const { code } of errors) noteCode(seen, code)
}

function noteLater(seen: SeenOperation, { parts }: LaterAnswers): void {
  for (const part of parts) noteAnswer(seen, part)
}

type Stream = {
  readonly seen: SeenOperation
  readonly span: OpenSpan
  readonly ended: (() => void) | undefined
}

function observeStream(answered: Exclude<Answered, { kind: 'answer' }>, stream: Stream): Answered {
  const { seen } = stream
  if (answered.kind === 'events')
    return { ...answered, answers: observeItems(answered.answers, stream, (one) => noteAnswer(seen, one)) }
  noteAnswer(seen, answered.initial)
  return { ...answered, later: observeItems(answered.later, stream, (some) => noteLater(seen, some)) }
}

/** Each step is taken within the span: a generator runs on in the context of whoever asks it for the next item. */
function observeItems<Item>(
  items: AsyncIterable<Item>,
  { seen, span, ended }: Stream,
  note: (item: Item) => void,
): AsyncIterableIterator<Item> {
  const reading = items[Symbol.asyncIterator]()
  let isOver = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const step = await span.within(() => reading.next())
        if (step.done === true) end()
        else note(step.value)
        return step
      } catch (error) {
        if (!isOver) {
          noteError(seen, error)
          span.fail(error)
        }
        end()
        throw error
      }
    },
    async return() {
      try {
        await span.within(() => reading.return?.())
      } finally {
        end()
      }
      return { done: true, value: undefined }
    },
  }

  function end(): void {
    if (isOver) return
    isOver = true
    ended?.()
    endSpan(span, seen)
  }
}

function endSpan(span: OpenSpan, seen: SeenOperation): void {
  if (span.traceId !== undefined) {
    const { kind, operation, hash, viewer, codes = [] } = seen
    span.rename([kind ?? 'operation', operation].filter(Boolean).join(' '))
    span.note({
      ...(kind && { 'graphql.operation.type': kind }),
      ...(operation && { 'graphql.operation.name': operation }),
      ...(hash && { 'souk.document.hash': hash }),
      ...(viewer && { 'souk.viewer.kind': viewer }),
      'souk.fetches': seen.fetches,
      'souk.errors': seen.errors,
      ...(codes.length > 0 && { 'souk.error.codes': codes }),
    })
  }
  span.end()
}

/** What an operation comes to as the objects that clients read, one after the other, whatever carries them. */
import { limitPayloads } from '../policy/limit-answer.ts'
import type { Answered, LaterAnswers, LaterPart, PendingPart } from './answer.ts'
import { interruptible, type Quiet, quiet } from './interruptible.ts'
import type { StreamLife } from './stream-life.ts'
import { type WriteOptions, writtenAnswer } from './write-response.ts'

export type Payload = Readonly<Record<string, unknown>>

/** Without `stopped` where it ends with what carries it. */
export type OperationLife = Pick<StreamLife, 'over'> & Partial<StreamLife>

export type PayloadOptions = WriteOptions & {
  readonly life?: OperationLife
  /** After so long without a payload there is a `quiet` one, for a sign of life. */
  readonly quietMs?: number
}

/** Throws what ended it before its end, if somebody still reads. */
export async function* writePayloads(
  answered: Answered,
  options: PayloadOptions,
): AsyncGenerator<Payload | Quiet, void, undefined> {
  const { life, quietMs } = options
  const stopped = answered.kind === 'events' ? life?.stopped : undefined
  const signals = [life?.over, stopped].filter((signal) => signal !== undefined)
  const limited = limitPayloads(options.responseBytesMax, answered.kind === 'incremental')
  try {
    switch (answered.kind) {
      case 'answer':
        yield limited(writtenAnswer(answered.answer, options))
        break
      case 'events':
        for await (const answer of interruptible(answered.answers, { signals, quietMs }))
          yield answer === quiet ? quiet : limited(writtenAnswer(answer, options))
        break
      case 'incremental':
        yield limited(writtenInitial(answered, options))
        for await (const some of interruptible(answered.later, { signals, quietMs }))
          yield some === quiet ? quiet : limited(writtenLater(some, options))
        break
    }
  } catch (error) {
    if (life?.over.aborted !== true) throw error
  }
}

// In the newer form parts are promised by a number, and come by it.
const isById = ({ accepted }: WriteOptions): boolean => accepted.streams === 'parts-by-id'

const writtenInitial = (
  { initial, pending }: Extract<Answered, { kind: 'incremental' }>,
  options: WriteOptions,
): Payload => ({
  ...writtenAnswer(initial, options),
  ...(isById(options) && { pending: pending.map(writtenPlace) }),
  hasNext: true,
})

/** What comes later, as clients read it. */
const writtenLater = (later: LaterAnswers, options: WriteOptions): Payload =>
  isById(options)
    ? writtenById(later, options)
    : { incremental: later.parts.map((one) => writtenPart(one, options)), hasNext: later.hasNext }

const writtenPart = (part: LaterPart, options: WriteOptions): Payload => ({
  ...writtenAnswer(part, options),
  path: part.path,
  ...(part.label !== undefined && { label: part.label }),
})

const writtenPlace = ({ id, path, label }: PendingPart): Payload => ({
  id,
  path,
  ...(label !== undefined && { label }),
})

/** What has no data failed as a whole, which is said where it is completed. */
function writtenById({ parts, pending, hasNext }: LaterAnswers, options: WriteOptions): Payload {
  const written = parts.map((part) => ({ id: part.id, written: writtenAnswer(part, options) }))
  const incremental = written.flatMap(({ id, written: { data, ...rest } }) =>
    data === null ? [] : [{ id, data, ...rest }],
  )
  const extensions = parts.at(-1)?.extensions
  return {
    ...(pending.length > 0 && { pending: pending.map(writtenPlace) }),
    ...(incremental.length > 0 && { incremental }),
    completed: written.map(({ id, written: { data, errors } }) => ({
      id,
      ...(data === null && { errors: errors ?? [] }),
    })),
    // A part without data has no room for them.
    ...(parts.at(-1)?.data === null && extensions !== undefined && { extensions }),
    hasNext,
  }
}

/** What an operation comes to as the objects that clients read, one after the other, whatever carries them. */
import { limitPayloads } from '../policy/limit-answer.ts'
import type { Answered, LaterAnswers, LaterPart } from './answer.ts'
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
        yield limited({ ...writtenAnswer(answered.initial, options), hasNext: true })
        for await (const some of interruptible(answered.later, { signals, quietMs }))
          yield some === quiet ? quiet : limited(writtenLater(some, options))
        break
    }
  } catch (error) {
    if (life?.over.aborted !== true) throw error
  }
}

/** What comes later, as clients read it. */
const writtenLater = ({ parts, hasNext }: LaterAnswers, options: WriteOptions): Payload => ({
  incremental: parts.map((one) => writtenPart(one, options)),
  hasNext,
})

const writtenPart = ({ path, label, ...answer }: LaterPart, options: WriteOptions): Payload => ({
  ...writtenAnswer(answer, options),
  path,
  ...(label !== undefined && { label }),
})

/** Answers an operation whose client reads more than one answer, for as long as there are answers and somebody reads them. */
import { ClientError } from '@souk/contracts'
import type { Answered } from './answer.ts'
import type { Clock } from '../clock.ts'
import type { TokenVerifier } from '../keys/token-verifier.ts'
import { respond } from './08-respond.ts'
import type { AskedOperation } from './asked-operation.ts'
import { beginStreamLife } from './stream-life.ts'
import { whenRead } from './when-read.ts'
import type { WireResponse } from './wire.ts'
import type { WriteOptions } from './write-response.ts'

export type StreamingGateway = {
  readonly config: { readonly keepAliveMs: number }
  readonly clock: Clock
  readonly verifier: Pick<TokenVerifier, 'expiresAt'>
  readonly run: (asked: AskedOperation) => Promise<Answered>
}

export type StreamedAnswerOptions = WriteOptions & {
  readonly closing: AbortSignal | undefined
  /** Told what failed of ours, for the log. */
  readonly onFault: (error: unknown) => void
}

export async function answerStreamed(
  gateway: StreamingGateway,
  asked: AskedOperation,
  { closing, onFault, ...options }: StreamedAnswerOptions,
): Promise<WireResponse> {
  const { config, clock, verifier } = gateway
  const expiresAt = verifier.expiresAt(asked.viewer)
  const life = beginStreamLife({ gone: asked.signal, closing, expiresAt, clock })
  let answered: Answered | undefined
  const response = await answer()
  if (typeof response.body !== 'string') return { ...response, body: whenRead(response.body, end) }
  end()
  return response

  async function answer(): Promise<WireResponse> {
    try {
      answered = await gateway.run({ ...asked, signal: life.over })
      return respond(answered, { ...options, life, quietMs: config.keepAliveMs, onFailure })
    } catch (error) {
      onFailure(error)
      return respond({ kind: 'refused', error }, options)
    }
  }

  // What nobody began to read has to be told that nobody will.
  function end(): void {
    life.end()
    const several = answered?.kind === 'events' ? answered.answers : undefined
    const source = answered?.kind === 'incremental' ? answered.later : several
    void Promise.resolve(source?.[Symbol.asyncIterator]().return?.()).catch(() => undefined)
  }

  function onFailure(error: unknown): void {
    if (!(error instanceof ClientError) && !life.stopped.aborted) onFault(error)
  }
}

/** One operation that another server has received: run by the same rules as one of our own, its answer as clients read it. */
import { randomUUID } from 'node:crypto'
import { ClientError, type Viewer } from '@souk/contracts'
import { statusOf } from '../errors.ts'
import { isTooLarge, limitPayloads } from '../policy/limit-answer.ts'
import { clientAddress } from '../policy/rate-limit-address.ts'
import { oneAnswer } from './answer.ts'
import { plainJson } from './negotiate-type.ts'
import { noOperation } from './request-summary.ts'
import type { RequestGateway } from './run-request.ts'
import type { WireRequest } from './wire.ts'
import { type WriteOptions, type WrittenError, writtenAnswer, writtenErrors } from './write-response.ts'

export type ServerOperation = {
  readonly source: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
  /** Lower-case names. What goes on to subgraphs is taken from these. */
  readonly headers?: WireRequest['headers']
  /**
   * Of the client, whose budget an anonymous viewer spends. Else it is what our own proxies say in `x-forwarded-for`, if the settings say
   * that there are any; else nobody knows, and all anonymous viewers share one budget.
   */
  readonly address?: string | undefined
  /** Who asks, where the other server knows. Else it is whom the token among the headers names. */
  readonly viewer?: Viewer | undefined
}

export type ServerAnswer = {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly WrittenError[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Never fails: what can't be run is answered with the reason and without data. */
export async function runForServer(
  gateway: RequestGateway,
  { source, operationName, variables = {}, headers = {}, viewer, address }: ServerOperation,
): Promise<ServerAnswer> {
  const { config, clock } = gateway
  const startedAtMs = clock.monotonicMs()
  const seen = noOperation()
  const requestId = headers['x-request-id'] ?? randomUUID()
  const options: WriteOptions = {
    accepted: plainJson,
    requestId,
    isDevelopment: config.mode === 'development',
    showsSubgraphErrors: config.subgraphErrors === 'shown',
  }
  const limited = limitPayloads(config.responseBytesMax, false)
  try {
    const answered = await gateway.run({
      request: { source, operationName, variables, isRead: false },
      headers,
      address: address ?? clientAddress(undefined, headers['x-forwarded-for'], config.trustedProxies),
      viewer: viewer ?? (await gateway.verifier.viewerOf(headers.authorization)),
      requestId,
      signal: new AbortController().signal,
      startedAtMs,
      delivery: oneAnswer,
      seen,
    })
    if (answered.kind !== 'answer') throw new Error('A stream was made for a server that takes one answer.')
    done(200)
    return limited(writtenAnswer(answered.answer, options))
  } catch (error) {
    // It was run, and `data` says so.
    if (isTooLarge(error)) return { data: null, errors: writtenErrors(error, options) }
    const isRefused = error instanceof ClientError
    done(isRefused ? statusOf(error.code) : 500, isRefused ? undefined : error)
    return { errors: writtenErrors(error, options) }
  }

  function done(status: number, fault?: unknown): void {
    const durationMs = clock.monotonicMs() - startedAtMs
    gateway.onDone({ ...seen, requestId, durationMs, status, fault })
  }
}

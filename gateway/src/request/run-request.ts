/** One HTTP request, step by step: received, authenticated, run, responded to. Every branch of that is in this file. */
import { ClientError } from '@souk/contracts'
import type { TokenVerifier } from '../keys/token-verifier.ts'
import { receive } from './01-receive.ts'
import { authenticate } from './02-authenticate.ts'
import { respond } from './08-respond.ts'
import { type Accepted, deliveryOf, negotiate, plainJson } from './negotiate-type.ts'
import { noOperation, type RequestSummary, type SeenOperation } from './request-summary.ts'
import { type OperationGateway, runOperation } from './run-operation.ts'
import type { WireRequest, WireResponse } from './wire.ts'
import type { WriteOptions } from './write-response.ts'

export type RequestGateway = OperationGateway & {
  readonly verifier: TokenVerifier
  readonly onDone: (summary: RequestSummary) => void
}

export async function runRequest(gateway: RequestGateway, wire: WireRequest): Promise<WireResponse> {
  const { config, clock } = gateway
  const startedAtMs = clock.monotonicMs()
  const seen: SeenOperation = noOperation()
  const options: WriteOptions = {
    accepted: plainJson,
    requestId: wire.requestId,
    isDevelopment: config.mode === 'development',
    showsSubgraphErrors: config.subgraphErrors === 'shown',
  }
  let fault: unknown
  const response = await answerAcceptably()
  if (typeof response.body !== 'string')
    return { ...response, body: whenRead(response.body, () => done(response.status)) }
  done(response.status)
  return response

  async function answerAcceptably(): Promise<WireResponse> {
    try {
      const accepted = negotiate(wire.headers.accept)
      return await answerAs(accepted)
    } catch (error) {
      return respond({ error }, options)
    }
  }

  async function answerAs(accepted: Accepted): Promise<WireResponse> {
    const chosen = { ...options, accepted }
    try {
      const request = receive(wire, config)
      const viewer = await authenticate(wire, gateway.verifier)
      const { headers, requestId, signal } = wire
      const delivery = deliveryOf(accepted)
      return respond(
        await runOperation(gateway, {
          request,
          headers,
          viewer,
          requestId,
          signal,
          startedAtMs,
          delivery,
          seen,
        }),
        chosen,
      )
    } catch (error) {
      if (!(error instanceof ClientError)) fault = error
      return respond({ error }, chosen)
    }
  }

  function done(status: number): void {
    const durationMs = clock.monotonicMs() - startedAtMs
    gateway.onDone({ ...seen, requestId: wire.requestId, durationMs, status, fault })
  }
}

async function* whenRead(body: AsyncIterable<string>, onEnd: () => void): AsyncGenerator<string> {
  try {
    yield* body
  } finally {
    onEnd()
  }
}

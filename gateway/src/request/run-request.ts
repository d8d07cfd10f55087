/** One HTTP request, step by step: received, authenticated, run, responded to. Every branch of that is in this file. */
import { ClientError, type Viewer } from '@souk/contracts'
import type { TokenVerifier } from '../keys/token-verifier.ts'
import { receive } from './01-receive.ts'
import { authenticate } from './02-authenticate.ts'
import { respond } from './08-respond.ts'
import { type Answered, oneAnswer } from './answer.ts'
import { answerStreamed } from './answer-streamed.ts'
import { joinAnswers } from './join-answers.ts'
import { type Accepted, deliveryOf, negotiate, plainJson } from './negotiate-type.ts'
import { noOperation, noteError, type RequestSummary, type SeenOperation } from './request-summary.ts'
import type { AskedOperation, OperationGateway } from './asked-operation.ts'
import { whenRead } from './when-read.ts'
import type { GraphQLRequest, WireRequest, WireResponse } from './wire.ts'
import type { WriteOptions } from './write-response.ts'

export type RequestGateway = Pick<OperationGateway, 'config' | 'clock'> & {
  /** Steps 3 to 7. */
  readonly run: (asked: AskedOperation) => Promise<Answered>
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
    responseBytesMax: config.responseBytesMax,
  }
  const replyHeaders: Record<string, string> = {}
  let fault: unknown
  let isList = false
  const response = addHeaders(await answerAcceptably(), replyHeaders)
  if (typeof response.body !== 'string')
    return { ...response, body: whenRead(response.body, () => done(response.status)) }
  done(response.status)
  return response

  async function answerAcceptably(): Promise<WireResponse> {
    try {
      const accepted = negotiate(wire.headers.accept)
      return await answerAs(accepted)
    } catch (error) {
      noteError(seen, error)
      return respond({ error }, options)
    }
  }

  async function answerAs(accepted: Accepted): Promise<WireResponse> {
    const chosen = { ...options, accepted }
    try {
      const received = receive(wire, config)
      const viewer = await authenticate(wire, gateway.verifier)
      const onFault = (error: unknown): void => void (fault = error)
      const answering = { gateway, wire, viewer, startedAtMs, options: chosen, replyHeaders, onFault }
      if ('source' in received) return await answerOne(received, seen, answering)
      isList = true
      return joinAnswers(await Promise.all(received.map((one) => answerListed(one, answering))))
    } catch (error) {
      noteError(seen, error)
      if (!(error instanceof ClientError)) fault = error
      return respond({ error }, chosen)
    }
  }

  function done(status: number): void {
    if (isList) return
    const durationMs = clock.monotonicMs() - startedAtMs
    gateway.onDone({ ...seen, requestId: wire.requestId, durationMs, status, fault })
  }
}

const addHeaders = (response: WireResponse, headers: Readonly<Record<string, string>>): WireResponse => ({
  ...response,
  headers: { ...headers, ...response.headers },
})

type Answering = {
  readonly gateway: RequestGateway
  readonly wire: WireRequest
  readonly viewer: Viewer
  readonly startedAtMs: number
  readonly options: WriteOptions
  readonly replyHeaders: Record<string, string>
  readonly onFault: (error: unknown) => void
}

async function answerOne(
  request: GraphQLRequest,
  seen: SeenOperation,
  { gateway, wire, viewer, startedAtMs, options, replyHeaders, onFault }: Answering,
): Promise<WireResponse> {
  const { headers, requestId, signal, address } = wire
  const delivery = deliveryOf(options.accepted)
  const place = { headers, viewer, requestId, signal, address }
  const asked = { ...place, request, startedAtMs, delivery, seen, replyHeaders }
  if (delivery === oneAnswer) return respond(await gateway.run(asked), options)
  return await answerStreamed(gateway, asked, { ...options, closing: wire.closing, onFault })
}

// By the same rules as one that came alone, and with a line of its own in the log.
async function answerListed(request: GraphQLRequest, answering: Answering): Promise<WireResponse> {
  const { gateway, wire, startedAtMs } = answering
  const options = { ...answering.options, accepted: plainJson }
  const seen = noOperation()
  let fault: unknown
  let response: WireResponse
  try {
    response = await answerOne(request, seen, { ...answering, options })
  } catch (error) {
    noteError(seen, error)
    if (!(error instanceof ClientError)) fault = error
    response = respond({ error }, options)
  }
  const durationMs = gateway.clock.monotonicMs() - startedAtMs
  gateway.onDone({ ...seen, requestId: wire.requestId, durationMs, status: response.status, fault })
  return response
}

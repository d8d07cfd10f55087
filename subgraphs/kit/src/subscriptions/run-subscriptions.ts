/** Runs subscriptions on a subgraph, for either adapter: an answer for each event, presented as that of a query. */
import { ClientError, Fault, type SubgraphRequest, type SubgraphResponse } from '@souk/contracts'
import { type ExecutionResult, type GraphQLSchema, subscribe } from 'graphql'
import { readDocument } from '../compile-operation.ts'
import type { Present, SignedRequest } from '../subgraph.ts'

export type SubscriptionsOptions = {
  readonly schema: GraphQLSchema
  readonly streamsMax: number
  readonly contextOf: (request: SignedRequest, signal: AbortSignal) => Promise<object>
  readonly present: Present
}

export type Subscriptions = {
  subscribe(request: SubgraphRequest, signal: AbortSignal): AsyncIterableIterator<SubgraphResponse>
  /** Ends those that are open: their readers are told that the subgraph is gone, and may subscribe elsewhere. */
  close(): void
}

export function openSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const open = new Set<AbortController>()
  const closing = new AbortController()

  async function* answersOf(request: SubgraphRequest, leaving: AbortController) {
    if (closing.signal.aborted) throw gone()
    if (open.size >= options.streamsMax) {
      yield options.present({ errors: [tooMany(options.streamsMax)] }, request.requestId)
      return
    }
    open.add(leaving)
    try {
      yield* answerEach(options, request, leaving.signal)
      if (closing.signal.aborted) throw gone()
    } finally {
      open.delete(leaving)
      leaving.abort()
    }
  }

  return {
    subscribe: (request, signal) => {
      const leaving = new AbortController()
      const leave = (): void => leaving.abort()
      signal.addEventListener('abort', leave, { once: true })
      leaving.signal.addEventListener('abort', () => signal.removeEventListener('abort', leave))
      if (signal.aborted) leave()
      return leavable(answersOf(request, leaving), leave)
    },
    close: () => {
      closing.abort()
      for (const each of open) each.abort()
    },
  }
}

/** It can be left while it waits for an event, which a generator alone can't. */
function leavable<Answer>(answers: AsyncGenerator<Answer>, leave: () => void): AsyncIterableIterator<Answer> {
  return {
    next: () => answers.next(),
    return: async () => {
      leave()
      await answers.return(undefined)
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function* answerEach(
  options: SubscriptionsOptions,
  request: SubgraphRequest,
  signal: AbortSignal,
): AsyncGenerator<SubgraphResponse> {
  const present = (errors: readonly unknown[], data?: ExecutionResult['data']): SubgraphResponse =>
    options.present({ data, errors }, request.requestId)
  try {
    const events = await untilDeadline(request.deadlineMs, signal, start(options, request, signal))
    if (!(Symbol.asyncIterator in events)) return yield present(events.errors ?? [])
    for await (const { data, errors } of events) {
      if (signal.aborted) return
      yield errors === undefined ? { data: data ?? null } : present(errors, data)
    }
  } catch (error) {
    if (signal.aborted) return
    if (error instanceof Fault && error.code === 'DEADLINE_EXCEEDED') throw error
    yield present([error])
  }
}

async function start(
  { schema, contextOf }: SubscriptionsOptions,
  request: SubgraphRequest,
  signal: AbortSignal,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const contextValue = await contextOf(request, signal)
  const document = readDocument(schema, request.query)
  const { operationName, variables: variableValues } = request
  return await subscribe({ schema, document, operationName, contextValue, variableValues })
}

/** The deadline is for the first sign of life alone: an event may be hours away. */
async function untilDeadline<T>(deadlineMs: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Fault('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.')),
    Math.max(1, deadlineMs),
  )
  const leave = (): void => reject(gone())
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}

const gone = (): Fault => new Fault('SUBGRAPH_UNAVAILABLE', 'The subgraph has been closed.')

const tooMany = (streamsMax: number): ClientError =>
  new ClientError(
    'SUBSCRIPTIONS_FULL',
    `At most ${streamsMax} subscriptions may be open in this subgraph. Try again later, or raise SOUK_SUBSCRIPTIONS_MAX of the service.`,
    { details: { limit: streamsMax } },
  )

/** A server whose operations are answered by the test, so that it decides when an event comes, and sees when nobody reads any more. */
import { anonymousViewer } from '@souk/contracts'
import { buildSchema } from 'graphql'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { type StartedServer, startServer } from '../http/server.ts'
import type { Answer, Answered } from '../request/answer.ts'
import type { RequestSummary } from '../request/request-summary.ts'
import type { AskedOperation } from '../request/asked-operation.ts'
import { type RequestGateway, runRequest } from '../request/run-request.ts'
import { createLogger } from '../telemetry/logger.ts'

export type StreamServer = StartedServer & {
  readonly asked: AskedOperation[]
  readonly summaries: RequestSummary[]
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export type StreamServerOptions = {
  readonly environment?: Readonly<Record<string, string>>
  readonly verifier?: RequestGateway['verifier']
}

export async function streamServer(
  run: (asked: AskedOperation) => Promise<Answered>,
  {
    environment = {},
    verifier = { viewerOf: () => Promise.resolve(anonymousViewer), expiresAt: () => undefined },
  }: StreamServerOptions = {},
): Promise<StreamServer> {
  const config = readConfig({ SOUK_PORT: '0', ...environment })
  const asked: AskedOperation[] = []
  const summaries: RequestSummary[] = []
  const requests: RequestGateway = {
    config,
    clock: systemClock,
    verifier,
    async run(operation) {
      asked.push(operation)
      return await run(operation)
    },
    onDone: (summary) => void summaries.push(summary),
  }
  const server = await startServer({
    config,
    keys: {},
    logger: createLogger('silent'),
    schema: buildSchema('type Query { one: Int }'),
    execute: (wire) => runRequest(requests, wire),
    requests,
    readiness: () => Promise.resolve({ ready: true }),
  })
  return { ...server, asked, summaries, [Symbol.asyncDispose]: server.close }
}

export type TestSource = {
  readonly answered: Answered
  readonly send: (data: Readonly<Record<string, unknown>>) => void
  readonly fail: (error: Error) => void
  readonly finish: () => void
  /** How many events were asked for. */
  readonly pulls: () => number
  /** Resolves when whoever read it has left. */
  readonly left: Promise<void>
}

/** Events of a subscription, one at a time as the test sends them. */
export function testSource(): TestSource {
  const left = Promise.withResolvers<void>()
  const steps: (() => IteratorResult<Answer, undefined>)[] = []
  let wake = (): void => undefined
  let pulls = 0
  const add = (step: () => IteratorResult<Answer, undefined>): void => {
    steps.push(step)
    wake()
  }
  const answers: AsyncIterable<Answer> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        pulls += 1
        while (steps.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        return (steps.shift() as (typeof steps)[number])()
      },
      return() {
        left.resolve()
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
  return {
    answered: { kind: 'events', answers },
    send: (data) => add(() => ({ done: false, value: { data, errors: [] } })),
    fail: (error) =>
      add(() => {
        throw error
      }),
    finish: () => add(() => ({ done: true, value: undefined })),
    pulls: () => pulls,
    left: left.promise,
  }
}

export const oneAnswerOf = (data: Readonly<Record<string, unknown>>): Answered => ({
  kind: 'answer',
  answer: { data, errors: [] },
})

export async function collect(results: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const collected: unknown[] = []
  for await (const result of results) collected.push(result)
  return collected
}

/** Reads a response for as long as a test wants something of it. */
export function readerOf(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const pull = async (): Promise<boolean> => {
    const { done, value } = await reader.read()
    if (value !== undefined) text += decoder.decode(value, { stream: true })
    return !done
  }
  return {
    async until(wanted: string): Promise<void> {
      while (!text.includes(wanted)) if (!(await pull())) throw new Error(`It ended without it: ${text}`)
    },
    async rest(): Promise<string> {
      while (await pull());
      return text
    },
  }
}

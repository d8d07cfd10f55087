/** What a campaign works with: the graph, clients of it, and what is looked at after each case. */
import type fc from 'fast-check'
import { type FuzzGraph, openFuzzGraph } from './fuzz-graph.ts'
import { type HttpAnswer, type HttpAsked, httpClient, type HttpClient, postJson } from './http-client.ts'
import { checkAnswer, watchProcess, type Watch } from './oracles.ts'

export type Bench = {
  readonly graph: FuzzGraph
  readonly client: HttpClient
  readonly watch: Watch
  /** Throws where nobody else is answered, or something was thrown that nobody caught. */
  readonly checkRest: () => Promise<void>
  readonly close: () => Promise<void>
}

export type Campaign = {
  readonly name: string
  /** Of all cases, in a hundred. */
  readonly percent: number
  readonly property: (bench: Bench) => fc.IAsyncPropertyWithHooks<[unknown]>
}

/** A case that takes longer hangs. */
export const caseMsMax = 8_000

export const connectionsMax = 40

export async function openBench(): Promise<Bench> {
  const watch = watchProcess()
  const graph = await openFuzzGraph({
    SOUK_CONNECTIONS_MAX: String(connectionsMax),
    SOUK_STREAM_RESERVATIONS_MAX: '50',
    SOUK_STREAM_RESERVATION_MS_MAX: '300',
    SOUK_KEEP_ALIVE_MS: '1000',
    SOUK_CONNECTION_INIT_MS_MAX: '500',
    SOUK_BATCH_MAX: '3',
    SOUK_CORS_ORIGINS: '*',
  })
  const client = httpClient(graph.url, caseMsMax)
  // Another one's connections, of which none is spoilt.
  const other = httpClient(graph.url, caseMsMax)
  return {
    graph,
    client,
    watch,
    async checkRest() {
      watch.check()
      const { fault } = graph
      graph.fault = undefined
      const answer = await other.ask(postJson({ query: '{ product(id: 1) { id mean } }' }))
      graph.fault = fault
      if (answer?.body !== '{"data":{"product":{"id":"1","mean":4.5}}}')
        throw new Error(`Another client was answered with ${answer?.body ?? 'nothing'}.`)
    },
    async close() {
      client.close()
      other.close()
      await graph.close()
      watch.end()
    },
  }
}

/** Asks, and holds the answer to what holds of every answer to an input that may be wrong. */
export async function askChecked(client: HttpClient, asked: HttpAsked): Promise<HttpAnswer> {
  const answer = await client.ask(asked)
  if (answer === undefined) throw new Error('The connection was closed without an answer.')
  if (answer.status >= 500 && !isBusy(answer)) throw new Error(`${answer.status}: ${answer.body}`)
  const isJson = /json/.test(String(answer.headers['content-type']))
  checkAnswer(answer.body, { isGraphQL: isJson && !answer.body.startsWith('[') })
  const fault = ownFaults.find((code) => answer.body.includes(`"${code}"`))
  if (fault !== undefined) throw new Error(`${fault} for ${String(asked.body)}: ${answer.body}`)
  return answer
}

const isBusy = ({ status, body }: HttpAnswer): boolean =>
  status === 503 && body.includes('GW_TOO_MANY_CONNECTIONS')

// What no client can bring about.
const ownFaults = [
  'GW_INTERNAL',
  'GW_PLAN_FAILED',
  'GW_SUBGRAPH_ANSWER_INVALID',
  'SUBGRAPH_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
]

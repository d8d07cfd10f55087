/** What clients do in a soak: each kind of request once, one after the other, each of them a little different every time. */
import { createHash } from 'node:crypto'
import { WebSocket } from 'ws'
import type { FuzzGraph } from './fuzz-graph.ts'
import { type HttpAnswer, httpClient, type HttpClient, postJson } from './http-client.ts'
import { checkAnswer } from './oracles.ts'

export type SoakClient = HttpClient & { readonly sockets: Set<WebSocket>; readonly hangUp: () => void }

export type Doing = (case_: Case) => Promise<void>

type Case = {
  readonly client: SoakClient
  readonly graph: FuzzGraph
  readonly at: number
  readonly count: (what: string, times?: number) => void
}

export function openSoakClient({ url }: FuzzGraph): SoakClient {
  let http = httpClient(url, 15_000)
  const sockets = new Set<WebSocket>()
  return {
    sockets,
    ask: (asked) => http.ask(asked),
    close: () => http.close(),
    hangUp() {
      http.close()
      http = httpClient(url, 15_000)
      for (const socket of sockets) socket.terminate()
    },
  }
}

const product =
  '{ id name price kind label mean reviews(first: 3) { stars body author { name } } shop { id title rating } }'
const documents = [
  `query P($id: ID!) { product(id: $id) ${product} }`,
  `query S($id: ID!) { node(id: $id) { __typename id } search(text: "a") { __typename ... on Product ${product} ... on Shop { rating } } }`,
  `query R($id: ID!) { review(id: $id) { stars product ${product} } reviews { tags author { reviews { stars } } } }`,
  'query B($id: ID!) { product(id: $id) { related { related { id mean reviews { stars product { label } } } } } }',
  'query F($id: ID!) { fails product(id: $id) { id } }',
  'query E($id: ID!) { broken { id mean } product(id: $id) { name } }',
]

async function ask({ client, graph, at, count }: Case, payload: object): Promise<HttpAnswer | undefined> {
  // Every fourth comes without a token, and shares one budget with all of those.
  const headers: Record<string, string> = at % 4 === 0 ? {} : { authorization: `Bearer ${graph.token}` }
  const answer = await client.ask(postJson(payload, headers))
  if (answer === undefined) throw new Error('A request was not answered.')
  note(answer, count)
  return answer
}

function note({ status, body }: HttpAnswer, count: Case['count']): void {
  count('requests')
  if (status === 429) count('429')
  if (status >= 500) {
    count('5xx')
    if (status !== 503) throw new Error(`${status}: ${body}`)
  }
  checkAnswer(body)
}

const query: Doing = async (one) => {
  const text = documents[one.at % documents.length]
  await ask(one, { query: text, variables: { id: String(one.at % 50) } })
}

/** No other ever sends this text: what is kept of it has to be given up again. */
const unique: Doing = async (one) => {
  await ask(one, { query: `query U${one.at} { a${one.at}: product(id: "${one.at}") { id mean } }` })
}

const mutation: Doing = async (one) => {
  await ask(one, {
    query: 'mutation { add(input: { text: "a" }) { id mean } rate(id: "1", stars: 3) { stars } }',
  })
}

const refused: Doing = async (one) => {
  const texts = [
    '{ nothing }',
    '{ product(id: 1) {',
    `{ product(id: 1) ${'{ related '.repeat(40)}`,
    'query($a: Filter!) { echo(filter: $a) }',
  ]
  await ask(one, { query: texts[one.at % texts.length], variables: { a: { n: 'x' } } })
}

const persisted: Doing = async (one) => {
  const text = `query A($id: ID!) { product(id: $id) { id a${one.at % 3_000}: mean } }`
  const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') }
  const payload = { extensions: { persistedQuery }, variables: { id: '1' } }
  const answer = await ask(one, payload)
  if (answer?.body.includes('PERSISTED_QUERY_NOT_FOUND')) await ask(one, { ...payload, query: text })
}

const leaver: Doing = async ({ client, at, count }) => {
  await client.ask({
    ...postJson({ query: documents[at % 4], variables: { id: '1' } }),
    hangUpAfter: { ms: at % 5 },
  })
  count('requests')
}

const eventReader: Doing = async ({ client, graph, at, count }) => {
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${graph.token}` }
  const text =
    at % 2 === 0
      ? 'subscription { reviewed { stars product { name } } }'
      : 'subscription { changed { id mean } }'
  await client.ask({ ...postJson({ query: text }, headers), hangUpAfter: { bytes: 100 + (at % 900) } })
  count('requests')
  count('events', 3)
}

const streamUser: Doing = async ({ client, at, count }) => {
  const reserved = await client.ask({ method: 'PUT' })
  // As many are reserved as may be: those that nobody came for are given up later.
  if (reserved?.status !== 201) return void count('requests')
  const headers = { 'x-graphql-event-stream-token': reserved.body }
  const reading =
    at % 3 === 0
      ? undefined
      : client.ask({
          method: 'GET',
          headers: { ...headers, accept: 'text/event-stream' },
          hangUpAfter: { ms: 100 },
        })
  for (const operationId of ['1', '2'])
    await client.ask(
      postJson({ query: 'subscription { changed { id mean } }', extensions: { operationId } }, headers),
    )
  await client.ask({ method: 'DELETE', path: '/graphql?operationId=1', headers })
  await reading
  count('requests', 5)
}

const socketUser: Doing = async ({ client, graph, at, count }) => {
  const socket = new WebSocket(graph.url.replace('http', 'ws'), 'graphql-transport-ws')
  client.sockets.add(socket)
  const send = (message: object): void => socket.send(JSON.stringify(message))
  let events = 0
  let open = 3
  await new Promise<void>((resolve) => {
    socket.once('close', resolve)
    socket.once('error', () => undefined)
    socket.once('open', () =>
      send({ type: 'connection_init', payload: { authorization: `Bearer ${graph.token}` } }),
    )
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data as Buffer)) as { type: string; id?: string }
      if (type === 'connection_ack') {
        send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { changed { id mean label } }' } })
        send({ type: 'subscribe', id: 'b', payload: { query: documents[0], variables: { id: '1' } } })
        send({ type: 'subscribe', id: 'c', payload: { query: 'subscription { reviewed { stars } }' } })
      }
      events += 1
      if (events === 5 && type === 'next' && id !== undefined) {
        send({ type: 'complete', id })
        open -= 1
      }
      if (type === 'complete' || type === 'error') open -= 1
      // All that it asked for may have ended before, where a subgraph is left alone.
      if (events > 5 + (at % 20) || open === 0) {
        if (at % 2 === 0) socket.close()
        else socket.terminate()
      }
    })
  })
  client.sockets.delete(socket)
  count('requests', 3)
  count('events', events)
}

// In the mix that a gateway sees: mostly queries.
export const doings: readonly Doing[] = [
  ...Array.from({ length: 12 }, () => query),

  unique,
  unique,
  mutation,
  mutation,
  refused,
  persisted,
  persisted,
  leaver,
  eventReader,
  streamUser,
  socketUser,
]

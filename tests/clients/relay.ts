/** Relay: its environment and network layer over fetch, with documents by their id as its compiler writes them. */
import { createClient } from 'graphql-ws'
import relay, { type GraphQLResponse, type RequestParameters, type Variables } from 'relay-runtime'
import { expect } from 'vitest'
import WebSocket from 'ws'
import { answered, asked, type ClientCases } from './client-cases.ts'
import { sha256 } from './client-graph.ts'

const { Network, Observable } = relay

type Named = 'documentId' | 'id' | 'doc_id'

/** As Relay's guide writes it: an id where the compiler persisted the document, the text where it didn't. */
const fetchFrom =
  (url: string, named: Named = 'documentId', headers: object = {}) =>
  async ({ id, text }: RequestParameters, variables: Variables): Promise<GraphQLResponse> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...(id === null ? { query: text } : { [named]: id }), variables }),
    })
    return (await response.json()) as GraphQLResponse
  }

const written = (
  name: string,
  text: string,
  operationKind: 'query' | 'mutation' | 'subscription' = 'query',
) => ({ id: null, text, name, operationKind, metadata: {}, cacheID: sha256(text) }) as RequestParameters

const persisted = (id: string, name: string) =>
  ({ id, text: null, name, operationKind: 'query', metadata: {} }) as unknown as RequestParameters

const run = async (
  network: ReturnType<typeof Network.create>,
  request: RequestParameters,
  variables: Variables = {},
): Promise<unknown> => await network.execute(request, variables, { force: true }).toPromise()

export const relayNetwork: ClientCases = {
  name: "Relay's network layer",
  async query({ url }) {
    const network = Network.create(fetchFrom(url))
    expect(await run(network, written('Book', asked.query), { id: 3 })).toEqual({ data: answered.query })
  },
  async mutation({ url }) {
    const network = Network.create(fetchFrom(url))
    const request = written('Rename', asked.mutation, 'mutation')
    expect(await run(network, request, { id: 2, title: 'New' })).toEqual({ data: answered.mutation })
  },
  async error({ url }) {
    expect(await run(Network.create(fetchFrom(url)), written('Partial', asked.error))).toMatchObject({
      data: answered.error,
      errors: [{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }],
    })
  },
  async persisted({ safelistUrl }) {
    for (const named of ['documentId', 'id', 'doc_id'] as const) {
      const network = Network.create(fetchFrom(safelistUrl, named))
      expect(await run(network, persisted('id-One', 'One'), { n: 3 })).toMatchObject({
        data: { book: { title: 'Book 3' } },
      })
    }
  },
  async subscription({ url, socketUrl }) {
    const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket })
    const network = Network.create(fetchFrom(url), ({ text }, variables) =>
      Observable.create<GraphQLResponse>((sink) =>
        socket.subscribe({ query: text ?? '', variables }, sink as Parameters<typeof socket.subscribe>[1]),
      ),
    )
    const seen: unknown[] = []
    const done = Promise.withResolvers<void>()
    network.execute(written('Read', asked.subscription, 'subscription'), { to: 3 }, {}).subscribe({
      next: (answer) => void seen.push(answer),
      error: done.reject,
      complete: done.resolve,
    })
    await done.promise
    expect(seen).toEqual(answered.subscription.map((data) => ({ data })))
    await socket.dispose()
  },
  defer: 'reads parts of a form of its own',
  also: {
    'a token says who asks': async ({ url, token }) => {
      const network = Network.create(fetchFrom(url, 'id', { authorization: `Bearer ${token}` }))
      expect(await run(network, written('Secret', asked.secret))).toEqual({ data: { secret: 42 } })
    },
  },
}

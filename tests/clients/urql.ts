/** urql: its exchanges for fetch, hashes, events over HTTP, and a WebSocket. */
import { Client, type Exchange, fetchExchange, subscriptionExchange } from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { createClient } from 'graphql-ws'
import { expect } from 'vitest'
import WebSocket from 'ws'
import { answered, asked, type ClientCases } from './client-cases.ts'
import { trusted } from './client-graph.ts'

const open = (url: string, exchanges: Exchange[] = [fetchExchange], given: object = {}): Client =>
  new Client({ url, exchanges, preferGetMethod: false, ...given })

export const urql: ClientCases = {
  name: 'urql',
  async query({ url }) {
    const { data, error } = await open(url).query(asked.query, { id: 3 }).toPromise()
    expect([data, error]).toEqual([answered.query, undefined])
  },
  async mutation({ url }) {
    const { data } = await open(url).mutation(asked.mutation, { id: 2, title: 'New' }).toPromise()
    expect(data).toEqual(answered.mutation)
  },
  async error({ url }) {
    const { data, error } = await open(url).query(asked.error, {}).toPromise()
    expect(data).toEqual(answered.error)
    expect(error?.networkError).toBeUndefined()
    expect(error?.graphQLErrors).toMatchObject([{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }])
  },
  async persisted({ url }) {
    const client = () => open(url, [persistedExchange({ enableForMutation: true }), fetchExchange])
    const query = 'query ByUrql($id: Int!) { book(id: $id) { title stars } }'
    for (const id of [3, 3]) {
      const { data, error } = await client().query(query, { id }).toPromise()
      expect([data, error]).toEqual([answered.query, undefined])
    }
  },
  async subscription({ socketUrl, url }) {
    const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket })
    const exchange = subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ query, variables: variables as never }, sink as never),
        }),
      }),
    })
    expect(await readEvents(open(url, [exchange]))).toEqual(answered.subscription)
    await socket.dispose()
  },
  async defer({ url }) {
    const seen: unknown[] = []
    const done = Promise.withResolvers<void>()
    const reading = open(url)
      .query(asked.defer, {})
      .subscribe(({ data, hasNext }) => {
        seen.push(structuredClone(data))
        if (!hasNext) done.resolve()
      })
    await done.promise
    reading.unsubscribe()
    expect(seen[0]).toEqual({ book: { title: 'Book 2' } })
    expect(seen.at(-1)).toEqual(answered.deferred)
  },
  also: {
    'a subscription over HTTP, as events': async ({ url }) => {
      const client = open(url, [fetchExchange], { fetchSubscriptions: true })
      expect(await readEvents(client)).toEqual(answered.subscription)
    },
    'queries with GET, as it does by itself': async ({ url }) => {
      const client = open(url, [fetchExchange], { preferGetMethod: 'within-url-limit' })
      const { data } = await client.query(asked.query, { id: 3 }).toPromise()
      expect(data).toEqual(answered.query)
    },
    'a document of the manifest, by its id alone': async ({ safelistUrl }) => {
      const persisted = persistedExchange({
        enforcePersistedQueries: true,
        generateHash: () => Promise.resolve('id-One'),
      })
      const { data } = await open(safelistUrl, [persisted, fetchExchange])
        .query(trusted.One, { n: 3 })
        .toPromise()
      expect(data).toMatchObject({ book: { title: 'Book 3' } })
    },
    'a document that is not trusted is an error that names its code': async ({ safelistUrl }) => {
      const { error } = await open(safelistUrl).query(asked.secret, {}).toPromise()
      expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'GW_DOCUMENT_NOT_TRUSTED' } }])
    },
    'a token says who asks': async ({ url, token }) => {
      const fetchOptions = { headers: { authorization: `Bearer ${token}` } }
      const { data } = await open(url, [fetchExchange], { fetchOptions }).query(asked.secret, {}).toPromise()
      expect(data).toEqual({ secret: 42 })
    },
  },
}

async function readEvents(client: Client): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  const done = Promise.withResolvers<void>()
  const reading = client.subscription(asked.subscription, { to: 3 }).subscribe(({ data, error }) => {
    if (error) done.reject(error)
    seen.push(data)
    if (seen.length === answered.subscription.length) done.resolve()
  })
  await done.promise
  reading.unsubscribe()
  return seen
}

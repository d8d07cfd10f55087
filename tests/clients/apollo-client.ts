/** Apollo Client 4: its links over HTTP, with lists of requests, hashes, a manifest, and a WebSocket. */
import {
  ApolloClient,
  type ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client'
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental'
import { BatchHttpLink } from '@apollo/client/link/batch-http'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists'
import { createClient } from 'graphql-ws'
import { expect } from 'vitest'
import WebSocket from 'ws'
import { answered, asked, type ClientCases } from './client-cases.ts'
import { sha256, trusted } from './client-graph.ts'

const open = (link: ApolloLink, given: object = {}): ApolloClient =>
  new ApolloClient({
    link,
    cache: new InMemoryCache(),
    incrementalHandler: new Defer20220824Handler(),
    ...given,
  })

/** A fetch that counts, and keeps what it sent. */
function watchedFetch() {
  const sent: { readonly method: string; readonly url: string; readonly body: string }[] = []
  const types: (string | null)[] = []
  const watched: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    sent.push({ method: request.method, url: request.url, body: await request.clone().text() })
    const response = await fetch(request)
    types.push(response.headers.get('content-type'))
    return response
  }
  return { sent, types, fetch: watched }
}

export const apolloClient: ClientCases = {
  name: 'Apollo Client 4',
  async query({ url }) {
    const client = open(new HttpLink({ uri: url }))
    const { data } = await client.query({ query: gql(asked.query), variables: { id: 3 } })
    expect(data).toMatchObject(answered.query)
  },
  async mutation({ url }) {
    const client = open(new HttpLink({ uri: url }))
    const { data } = await client.mutate({
      mutation: gql(asked.mutation),
      variables: { id: 2, title: 'New' },
    })
    expect(data).toMatchObject(answered.mutation)
  },
  async error({ url }) {
    const client = open(new HttpLink({ uri: url }))
    const query = gql(asked.error)
    const { data, error } = await client.query({ query, errorPolicy: 'all' })
    expect(data).toMatchObject(answered.error)
    if (!CombinedGraphQLErrors.is(error)) throw new Error('There is no error of GraphQL.')
    expect(error.errors).toMatchObject([{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }])
    await expect(client.query({ query, errorPolicy: 'none', fetchPolicy: 'no-cache' })).rejects.toThrow(
      'Sold out.',
    )
  },
  async persisted({ url }) {
    const { sent, fetch } = watchedFetch()
    const link = new PersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: url, fetch }))
    const query = gql('query ByApollo($id: Int!) { book(id: $id) { title stars } }')
    for (const id of [3, 3]) {
      const { data } = await open(link).query({ query, variables: { id } })
      expect(data).toMatchObject(answered.query)
    }
    // The hash, the text with its hash, and from then on the hash.
    expect(sent.map(({ body }) => body.includes('query ByApollo'))).toEqual([false, true, false])
  },
  async subscription({ socketUrl }) {
    const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket })
    const client = open(new GraphQLWsLink(socket))
    expect(await readAll(client)).toMatchObject(answered.subscription)
    await socket.dispose()
  },
  defer: ({ url }) => readDeferred(open(new HttpLink({ uri: url }))),
  also: {
    'a subscription over HTTP, in parts': async ({ url }) => {
      expect(await readAll(open(new HttpLink({ uri: url })))).toMatchObject(answered.subscription)
    },
    'deferred fragments in the newer form, with numbers': async ({ url }) => {
      const { types, fetch } = watchedFetch()
      const incrementalHandler = new GraphQL17Alpha9Handler()
      await readDeferred(open(new HttpLink({ uri: url, fetch }), { incrementalHandler }))
      expect(types[0]).toContain('incrementalSpec=v0.2')
    },
    'queries with GET, mutations with POST': async ({ url }) => {
      const { sent, fetch } = watchedFetch()
      const client = open(new HttpLink({ uri: url, fetch, useGETForQueries: true }))
      const { data } = await client.query({ query: gql(asked.query), variables: { id: 3 } })
      expect(data).toMatchObject(answered.query)
      await client.mutate({ mutation: gql(asked.mutation), variables: { id: 2, title: 'New' } })
      expect(sent.map(({ method }) => method)).toEqual(['GET', 'POST'])
    },
    'a hash with GET': async ({ url }) => {
      const { sent, fetch } = watchedFetch()
      const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true })
      const client = open(persisted.concat(new HttpLink({ uri: url, fetch })))
      const query = gql('query WithGet($id: Int!) { book(id: $id) { title stars } }')
      const { data } = await client.query({ query, variables: { id: 3 } })
      expect(data).toMatchObject(answered.query)
      expect(sent[0]).toMatchObject({ method: 'GET', url: expect.stringContaining('persistedQuery') })
    },
    'several queries in one request': async ({ url }) => {
      const { sent, fetch } = watchedFetch()
      const client = open(new BatchHttpLink({ uri: url, fetch, batchInterval: 1 }))
      const query = gql(asked.query)
      const answers = await Promise.all([3, 4].map((id) => client.query({ query, variables: { id } })))
      expect(answers.map(({ data }) => data)).toMatchObject([
        answered.query,
        { book: { title: 'Book 4', stars: 4 } },
      ])
      expect(sent).toHaveLength(1)
    },
    'a document of the manifest, by its id alone': async ({ safelistUrl }) => {
      const { sent, fetch } = watchedFetch()
      const operations = Object.keys(trusted).map((name) => ({ id: `id-${name}`, name }))
      const ids = generatePersistedQueryIdsFromManifest({ loadManifest: () => ({ operations }) })
      const link = new PersistedQueryLink(ids).concat(new HttpLink({ uri: safelistUrl, fetch }))
      const { data } = await open(link).query({ query: gql(trusted.One), variables: { n: 3 } })
      expect(data).toMatchObject({ book: { title: 'Book 3' } })
      expect(sent).toHaveLength(1)
    },
    'a document that is not trusted is an error that names its code': async ({ safelistUrl }) => {
      const client = open(new HttpLink({ uri: safelistUrl }))
      const { error } = await client.query({ query: gql(asked.secret), errorPolicy: 'all' })
      expect(CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code).toBe(
        'GW_DOCUMENT_NOT_TRUSTED',
      )
    },
    'a token says who asks': async ({ url, token }) => {
      const client = open(new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }))
      expect((await client.query({ query: gql(asked.secret) })).data).toEqual({ secret: 42 })
    },
  },
}

async function readDeferred(client: ApolloClient): Promise<void> {
  const seen: unknown[] = []
  const done = Promise.withResolvers<void>()
  const watching = client.watchQuery({ query: gql(asked.defer), fetchPolicy: 'network-only' }).subscribe({
    next({ data, dataState }) {
      if (data !== undefined) seen.push(data)
      if (dataState === 'complete') done.resolve()
    },
    error: done.reject,
  })
  await done.promise
  watching.unsubscribe()
  expect(seen[0]).not.toHaveProperty('book.stars')
  expect(seen.at(-1)).toMatchObject(answered.deferred)
}

async function readAll(client: ApolloClient): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  const done = Promise.withResolvers<void>()
  client.subscribe({ query: gql(asked.subscription), variables: { to: 3 } }).subscribe({
    next: ({ data }) => void seen.push(data),
    error: done.reject,
    complete: done.resolve,
  })
  await done.promise
  return seen
}

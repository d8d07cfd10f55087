/** graphql-ws: every operation over one WebSocket. */
import { type Client, createClient } from 'graphql-ws'
import { expect } from 'vitest'
import WebSocket from 'ws'
import { answered, asked, type ClientCases } from './client-cases.ts'
import type { ClientGraph } from './client-graph.ts'

const open = (
  { socketUrl }: Pick<ClientGraph, 'socketUrl'>,
  connectionParams: Record<string, unknown> = {},
): Client => createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })

async function readAll(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  for await (const answer of client.iterate({ query, variables })) seen.push(answer)
  await client.dispose()
  return seen
}

export const graphqlWs: ClientCases = {
  name: 'graphql-ws',
  async query(graph) {
    expect(await readAll(open(graph), asked.query, { id: 3 })).toEqual([{ data: answered.query }])
  },
  async mutation(graph) {
    const answers = await readAll(open(graph), asked.mutation, { id: 2, title: 'New' })
    expect(answers).toEqual([{ data: answered.mutation }])
  },
  async error(graph) {
    expect(await readAll(open(graph), asked.error)).toMatchObject([
      { data: answered.error, errors: [{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }] },
    ])
    await expect(readAll(open(graph), '{ nope }')).rejects.toMatchObject([
      { extensions: { code: 'GW_VALIDATION_FAILED' } },
    ])
  },
  async persisted({ safelistSocketUrl }) {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'id-One' } }
    const client = open({ socketUrl: safelistSocketUrl })
    const answers = client.iterate({ query: '', extensions, variables: { n: 3 } })
    expect((await answers.next()).value).toMatchObject({ data: { book: { title: 'Book 3' } } })
    await client.dispose()
    const refused = readAll(open({ socketUrl: safelistSocketUrl }), asked.secret)
    await expect(refused).rejects.toMatchObject([{ extensions: { code: 'GW_DOCUMENT_NOT_TRUSTED' } }])
  },
  async subscription(graph) {
    const answers = await readAll(open(graph), asked.subscription, { to: 3 })
    expect(answers).toEqual(answered.subscription.map((data) => ({ data })))
  },
  async defer(graph) {
    const [first, ...later] = await readAll(open(graph), asked.defer)
    expect(first).toEqual({ data: { book: { title: 'Book 2' } }, hasNext: true })
    expect(later).toMatchObject([{ incremental: [{ path: ['book'], data: { stars: 2 } }], hasNext: false }])
  },
  also: {
    'a token among the parameters of the connection says who asks': async ({ token, ...graph }) => {
      const client = open(graph, { authorization: `Bearer ${token}` })
      expect(await readAll(client, asked.secret)).toEqual([{ data: { secret: 42 } }])
    },
  },
}

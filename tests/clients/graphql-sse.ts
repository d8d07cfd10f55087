/** graphql-sse: every operation as server-sent events, on a request of its own or all on one connection. */
import { createClient } from 'graphql-sse'
import { expect } from 'vitest'
import { answered, asked, type ClientCases } from './client-cases.ts'

async function readAll(
  client: Pick<ReturnType<typeof createClient>, 'iterate' | 'dispose'>,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  for await (const answer of client.iterate({ query, variables })) seen.push(answer)
  client.dispose()
  return seen
}

export const graphqlSse: ClientCases = {
  name: 'graphql-sse',
  async query({ url }) {
    expect(await readAll(createClient({ url }), asked.query, { id: 3 })).toEqual([{ data: answered.query }])
  },
  async mutation({ url }) {
    const answers = await readAll(createClient({ url }), asked.mutation, { id: 2, title: 'New' })
    expect(answers).toEqual([{ data: answered.mutation }])
  },
  async error({ url }) {
    expect(await readAll(createClient({ url }), asked.error)).toMatchObject([
      { data: answered.error, errors: [{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }] },
    ])
  },
  async persisted({ safelistUrl }) {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'id-One' } }
    const client = createClient({ url: safelistUrl })
    const answers = client.iterate({ query: '', extensions, variables: { n: 3 } })
    expect((await answers.next()).value).toMatchObject({ data: { book: { title: 'Book 3' } } })
    client.dispose()
  },
  async subscription({ url }) {
    const answers = await readAll(createClient({ url }), asked.subscription, { to: 3 })
    expect(answers).toEqual(answered.subscription.map((data) => ({ data })))
  },
  async defer({ url }) {
    const [first, ...later] = await readAll(createClient({ url }), asked.defer)
    expect(first).toEqual({ data: { book: { title: 'Book 2' } }, hasNext: true })
    expect(later).toMatchObject([{ incremental: [{ path: ['book'], data: { stars: 2 } }], hasNext: false }])
  },
  also: {
    'a token says who asks': async ({ url, token }) => {
      const client = createClient({ url, headers: { authorization: `Bearer ${token}` } })
      expect(await readAll(client, asked.secret)).toEqual([{ data: { secret: 42 } }])
    },
    'all operations on one connection': async ({ url }) => {
      const client = createClient({ url, singleConnection: true })
      const answers = await readAll(client, asked.subscription, { to: 3 })
      expect(answers).toEqual(answered.subscription.map((data) => ({ data })))
    },
  },
}

/** Plain fetch: what any program can send without a client. */
import { expect } from 'vitest'
import { answered, asked, type ClientCases } from './client-cases.ts'
import { sha256 } from './client-graph.ts'

async function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

const read = ({ text }: { readonly text: string }): unknown => JSON.parse(text)

export const plainFetch: ClientCases = {
  name: 'plain `fetch`',
  async query({ url }) {
    expect(read(await post(url, { query: asked.query, variables: { id: 3 } }))).toEqual({
      data: answered.query,
    })
  },
  async mutation({ url }) {
    const variables = { id: 2, title: 'New' }
    expect(read(await post(url, { query: asked.mutation, variables }))).toEqual({ data: answered.mutation })
  },
  async error({ url }) {
    expect(read(await post(url, { query: asked.error }))).toMatchObject({
      data: answered.error,
      errors: [{ path: ['broken'], extensions: { code: 'SOLD_OUT' } }],
    })
  },
  async persisted({ safelistUrl }) {
    const parameters = new URLSearchParams({ documentId: 'id-One', variables: '{"n":3}' })
    const response = await fetch(`${safelistUrl}?${parameters.toString()}`)
    expect(await response.json()).toMatchObject({ data: { book: { title: 'Book 3' } } })
  },
  async subscription({ url }) {
    const { type, text } = await post(
      url,
      { query: asked.subscription, variables: { to: 3 } },
      { accept: 'text/event-stream' },
    )
    expect(type).toContain('text/event-stream')
    const events = text.split('\n\n').filter((event) => event.startsWith('event: next'))
    expect(events.map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)))).toEqual(
      answered.subscription.map((data) => ({ data })),
    )
    expect(text).toContain('event: complete')
  },
  async defer({ url }) {
    const { type, text } = await post(
      url,
      { query: asked.defer },
      { accept: 'multipart/mixed; deferSpec=20220824, application/json' },
    )
    expect(type).toContain('multipart/mixed')
    const [first, ...later] = [...text.matchAll(/\r\n\r\n(\{.*\})/g)].map(([, part]) =>
      JSON.parse(part ?? ''),
    )
    expect(first).toEqual({ data: { book: { title: 'Book 2' } }, hasNext: true })
    expect(later.at(-1)).toMatchObject({ hasNext: false })
    expect(later.flatMap(({ incremental = [] }) => incremental)).toMatchObject([
      { path: ['book'], label: 'later', data: { stars: 2 } },
    ])
  },
  also: {
    'a token says who asks': async ({ url, token }) => {
      const anonymous = await post(url, { query: asked.secret })
      expect(read(anonymous)).toMatchObject({ data: { secret: null } })
      const signedIn = await post(url, { query: asked.secret }, { authorization: `Bearer ${token}` })
      expect(read(signedIn)).toEqual({ data: { secret: 42 } })
    },
    'APQ: the hash, then the text with its hash, then the hash': async ({ url }) => {
      const query = `${asked.query} # by fetch`
      const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } }
      const variables = { id: 3 }
      expect(read(await post(url, { extensions, variables }))).toMatchObject({
        errors: [{ message: 'PersistedQueryNotFound' }],
      })
      await post(url, { query, extensions, variables })
      expect(read(await post(url, { extensions, variables }))).toEqual({ data: answered.query })
    },
  },
}

/** The graph that clients are tried on: two subgraphs in memory behind a listening gateway, with tokens and trusted documents. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SubgraphRequest, SubgraphResponse } from '@souk/contracts'
import { testGateway, testSubgraph, type TestSubgraph } from '@souk/gateway/testing'
import { buildSchema, parse, subscribe } from 'graphql'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export type ClientGraph = {
  /** Of `/graphql`. */
  readonly url: string
  /** The same for a WebSocket. */
  readonly socketUrl: string
  /** Where trusted documents alone are run. */
  readonly safelistUrl: string
  readonly safelistSocketUrl: string
  readonly token: string
  readonly close: () => Promise<void>
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Documents that a build step would have written into the manifest, under ids of its own. */
export const trusted = {
  One: 'query One($n: Int!) {\n  book(id: $n) {\n    title\n    __typename\n  }\n}',
} as const

export async function openClientGraph(): Promise<ClientGraph> {
  const subgraphs = [books(), reviews()]
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' }
  const options = {
    keys: { jwks: { keys: [jwk] }, viewerSecret: 'a secret for tests that is long enough' },
    ownership: { keyOnly: [], allowsSharedFields: true },
  }
  const folder = await mkdtemp(join(tmpdir(), 'souk-clients-'))
  const manifest = join(folder, 'manifest.json')
  const operations = Object.entries(trusted).map(([name, body]) => ({
    id: `id-${name}`,
    name,
    type: 'query',
    body,
  }))
  await writeFile(
    manifest,
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
  )
  const gateway = await testGateway(subgraphs, { SOUK_BATCH_MAX: '10' }, options)
  const safe = await testGateway(
    subgraphs,
    { SOUK_DOCUMENTS: 'safelist', SOUK_TRUSTED_DOCUMENTS: manifest },
    options,
  )
  const [{ url }, { url: safeUrl }] = await Promise.all([gateway.listen(), safe.listen()])
  const token = await new SignJWT({ scope: '' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
    .setIssuer('souk')
    .setAudience('souk-gateway')
    .setSubject('u1')
    .setExpirationTime('10m')
    .sign(privateKey)
  return {
    url: `${url}/graphql`,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    safelistUrl: `${safeUrl}/graphql`,
    safelistSocketUrl: `${safeUrl.replace('http', 'ws')}/graphql`,
    token,
    async close() {
      await Promise.all([gateway.close(), safe.close()])
      await rm(folder, { recursive: true })
    },
  }
}

const booksSdl = `type Query { book(id: Int!): Book broken: Int secret: Int @authenticated }
  type Mutation { rename(id: Int!, title: String!): Book }
  type Subscription { read(to: Int!): Book }
  type Book @key(fields: "id") { id: ID! title: String }`

const titled = (id: number) => ({ id: String(id), title: `Book ${id}` })

function books(): TestSubgraph {
  const subgraph = testSubgraph('books', booksSdl, {
    Query: {
      book: (_: unknown, { id }: { id: number }) => titled(id),
      broken: () =>
        Promise.reject(Object.assign(new Error('Sold out.'), { extensions: { code: 'SOLD_OUT' } })),
      secret: () => 42,
    },
    Mutation: {
      rename: (_: unknown, { id, title }: { id: number; title: string }) => ({ ...titled(id), title }),
    },
  })
  return { ...subgraph, transport: { ...subgraph.transport, subscribe: readBooks } }
}

// Only its first field is read, so that the schema may do without the words of federation.
const eventSchema = buildSchema(booksSdl.replaceAll(/@\w+(\(.*?\))?/g, ''))

async function* readBooks(request: SubgraphRequest, signal: AbortSignal): AsyncGenerator<SubgraphResponse> {
  const events = await subscribe({
    schema: eventSchema,
    document: parse(request.query),
    variableValues: request.variables,
    rootValue: { read: ({ to }: { to: number }) => untilRead(to) },
  })
  if (!(Symbol.asyncIterator in events)) throw new Error(events.errors?.[0]?.message)
  for await (const event of events) {
    if (signal.aborted) return
    yield event as SubgraphResponse
  }
}

async function* untilRead(to: number): AsyncGenerator<object> {
  for (let id = 1; id <= to; id += 1) yield await Promise.resolve({ read: titled(id) })
}

const reviews = (): TestSubgraph =>
  testSubgraph('reviews', 'type Book @key(fields: "id") { id: ID! stars(of: Int): Int }', {
    Book: { stars: ({ id }: { id: string }, { of = 5 }: { of?: number }) => Math.min(Number(id), of) },
  })

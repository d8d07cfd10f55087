/** The runtime inside an Apollo Server: queries, mutations, errors, who asks, and a graph that changes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApolloServer, type ApolloServerOptions, HeaderMap } from '@apollo/server'
import type { Viewer } from '@souk/contracts'
import { afterAll, expect, test } from 'vitest'
import { apolloGateway, type ApolloGatewayOptions } from './apollo-gateway.ts'
import { hashOf } from './policy/trusted-documents.ts'
import { noOwnership } from './supergraph/check-ownership.ts'
import { testGateway, testSubgraph } from './testing/test-gateway.ts'

const people = testSubgraph(
  'people',
  `type Query { me: Person people: [Person!]! fails: Int boom: Int }
  type Mutation { rename(name: String!): Person }
  type Person @key(fields: "id") { id: ID! name: String }
  extend type Query { secret: Int @authenticated }`,
  {
    Query: {
      me: () => ({ id: '1', name: 'Ada' }),
      people: () => [{ id: '1', name: 'Ada' }],
      fails: () => Promise.reject(new Error('password is 1234')),
      boom: () => Promise.reject(Object.assign(new Error('Sold out.'), { extensions: { code: 'SOLD_OUT' } })),
      secret: () => 42,
    },
    Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ id: '1', name }) },
  },
)
const posts = testSubgraph(
  'posts',
  'type Person @key(fields: "id") { id: ID! posts(first: Int): [String!] }',
  {
    Person: {
      posts: ({ id }: { id: string }, { first = 2 }: { first?: number }) =>
        Array.from({ length: first }, (_, index) => `post ${index} of ${id}`),
    },
  },
)
const ownership = { ownership: noOwnership }
const gateway = await testGateway([people, posts], { SOUK_MODE: 'development' }, ownership)

type Context = { readonly viewer?: Viewer; readonly tenant?: string }

function serve(options: Partial<ApolloGatewayOptions<Context>> = {}): ApolloServer<Context> {
  const mounted: NonNullable<ApolloServerOptions<Context>['gateway']> = apolloGateway<Context>({
    gateway,
    ...options,
  })
  return new ApolloServer<Context>({
    gateway: mounted,
    includeStacktraceInErrorResponses: false,
    introspection: true,
  })
}

const server = serve()
await server.start()
afterAll(async () => {
  await server.stop()
  await gateway.close()
})

type Asked = Parameters<typeof server.executeOperation>[0]

async function ask(on: ApolloServer<Context>, asked: Asked, contextValue: Context = {}) {
  const { body, http } = await on.executeOperation(asked, { contextValue })
  if (body.kind !== 'single') throw new Error('There are several answers.')
  const { data, errors } = body.singleResult
  return { status: http.status ?? 200, ...(data !== undefined && { data }), ...(errors && { errors }) }
}

test('a query over two subgraphs with variables is answered as by the gateway itself', async () => {
  const query = 'query Me($n: Int!) { someone: me { name posts(first: $n) } }'
  const answer = await ask(server, { query, variables: { n: 1 } })
  expect(answer).toEqual({ status: 200, data: { someone: { name: 'Ada', posts: ['post 0 of 1'] } } })
  expect(await gateway.ask(query, { variables: { n: 1 } })).toMatchObject({ data: answer.data })
})

test('a mutation runs, and of several operations the one that is named', async () => {
  expect(
    await ask(server, {
      query: 'query A { me { name } } mutation B { rename(name: "Eve") { name } }',
      operationName: 'B',
    }),
  ).toEqual({ status: 200, data: { rename: { name: 'Eve' } } })
})

test('partial data comes with errors at their places, faults behind a sentence', async () => {
  const answer = await ask(server, { query: '{ me { name } boom fails }' })
  expect(JSON.parse(JSON.stringify(answer))).toEqual({
    status: 200,
    data: { me: { name: 'Ada' }, boom: null, fails: null },
    errors: [
      {
        message: 'Sold out.',
        path: ['boom'],
        locations: [{ line: 1, column: 15 }],
        extensions: { code: 'SOLD_OUT', subgraph: 'people' },
      },
      {
        message: 'Something failed inside the platform. Report the request id.',
        path: ['fails'],
        locations: [{ line: 1, column: 20 }],
        extensions: expect.objectContaining({ code: 'INTERNAL', requestId: expect.any(String) }),
      },
    ],
  })
})

test('what the gateway refuses has no data and its code', async () => {
  const answer = await ask(server, {
    query: 'query($n: Int) { me { posts(first: $n) } }',
    variables: { n: 'x' },
  })
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GW_BAD_VARIABLES' } }] })
  expect(answer.errors?.[0]?.extensions).not.toHaveProperty('http')
  expect(answer.data ?? null).toBeNull()
})

test("the gateway's limits hold, since the server has none", async () => {
  await using small = await testGateway([people, posts], { SOUK_ALIASES_MAX: '1' }, ownership)
  const limited = serve({ gateway: small })
  await limited.start()
  expect(await ask(limited, { query: '{ a: me { name } b: me { name } }' })).toMatchObject({
    errors: [{ extensions: { code: 'GW_LIMIT_EXCEEDED' } }],
  })
  await limited.stop()
})

test('who asks is whom the context says', async () => {
  const known = serve({ viewerOf: ({ viewer }) => viewer })
  await known.start()
  const viewer: Viewer = { kind: 'user', userId: 'u1', scopes: [], shopIds: [] }
  expect(await ask(known, { query: '{ secret }' }, { viewer })).toEqual({ status: 200, data: { secret: 42 } })
  expect(await ask(known, { query: '{ secret }' })).toMatchObject({
    data: { secret: null },
    errors: [{ path: ['secret'] }],
  })
  await known.stop()
})

test('without a viewer in the context the token of the HTTP request says who asks, and a bad one is refused', async () => {
  const headers = new HeaderMap([['authorization', 'Bearer nonsense']])
  const http = { method: 'POST', headers, search: '', body: undefined }
  expect(await ask(server, { query: '{ me { name } }', http } as Asked)).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'GW_BAD_TOKEN' } }],
  })
})

test('headers that the context says are those that are looked at', async () => {
  const mapped = serve({ headersOf: ({ tenant }) => ({ authorization: `Bearer ${tenant}` }) })
  await mapped.start()
  expect(await ask(mapped, { query: '{ me { name } }' }, { tenant: 'a' })).toMatchObject({
    errors: [{ extensions: { code: 'GW_BAD_TOKEN' } }],
  })
  await mapped.stop()
})

test('a safelist holds here too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'souk-apollo-'))
  const file = join(folder, 'manifest.json')
  await writeFile(file, JSON.stringify({ [hashOf('{ me { name } }')]: '{ me { name } }' }))
  await using safe = await testGateway(
    [people, posts],
    { SOUK_DOCUMENTS: 'safelist', SOUK_TRUSTED_DOCUMENTS: file },
    ownership,
  )
  const mounted = serve({ gateway: safe })
  await mounted.start()
  expect(await ask(mounted, { query: '{ me { name } }' })).toMatchObject({ data: { me: { name: 'Ada' } } })
  expect(await ask(mounted, { query: '{ me { id } }' })).toMatchObject({
    errors: [{ extensions: { code: 'GW_DOCUMENT_NOT_TRUSTED' } }],
  })
  await mounted.stop()
  await rm(folder, { recursive: true })
})

test('a graph that changes is the one that the server validates by from then on, until it is stopped', async () => {
  await using changing = await testGateway([people], {}, ownership)
  const mounted = serve({ gateway: changing })
  await mounted.start()
  const query = '{ me { posts } }'
  expect(await ask(mounted, { query })).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  })
  await (
    await changing.swap({ subgraphs: [people, posts] })
  ).drained
  expect(await ask(mounted, { query })).toMatchObject({
    data: { me: { posts: ['post 0 of 1', 'post 1 of 1'] } },
  })
  await mounted.stop()
})

test('an answer that is larger than allowed is not handed to the server, which says so', async () => {
  await using small = await testGateway([people, posts], { SOUK_RESPONSE_BYTES_MAX: '60' }, ownership)
  const { data, errors } = await small.run({ source: '{ people { id name posts(first: 9) } }' })
  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code: 'GW_RESPONSE_TOO_LARGE', limit: 60 } }])
  expect(await small.run({ source: '{ me { name } }' })).toEqual({ data: { me: { name: 'Ada' } } })
})

test.each([
  ['that the server says', { SOUK_TRUSTED_PROXIES: '0' }, { addressOf: ({ tenant }: Context) => tenant }],
  [
    'that a proxy of our own names',
    { SOUK_TRUSTED_PROXIES: '1' },
    { headersOf: ({ tenant }: Context) => ({ 'x-forwarded-for': `203.0.113.9, ${tenant}` }) },
  ],
])('anonymous viewers spend the budget of the address %s', async (_what, proxies, options) => {
  const budgets = { SOUK_RATE_LIMITS: 'on', SOUK_RATE_ADDRESS_COST: '2', ...proxies }
  await using limited = await testGateway([people, posts], budgets, ownership)
  const mounted = serve({ gateway: limited, ...options })
  await mounted.start()
  const codes: unknown[] = []
  for (const tenant of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) {
    const { errors } = await ask(mounted, { query: '{ me { name } }' }, { tenant })
    codes.push(errors?.[0]?.extensions?.code)
  }
  expect(codes).toEqual([undefined, undefined, 'GW_RATE_LIMITED', undefined])
  await mounted.stop()
})

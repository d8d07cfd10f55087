/** What surrounds a request on a real socket: pages of other origins, packed answers, lists of requests, odd bodies and addresses. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shop = testSubgraph(
  'shop',
  'type Query { one: Int many: [String!]! echo(text: String!): String } type Mutation { add: Int }',
  {
    Query: {
      one: () => 1,
      many: () => Array.from({ length: 500 }, (_, index) => `item ${index}`),
      echo: (_: unknown, { text }: { text: string }) => text,
    },
    Mutation: { add: () => 2 },
  },
)
const page = 'https://shop.example'
const plain = await testGateway([shop])
const open = await testGateway([shop], { SOUK_CORS_ORIGINS: '*' })
const listed = await testGateway([shop], {
  SOUK_CORS_ORIGINS: `${page}, https://other.example`,
  SOUK_CORS_CREDENTIALS: 'included',
  SOUK_BATCH_MAX: '3',
  SOUK_COMPRESSION: 'off',
})
const [plainUrl, openUrl, listedUrl] = await Promise.all(
  [plain, open, listed].map(async (gateway) => `${(await gateway.listen()).url}/graphql`),
)

afterAll(async () => {
  await Promise.all([plain.close(), open.close(), listed.close()])
})

type Headers = Readonly<Record<string, string>>

const json = { 'content-type': 'application/json' }

const post = async (url: string | undefined, body: string | Buffer<ArrayBuffer>, headers: Headers = {}) =>
  await fetch(url ?? '', { method: 'POST', headers: { ...json, ...headers }, body })

const preflight = async (url: string | undefined, headers: Headers) =>
  await fetch(url ?? '', { method: 'OPTIONS', headers })

const asksToPost = (origin: string): Headers => ({
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,authorization',
})

const corsOf = (response: Response): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...response.headers].filter(([name]) => name === 'vary' || name.startsWith('access-control-')),
  )

test('without settings no page of another origin is told that it may', async () => {
  const asked = await preflight(plainUrl, asksToPost(page))
  expect([asked.status, corsOf(asked)]).toEqual([405, { vary: 'accept, authorization' }])
  expect(corsOf(await post(plainUrl, '{"query":"{ one }"}', { origin: page }))).not.toHaveProperty(
    'access-control-allow-origin',
  )
})

test('a listed origin is told in the preflight what it may send, for how long, and with cookies', async () => {
  const asked = await preflight(listedUrl, asksToPost(page))
  expect([asked.status, corsOf(asked)]).toEqual([
    204,
    {
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers': 'content-type,authorization',
      'access-control-expose-headers': expect.stringContaining('x-request-id, retry-after'),
      'access-control-max-age': '7200',
      vary: 'Origin, Access-Control-Request-Headers',
    },
  ])
})

test('a preflight is answered before anybody looks at a token', async () => {
  const asked = await preflight(listedUrl, { ...asksToPost(page), authorization: 'Bearer nonsense' })
  expect(asked.status).toBe(204)
})

test('a listed origin may read the answer, and a cache is told that it differs by origin', async () => {
  const answer = await post(listedUrl, '{"query":"{ one }"}', { origin: page })
  expect(corsOf(answer)).toMatchObject({
    'access-control-allow-origin': page,
    vary: 'Origin, accept, authorization',
  })
  expect(await answer.json()).toEqual({ data: { one: 1 } })
})

test('a listed origin may read why it was refused', async () => {
  const refused = await post(listedUrl, '{', { origin: page })
  expect([refused.status, corsOf(refused)['access-control-allow-origin']]).toEqual([400, page])
})

test('OPTIONS that is no preflight is answered like any other method', async () => {
  for (const url of [plainUrl, openUrl, listedUrl]) expect((await preflight(url, {})).status).toBe(405)
})

test.each(['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null'])(
  'the origin %s, which is not listed, is told nothing',
  async (origin) => {
    const asked = await preflight(listedUrl, asksToPost(origin))
    expect([asked.status, corsOf(asked)]).toEqual([405, { vary: 'Origin, accept, authorization' }])
    expect(corsOf(await post(listedUrl, '{"query":"{ one }"}', { origin }))).toEqual({
      vary: 'Origin, accept, authorization',
    })
  },
)

test('a star lets every page read, never with cookies', async () => {
  const answer = await post(openUrl, '{"query":"{ one }"}', { origin: page })
  expect(corsOf(answer)).toMatchObject({ 'access-control-allow-origin': '*' })
  expect(corsOf(answer)).not.toHaveProperty('access-control-allow-credentials')
})

test('a GET of a listed origin is no forgery; of any other it is, also where a star is set', async () => {
  const get = async (url: string | undefined, origin: string) =>
    (await fetch(`${url}?query={one}`, { headers: { origin, 'sec-fetch-site': 'cross-site' } })).status
  expect(await get(listedUrl, page)).toBe(200)
  expect(await get(listedUrl, 'https://evil.example')).toBe(403)
  expect(await get(openUrl, page)).toBe(403)
})

// fetch() unpacks by itself and hides how large an answer was.
async function ask(url: string | undefined, query: string, accepted: string | undefined) {
  const sent = Promise.withResolvers<{
    encoding: string | undefined
    vary: string | undefined
    body: Buffer
  }>()
  const headers = { ...json, ...(accepted !== undefined && { 'accept-encoding': accepted }) }
  const asking = httpRequest(url ?? '', { method: 'POST', headers }, (response) => {
    const pieces: Buffer[] = []
    response.on('data', (piece: Buffer) => pieces.push(piece))
    response.on('end', () => {
      const { 'content-encoding': encoding, vary } = response.headers
      sent.resolve({ encoding, vary, body: Buffer.concat(pieces) })
    })
  })
  asking.end(JSON.stringify({ query }))
  return await sent.promise
}

test.each([
  ['gzip', 'gzip', gunzipSync],
  ['br', 'br', brotliDecompressSync],
  ['zstd', 'zstd', zstdDecompressSync],
  ['gzip, deflate, br, zstd', 'zstd', zstdDecompressSync],
  ['gzip, br;q=0', 'gzip', gunzipSync],
] as const)('a large answer to who accepts %s comes packed as %s', async (accepted, encoding, unpack) => {
  const answer = await ask(plainUrl, '{ many }', accepted)
  expect(answer.encoding).toBe(encoding)
  expect(answer.vary).toContain('accept-encoding')
  expect(answer.body.length).toBeLessThan(3_000)
  expect((JSON.parse(unpack(answer.body).toString()) as { data: { many: string[] } }).data.many).toHaveLength(
    500,
  )
})

test.each([
  { what: 'a small answer', url: plainUrl, query: '{ one }', accepted: 'gzip' },
  { what: 'an answer to who accepts nothing', url: plainUrl, query: '{ many }', accepted: undefined },
  { what: 'an answer to who wants it as it is', url: plainUrl, query: '{ many }', accepted: 'identity' },
  { what: 'an answer where packing is off', url: listedUrl, query: '{ many }', accepted: 'gzip' },
])('$what comes as it is', async ({ url, query, accepted }) => {
  const { encoding, body } = await ask(url, query, accepted)
  expect(encoding).toBeUndefined()
  expect(JSON.parse(body.toString())).toHaveProperty('data')
})

test('a stream of events is never packed', async () => {
  const response = await fetch(plainUrl ?? '', {
    method: 'POST',
    headers: { ...json, accept: 'text/event-stream', 'accept-encoding': 'gzip, br, zstd' },
    body: '{"query":"{ many }"}',
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('content-encoding')).toBeNull()
  expect(await response.text()).toContain('item 499')
})

test('a list of requests is answered by a list in its order, each as if it had come alone', async () => {
  const body = JSON.stringify([
    { query: '{ one }' },
    { query: '{ nope }' },
    { query: 'mutation ($t: Int) { add }', variables: { t: 1 } },
  ])
  const response = await post(listedUrl, body, { accept: 'application/json' })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await response.json()).toMatchObject([
    { data: { one: 1 } },
    { errors: [{ extensions: { code: 'GW_VALIDATION_FAILED' } }] },
    { errors: [{ extensions: { code: 'GW_VALIDATION_FAILED' } }] },
  ])
})

test.each([
  [Array.from({ length: 4 }, () => ({ query: '{ one }' })), 'lists 4 requests; SOUK_BATCH_MAX allows 3', 400],
  [[], 'The body is an empty list.', 400],
  [[{ query: '{ one }' }, 7], 'The body is not a JSON object.', 400],
  [[[{ query: '{ one }' }]], 'The body is not a JSON object.', 400],
])('the list %j is refused as a whole', async (list, message, status) => {
  const response = await post(listedUrl, JSON.stringify(list))
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining(message) }] })
})

test('a bad token refuses a whole list once', async () => {
  const response = await post(listedUrl, '[{"query":"{ one }"}]', { authorization: 'Bearer nonsense' })
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'GW_BAD_TOKEN' } }] })
})

test('a mark of byte order before the body is no part of it', async () => {
  expect(await (await post(plainUrl, '\uFEFF{"query":"{ one }"}')).json()).toEqual({ data: { one: 1 } })
  expect((await plain.execute({ body: '\uFEFF{"query":"{ one }"}' })).status).toBe(200)
})

test('a body with a byte that is not UTF-8 is refused, not guessed at', async () => {
  const body = Buffer.concat([
    Buffer.from('{"query":"query($t:String!){echo(text:$t)}","variables":{"t":"'),
    Buffer.from([0xe9]),
    Buffer.from('"}}'),
  ])
  const response = await post(plainUrl, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ errors: [{ message: 'The body is not in UTF-8.' }] })
})

test.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('a body in charset %s is read', async (charset) => {
  const sent = await post(plainUrl, '{"query":"{ one }"}', {
    'content-type': `application/json; charset=${charset}`,
  })
  expect(sent.status).toBe(200)
})

test.each(['utf-16', 'latin1', 'utf-8-strange'])('a body in charset %s is refused', async (charset) => {
  const sent = await post(plainUrl, '{"query":"{ one }"}', {
    'content-type': `application/json; charset=${charset}`,
  })
  expect(sent.status).toBe(415)
})

test('a packed body is refused unread', async () => {
  const sent = await post(plainUrl, '{"query":"{ one }"}', { 'content-encoding': 'gzip' })
  expect(sent.status).toBe(415)
})

test('a parameter that comes twice is refused: who reads the first and who reads the last would differ', async () => {
  const response = await fetch(`${plainUrl}?query={one}&query={many}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    errors: [{ message: 'The parameter `query` is given more than once.' }],
  })
})

test('a slash at the end is the same address', async () => {
  expect(await (await post(`${plainUrl}/`, '{"query":"{ one }"}')).json()).toEqual({ data: { one: 1 } })
})

test('an address that is longer than a server reads is 431, and the server goes on', async () => {
  const { port, hostname } = new URL(plainUrl ?? '')
  const answered = Promise.withResolvers<string>()
  const socket = connect(Number(port), hostname)
  socket.setEncoding('utf8')
  socket.on('error', () => undefined)
  let text = ''
  socket.on('data', (piece) => (text += String(piece)))
  socket.on('close', () => answered.resolve(text))
  socket.write(`GET /graphql?query=${'x'.repeat(40_000)} HTTP/1.1\r\nhost: here\r\n\r\n`)
  expect(await answered.promise).toMatch(/^HTTP\/1\.1 431 /)
  expect((await post(plainUrl, '{"query":"{ one }"}')).status).toBe(200)
})

test.each([
  ['a plain one comes back', 'abc-1.2_3', /^abc-1\.2_3$/],
  ['a long one is replaced', 'x'.repeat(65), /^[0-9a-f-]{36}$/],
  ['one that could forge a line of a log is replaced', 'a"b', /^[0-9a-f-]{36}$/],
])('of request ids %s, on refusals too', async (_what, sent, expected) => {
  for (const body of ['{"query":"{ one }"}', '{'])
    expect((await post(plainUrl, body, { 'x-request-id': sent })).headers.get('x-request-id')).toMatch(
      expected,
    )
})

test('no browser guesses what an answer is', async () => {
  expect((await post(plainUrl, '{"query":"{ one }"}')).headers.get('x-content-type-options')).toBe('nosniff')
})

test.each([
  ['shop.example', 'SOUK_CORS_ORIGINS is "shop.example"; allowed is origins of pages'],
  ['https://shop.example/', 'SOUK_CORS_ORIGINS is "https://shop.example/"'],
  ['https://shop.example,*', 'SOUK_CORS_ORIGINS is "https://shop.example,*"'],
])('the list of origins %s is refused at the start', (value, sentence) => {
  expect(() => readConfig({ SOUK_CORS_ORIGINS: value })).toThrow(sentence)
})

test.each([undefined, '*'])('cookies of pages need listed origins, which %s is not', (value) => {
  expect(() => readConfig({ SOUK_CORS_CREDENTIALS: 'included', SOUK_CORS_ORIGINS: value })).toThrow(
    'SOUK_CORS_CREDENTIALS is included; it needs SOUK_CORS_ORIGINS to list origins, and not *.',
  )
})

/** GraphQL over HTTP on a real socket: media types, statuses, methods, limits, health, the page, and draining. */
import { get } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { plainJson } from '../request/negotiate-type.ts'
import { writeError } from '../request/write-response.ts'
import { testGateway, testSubgraph, testViewerSecret } from '../testing/test-gateway.ts'

const tokens = [{ label: 'Shopper <b>', token: 'aaa.bbb.ccc' }]
const keys = {
  jwks: { keys: [] },
  viewerSecret: testViewerSecret,
  development: { jwks: { keys: [] }, tokens },
}
const shop = testSubgraph(
  'shop',
  'type Query { one: Int echo(text: String!, n: Int): String fails: Int boom: Int deep: Deep } type Deep { deep: Deep n: Int } type Mutation { add: Int }',
  {
    Query: {
      one: () => 1,
      echo: (_: unknown, { text }: { text: string }) => text,
      fails: () => Promise.reject(new Error('password is 1234')),
      boom: () => Promise.reject(Object.assign(new Error('Sold out.'), { extensions: { code: 'SOLD_OUT' } })),
    },
    Mutation: { add: () => 1 },
  },
)
const gateway = await testGateway(
  [shop],
  {
    SOUK_BODY_BYTES_MAX: '3000',
    SOUK_TOKENS_MAX: '200',
    SOUK_DEPTH_MAX: '5',
    SOUK_ALIASES_MAX: '5',
    SOUK_ROOT_FIELDS_MAX: '8',
  },
  { keys },
)
const { url } = await gateway.listen()
const production = await testGateway([shop], {
  SOUK_MODE: 'production',
  SOUK_VIEWER_SECRET: testViewerSecret,
  SOUK_JWKS_URL: 'http://127.0.0.1:1/jwks',
})

afterAll(async () => {
  await gateway.close()
  await production.close()
})

const graphqlType = 'application/graphql-response+json'

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    ...((await response.json()) as Answer),
  }
}

type Answer = {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly extensions: Readonly<Record<string, unknown>>
  }[]
}

test.each([
  [undefined, 'application/json; charset=utf-8'],
  ['*/*', 'application/json; charset=utf-8'],
  ['application/json', 'application/json; charset=utf-8'],
  ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
  [graphqlType, `${graphqlType}; charset=utf-8`],
  [`${graphqlType}, application/json;q=0.9`, `${graphqlType}; charset=utf-8`],
  [`application/json, ${graphqlType};q=0.1`, 'application/json; charset=utf-8'],
])('accepting %s is answered with %s', async (accept, expected) => {
  expect(await post({ query: '{ one }' }, accept === undefined ? {} : { accept })).toMatchObject({
    status: 200,
    type: expected,
    data: { one: 1 },
  })
})

test.each([
  [{ query: '{' }, 'GW_PARSE_FAILED'],
  [{ query: '{ nope }' }, 'GW_VALIDATION_FAILED'],
  [{ query: 'query($t: String!) { echo(text: $t) }' }, 'GW_BAD_VARIABLES'],
  [{ query: 'query($t: String!) { echo(text: $t) }', variables: { t: 4 } }, 'GW_BAD_VARIABLES'],
  [{ query: 'query A { one } query B { one }' }, 'GW_OPERATION_NOT_FOUND'],
  [{ query: '{ one }', operationName: 'C' }, 'GW_OPERATION_NOT_FOUND'],
  [{ query: '{ deep { deep { deep { deep { deep { n } } } } } }' }, 'GW_LIMIT_EXCEEDED'],
  [{ query: '{ a: one b: one c: one d: one e: one f: one }' }, 'GW_LIMIT_EXCEEDED'],
  [{ query: '{ one one one one one one one one one }' }, 'GW_LIMIT_EXCEEDED'],
  [{ query: `{ ${'deep { n } '.repeat(60)} }` }, 'GW_LIMIT_EXCEEDED'],
])(
  'a document error is 400 without data in the new media type, 200 in plain JSON: %o',
  async (body, code) => {
    const strict = await post(body, { accept: graphqlType })
    expect(strict).toMatchObject({ status: 400, errors: [{ extensions: { code } }] })
    expect('data' in strict).toBe(false)
    expect(await post(body, { accept: 'application/json' })).toMatchObject({
      status: 200,
      errors: [{ extensions: { code } }],
    })
  },
)

test.each([
  ['not json', 'GW_BAD_REQUEST', 400],
  ['"text"', 'GW_BAD_REQUEST', 400],
  ['{}', 'GW_BAD_REQUEST', 400],
  ['{"query":1}', 'GW_BAD_REQUEST', 400],
  ['{"query":"{ one }","variables":[]}', 'GW_BAD_REQUEST', 400],
  ['{"query":"{ one }","operationName":3}', 'GW_BAD_REQUEST', 400],
  ['[{"query":"{ one }"}]', 'GW_BATCHING_REFUSED', 400],
  [JSON.stringify({ query: `{ one } # ${'x'.repeat(4000)}` }), 'GW_BODY_TOO_LARGE', 413],
])('the body %s is refused', async (body, code, status) => {
  expect(await post(body)).toMatchObject({ status, errors: [{ extensions: { code } }] })
})

test('Accept that nothing fits is 406', async () => {
  expect(await post({ query: '{ one }' }, { accept: 'text/plain' })).toMatchObject({
    status: 406,
    errors: [{ extensions: { code: 'GW_NOT_ACCEPTABLE' } }],
  })
})

test('a body of a simple type is refused as forgery unless a header forces the browser to ask', async () => {
  expect(await post('{ one }', { 'content-type': 'text/plain' })).toMatchObject({
    status: 403,
    errors: [{ extensions: { code: 'GW_CSRF_BLOCKED' } }],
  })
  expect(await post('{ one }', { 'content-type': 'text/plain', 'x-souk-csrf': '1' })).toMatchObject({
    status: 415,
    errors: [{ extensions: { code: 'GW_UNSUPPORTED_MEDIA_TYPE' } }],
  })
})

test('GET answers queries, and refuses mutations with 405', async () => {
  const ask = async (query: string, headers: Record<string, string> = {}) =>
    await fetch(`${url}/graphql?${new URLSearchParams({ query }).toString()}`, { headers })
  expect(await (await ask('{ one }')).json()).toEqual({ data: { one: 1 } })
  const refused = await ask('mutation { add }')
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')).toBe('POST, GET')
  expect((await ask('{ one }', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await ask('{ one }', { origin: 'https://evil.example', 'x-souk-csrf': '1' })).status).toBe(200)
})

test('GET reads variables and the operation name from parameters', async () => {
  const parameters = new URLSearchParams({
    query: 'query A($t: String!) { echo(text: $t) } query B { one }',
    operationName: 'A',
    variables: '{"t":"hi"}',
  })
  expect(await (await fetch(`${url}/graphql?${parameters.toString()}`)).json()).toEqual({
    data: { echo: 'hi' },
  })
  parameters.set('variables', '{')
  expect((await fetch(`${url}/graphql?${parameters.toString()}`)).status).toBe(400)
})

test.each(['OPTIONS', 'HEAD', 'PATCH'])('%s is 405 with any header', async (method) => {
  for (const [name, value] of [
    ['content-type', 'application/json'],
    ['origin', 'https://evil.example'],
    ['accept', '*/*'],
  ] as const) {
    const response = await fetch(`${url}/graphql`, { method, headers: { [name]: value } })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, GET'])
  }
})

test.each([
  ['content-encoding', 'gzip'],
  ['content-type', 'json'],
  ['content-type', 'application/json; charset=utf-16'],
])('a body with %s %s is 415', async (header, value) => {
  expect(await post({ query: '{ one }' }, { [header]: value })).toMatchObject({
    status: 415,
    errors: [{ extensions: { code: 'GW_UNSUPPORTED_MEDIA_TYPE' } }],
  })
})

test('subscriptions are refused by name', async () => {
  expect(await post({ query: 'subscription { one }' })).toMatchObject({
    errors: [{ extensions: { code: 'GW_SUBSCRIPTION_NOT_SERVED' } }],
  })
})

test('an operation of a kind that the graph has not is the fault of who sent it', async () => {
  const readOnly = testSubgraph('shop', 'type Query { one: Int }', {})
  await using small = await testGateway([readOnly])
  expect(await small.ask('mutation { add }')).toMatchObject({
    errors: [{ message: 'This graph has no mutation.', extensions: { code: 'GW_VALIDATION_FAILED' } }],
  })
})

test('a fault is a fixed sentence with the request id; what a subgraph says to the caller passes', async () => {
  const ask = async (query: string) =>
    JSON.parse((await production.execute({ requestId: 'r-1', body: { query } })).body) as Answer
  expect(await ask('{ fails }')).toEqual({
    errors: [
      {
        message: 'Something failed inside the platform. Report the request id.',
        locations: [{ line: 1, column: 3 }],
        path: ['fails'],
        extensions: { code: 'INTERNAL', requestId: 'r-1' },
      },
    ],
    data: { fails: null },
  })
  expect(await ask('{ boom }')).toEqual({
    errors: [
      {
        message: 'Sold out.',
        locations: [{ line: 1, column: 3 }],
        path: ['boom'],
        extensions: { code: 'SOLD_OUT' },
      },
    ],
    data: { boom: null },
  })
})

test('in development the error also says which subgraph failed and how', async () => {
  expect(await post({ query: '{ fails }' })).toMatchObject({
    errors: [{ extensions: { subgraph: 'shop', reason: 'password is 1234' } }],
  })
})

test('a request id is taken if it is plain, and made otherwise', async () => {
  expect((await post({ query: '{ one }' }, { 'x-request-id': 'my-id.1' })).headers.get('x-request-id')).toBe(
    'my-id.1',
  )
  expect(
    (await post({ query: '{ one }' }, { 'x-request-id': 'no spaces' })).headers.get('x-request-id'),
  ).toMatch(/^[0-9a-f-]{36}$/)
})

test('health says live and ready, and the keys are published in development', async () => {
  expect((await fetch(`${url}/live`)).status).toBe(200)
  expect(await (await fetch(`${url}/ready`)).json()).toEqual({ ready: true, subgraphs: { shop: 'up' } })
  expect(await (await fetch(`${url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] })
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
})

test('two gateways on one port: the second says so in a sentence', async () => {
  const port = new URL(url).port
  await using second = await testGateway([shop], { SOUK_PORT: port })
  await expect(second.listen()).rejects.toMatchObject({
    code: 'GW_PORT_IN_USE',
    message: expect.stringContaining(port),
  })
})

test('closing finishes what is in flight', async () => {
  const answer = Promise.withResolvers<object>()
  const slow = testSubgraph('slow', 'type Query { slow: Int }', {})
  slow.answerWith = () => answer.promise
  const draining = await testGateway([slow])
  const address = await draining.listen()
  const inFlight = fetch(`${address.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ slow }"}',
  })
  await expect.poll(() => slow.calls.length).toBe(1)
  const closed = draining.close()
  expect(await draining.ready()).toBe(false)
  answer.resolve({ data: { slow: 5 } })
  expect(await (await inFlight).json()).toEqual({ data: { slow: 5 } })
  await closed
  await expect(fetch(`${address.url}/live`)).rejects.toThrow()
})

test('closing does not wait for a client that keeps its connection', async () => {
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const slow = testSubgraph('slow', 'type Query { slow: Int }', {})
  slow.answerWith = async () => {
    started.resolve()
    await finish.promise
    return { data: { slow: 7 } }
  }
  const closing = await testGateway([slow])
  const { url: closingUrl } = await closing.listen()
  const asked = fetch(`${closingUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ slow }"}',
  })
  await started.promise
  const closed = closing.close()
  finish.resolve()
  const answer = await asked
  expect(answer.headers.get('connection')).toBe('close')
  expect(await answer.json()).toEqual({ data: { slow: 7 } })
  await closed
}, 5_000)

test('a client that hangs up ends its query', async () => {
  let isAborted = false
  const slow = testSubgraph('slow', 'type Query { slow: Int }', {})
  slow.answerWith = (_request, signal) => {
    signal.addEventListener('abort', () => void (isAborted = true))
    return new Promise(() => undefined)
  }
  await using waiting = await testGateway([slow])
  const address = await waiting.listen()
  const request = get(`${address.url}/graphql?query={slow}`)
  request.on('error', () => undefined)
  await expect.poll(() => slow.calls.length).toBe(1)
  request.destroy()
  await expect.poll(() => isAborted).toBe(true)
})

test('more requests at once than allowed are refused and told to come back', async () => {
  const slow = testSubgraph('slow', 'type Query { slow: Int }', {})
  slow.answerWith = () => new Promise(() => undefined)
  await using busy = await testGateway([slow], {
    SOUK_REQUESTS_IN_FLIGHT_MAX: '1',
    SOUK_REQUEST_MS_MAX: '500',
  })
  const address = await busy.listen()
  const first = fetch(`${address.url}/graphql?query={slow}`)
  await expect.poll(() => slow.calls.length).toBe(1)
  const second = await fetch(`${address.url}/graphql?query={slow}`)
  expect(second.status).toBe(503)
  expect(await second.json()).toMatchObject({ errors: [{ extensions: { code: 'GW_OVERLOADED' } }] })
  expect((await first).status).toBe(200)
})

test('an error that nobody expected is GW_INTERNAL, and says nothing', () => {
  const response = writeError(new TypeError('x is undefined'), {
    accepted: plainJson,
    requestId: 'r',
    isDevelopment: false,
  })
  expect(response.status).toBe(500)
  expect(response.body).toBe(
    '{"errors":[{"message":"Something failed inside the gateway. Report the request id.","extensions":{"code":"GW_INTERNAL","requestId":"r"}}]}',
  )
})

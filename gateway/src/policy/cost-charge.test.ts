/** Limits, costs and budgets as a client meets them: what is refused, what is told, and what is left. */
import { readFileSync } from 'node:fs'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { getIntrospectionQuery, Kind, parse } from 'graphql'
import { expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { subgraphs } from '../deployments/embedded.ts'
import { exampleTabs } from '../http/example-tabs.ts'
import { operationContext } from '../planner/operation-context.ts'
import { testGateway, testSubgraph, testViewerSecret } from '../testing/test-gateway.ts'
import { compileCost } from './cost-operation.ts'

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
  type Query { things(first: Int = 2): Things @listSize(slicingArguments: ["first"], sizedFields: ["nodes"]) dear: Thing @cost(weight: 30) open: Int echo(by: By): String }
  type Mutation { add: Thing }
  type Things { nodes: [Thing!]! }
  type Thing { id: ID name: String }
  input By { text: String by: [By] }`
const things = [{ id: '1', name: 'One' }]
const shop = () =>
  testSubgraph('shop', sdl, {
    Query: {
      things: () => ({ nodes: things }),
      dear: () => things[0],
      open: () => 1,
      echo: () => 'x'.repeat(500),
    },
    Mutation: { add: () => things[0] },
  })
const ownership = { keyOnly: [], allowsSharedFields: true }

async function open(
  environment: Readonly<Record<string, string>> = {},
  keys?: Parameters<typeof testGateway>[2],
) {
  const subgraph = shop()
  const gateway = await testGateway([subgraph], environment, { ownership, clock: standing, ...keys })
  const post = async (body: object, headers: Readonly<Record<string, string>> = {}, address?: string) => {
    const response = await gateway.execute({ body: JSON.stringify(body), headers, address })
    return { ...response, answer: JSON.parse(response.body) as unknown }
  }
  return { ...gateway, calls: subgraph.calls, post }
}

// Budgets fill with time, and the tests say what is left.
const standing = { now: () => new Date(), monotonicMs: () => 0 }

const graphqlResponse = { accept: 'application/graphql-response+json' }
const production = {
  SOUK_MODE: 'production',
  SOUK_VIEWER_SECRET: testViewerSecret,
  SOUK_JWKS_URL: 'http://127.0.0.1:9/jwks',
}

test('an operation that would cost more than allowed is not run, and is told what it costs', async () => {
  await using gateway = await open({ SOUK_COST_MAX: '20' })
  const { status, answer } = await gateway.post({ query: '{ dear { id } }' }, graphqlResponse)
  expect(status).toBe(400)
  expect(answer).toEqual({
    errors: [
      {
        message:
          'The operation would cost 30; at most 20 is allowed (SOUK_COST_MAX). Ask for fewer fields or shorter lists.',
        extensions: { code: 'GW_COST_EXCEEDED', limit: 20, value: 30 },
      },
    ],
  })
  expect((await gateway.post({ query: '{ dear { id } }' })).status).toBe(200)
  expect(gateway.calls).toEqual([])
  expect(
    (await gateway.ask('query ($n: Int) { things(first: $n) { nodes { id } } }', { variables: { n: 19 } }))
      .status,
  ).toBe(200)
  const { errors } = await gateway.ask('query ($n: Int) { things(first: $n) { nodes { id } } }', {
    variables: { n: 20 },
  })
  expect(errors?.[0]?.message).toContain('would cost 21')
})

test('a client that asks for it is told what was estimated and what it came to, in production too', async () => {
  await using gateway = await open({ ...production, SOUK_RATE_LIMITS: 'off' })
  const query = '{ things(first: 5) { nodes { id } } }'
  const { answer } = await gateway.post({ query }, { 'x-souk-cost': '1' })
  expect(answer).toEqual({
    data: { things: { nodes: [{ id: '1' }] } },
    extensions: { cost: { estimated: 6, actual: 2, max: 50_000 } },
  })
  expect((await gateway.post({ query })).answer).not.toHaveProperty('extensions')
})

test.each([
  ['by the extension', { extensions: { dryRun: true } }, {}],
  ['by the header', {}, { 'x-souk-dry-run': '1' }],
])(
  'a dry run, asked for %s, plans and costs and fetches nothing, also of a mutation and beyond the limit',
  async (_, more, headers) => {
    await using gateway = await open({ SOUK_COST_MAX: '10' })
    const { status, answer } = await gateway.post(
      { query: 'mutation { add { id } }', ...more },
      { ...graphqlResponse, ...headers },
    )
    expect(status).toBe(200)
    expect(answer).toEqual({ data: null, extensions: { cost: { estimated: 11, max: 10 } } })
    expect(gateway.calls).toEqual([])
  },
)

test('a dry run in development shows the plan, where it is asked for', async () => {
  await using gateway = await open()
  const { answer } = await gateway.post(
    { query: '{ open }' },
    { 'x-souk-dry-run': '1', 'x-souk-query-plan': '1' },
  )
  expect(answer).toMatchObject({
    data: null,
    extensions: { cost: { estimated: 0 }, queryPlan: { steps: [{ fetches: [{ state: 'notSent' }] }] } },
  })
})

test('the two who asked the same at once are both told what it cost', async () => {
  await using gateway = await open()
  const ask = () => gateway.post({ query: '{ dear { id } }' }, { 'x-souk-cost': '1' })
  const answers = await Promise.all([ask(), ask()])
  expect(gateway.calls).toHaveLength(1)
  for (const { answer } of answers) expect(answer).toMatchObject({ extensions: { cost: { actual: 30 } } })
})

test('budgets are kept in production and not in development', async () => {
  await using careful = await open(production)
  const { headers } = await careful.post({ query: '{ dear { id } }' })
  expect(headers).toMatchObject({
    'ratelimit-policy': '"address";q=1000000;w=60;qu="cost"',
    ratelimit: '"address";r=999970;t=1',
  })
  await using free = await open()
  expect((await free.post({ query: '{ open }' })).headers).not.toHaveProperty('ratelimit')
})

test('an empty budget is a 429 for every media type, and says when to come back', async () => {
  await using gateway = await open({ SOUK_RATE_LIMITS: 'on', SOUK_RATE_ADDRESS_COST: '60' })
  await gateway.post({ query: '{ dear { id } }' }, {}, '192.0.2.1')
  await gateway.post({ query: '{ dear { id } }' }, {}, '192.0.2.1')
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const { status, headers, answer } = await gateway.post(
      { query: '{ dear { id } }' },
      { accept },
      '192.0.2.1',
    )
    expect(status).toBe(429)
    expect(headers).toMatchObject({
      'retry-after': '30',
      'ratelimit-policy': '"address";q=60;w=60;qu="cost"',
      ratelimit: '"address";r=0;t=60',
    })
    expect(answer).toMatchObject({
      errors: [
        {
          message:
            'The operation costs 30, and 0 of 60 a minute are left for this address. Try again in 30 s.',
          extensions: {
            code: 'GW_RATE_LIMITED',
            policy: 'address',
            limit: 60,
            value: 30,
            left: 0,
            retryAfterSeconds: 30,
          },
        },
      ],
    })
  }
  expect((await gateway.post({ query: '{ dear { id } }' }, {}, '192.0.2.2')).status).toBe(200)
  expect(gateway.calls).toHaveLength(3)
})

test('what an operation did not cost after all is given back', async () => {
  await using gateway = await open({ SOUK_RATE_LIMITS: 'on', SOUK_RATE_ADDRESS_COST: '1000' })
  const { headers } = await gateway.post({ query: '{ things(first: 90) { nodes { id } } }' })
  expect(headers.ratelimit).toBe('"address";r=998;t=1')
})

test('an app is known by the claim of a token, and else by the header', async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] }
  const tokenOf = (claims: object): Promise<string> =>
    new SignJWT({ scope: '', ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
      .setSubject('ann')
      .setIssuer('souk')
      .setAudience('souk-gateway')
      .setExpirationTime('5m')
      .sign(privateKey)
  const budgets = { SOUK_RATE_LIMITS: 'on', SOUK_RATE_VIEWER_COST: '500', SOUK_RATE_APP_COST: '100' }
  await using gateway = await open(budgets, { keys: { jwks, viewerSecret: testViewerSecret } })
  const ask = async (headers: Readonly<Record<string, string>>) =>
    (await gateway.post({ query: '{ dear { id } }' }, headers)).headers.ratelimit
  const [byParty, byClient, nameless] = await Promise.all([
    tokenOf({ azp: 'ios' }),
    tokenOf({ client_id: 'ios' }),
    tokenOf({}),
  ])
  expect(await ask({ authorization: `Bearer ${byParty}` })).toMatch(/^"viewer";r=470.*"app";r=70/)
  expect(await ask({ authorization: `Bearer ${byClient}` })).toMatch(/"app";r=40/)
  expect(await ask({ authorization: `Bearer ${nameless}`, 'x-souk-app': 'ios' })).toMatch(/"app";r=70/)
  expect(await ask({ authorization: `Bearer ${nameless}` })).not.toContain('"app"')
})

test('the address behind a proxy of our own is the one that it names, and no header of a client is believed', async () => {
  await using alone = await open({ SOUK_RATE_LIMITS: 'on', SOUK_RATE_ADDRESS_COST: '60' })
  await using behind = await open({
    SOUK_RATE_LIMITS: 'on',
    SOUK_RATE_ADDRESS_COST: '60',
    SOUK_TRUSTED_PROXIES: '1',
  })
  const ask = async (url: string, forwardedFor: string) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor }
    const { status } = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: '{"query":"{ dear { id } }"}',
    })
    return status
  }
  const [open1, open2] = [await alone.listen(), await behind.listen()]
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
  const statuses = async (url: string) => {
    const all: number[] = []
    for (const address of addresses) all.push(await ask(url, address))
    return all
  }
  expect(await statuses(open1.url)).toEqual([200, 200, 429])
  expect(await statuses(open2.url)).toEqual([200, 200, 200])
})

test('the schema is told to nobody, or to whoever signed in, and names that are like one are not told either', async () => {
  await using gateway = await open({ SOUK_INTROSPECTION: 'signed-in' })
  const { status, answer } = await gateway.post({ query: '{ __schema { types { name } } }' }, graphqlResponse)
  expect(status).toBe(400)
  expect(answer).toMatchObject({
    errors: [
      {
        message:
          'The schema is told to signed-in viewers (SOUK_INTROSPECTION is signed-in). Send a valid token.',
        extensions: { code: 'GW_INTROSPECTION_CLOSED' },
      },
    ],
  })
  expect(await gateway.ask('{ __typename }')).toEqual({ status: 200, data: { __typename: 'Query' } })
  expect((await gateway.ask('{ opne }')).errors?.[0]?.message).toBe(
    'Cannot query field "opne" on type "Query".',
  )
  const query = 'query ($by: By) { echo(by: $by) }'
  const wrong = { variables: { by: { txet: '' } } }
  expect((await gateway.ask(query, wrong)).errors?.[0]?.message).toMatch(
    /"txet" is not defined by type "By"\.$/,
  )
  await using told = await open()
  expect((await told.ask(query, wrong)).errors?.[0]?.message).toContain('Did you mean "text"')
  expect((await told.ask('{ opne }')).errors?.[0]?.message).toContain('Did you mean "open"')
  expect((await told.ask('{ __schema { queryType { name } } }')).data).toEqual({
    __schema: { queryType: { name: 'Query' } },
  })
})

test('without being asked a production gateway tells the schema only to signed-in viewers', async () => {
  await using gateway = await open(production)
  expect((await gateway.ask('{ __type(name: "Thing") { name } }')).errors?.[0]?.extensions.code).toBe(
    'GW_INTROSPECTION_CLOSED',
  )
})

test('an introspection that is too large is refused before it is made, and one that is not has a cost', async () => {
  await using gateway = await open({ SOUK_INTROSPECTION_VALUES_MAX: '150' })
  const { errors } = await gateway.ask(
    '{ __schema { types { name fields { name type { name fields { name } } } } } }',
  )
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'GW_LIMIT_EXCEEDED', limit: 150 } })
  const { answer } = await gateway.post(
    { query: '{ __schema { types { a: name b: name c: name d: name e: name f: name } } }' },
    { 'x-souk-cost': '1' },
  )
  expect(answer).toMatchObject({ extensions: { cost: { estimated: 2, actual: 2 } } })
})

test('values nested too deeply are refused, in variables and in the document', async () => {
  await using gateway = await open()
  const nested = (levels: number): object => (levels === 0 ? {} : { by: [nested(levels - 1)] })
  const query = 'query ($by: By) { echo(by: $by) }'
  expect((await gateway.ask(query, { variables: { by: nested(15) } })).status).toBe(200)
  expect((await gateway.ask(query, { variables: { by: nested(16) } })).errors?.[0]).toMatchObject({
    message: 'The variable "$by" is nested more than 32 levels deep (SOUK_INPUT_DEPTH_MAX).',
    extensions: { code: 'GW_LIMIT_EXCEEDED', limit: 32 },
  })
  const literal = `{ echo(by: ${'{ by: ['.repeat(400)}${'] }'.repeat(400)}) }`
  expect((await gateway.ask(literal)).errors?.[0]?.message).toContain(
    'A value in the document is nested more than 32',
  )
})

test('an answer that is too large is not sent, and says so beside no data', async () => {
  await using gateway = await open({ SOUK_RESPONSE_BYTES_MAX: '300' })
  const { status, answer } = await gateway.post({ query: '{ echo }' }, graphqlResponse)
  expect(status).toBe(200)
  expect(answer).toEqual({
    errors: [
      {
        message:
          'The answer has 520 bytes; at most 300 are allowed (SOUK_RESPONSE_BYTES_MAX). Ask for less; what a mutation did is done.',
        extensions: { code: 'GW_RESPONSE_TOO_LARGE', limit: 300, value: 520 },
      },
    ],
    data: null,
  })
  const headers = { accept: 'text/event-stream' }
  const { body } = await gateway.execute({ body: { query: '{ echo }' }, headers })
  expect(body).toContain('GW_RESPONSE_TOO_LARGE')
  expect(body).not.toContain('xxx')
})

test('as many operations run at once as are allowed, however they come', async () => {
  await using gateway = await open({ SOUK_REQUESTS_IN_FLIGHT_MAX: '2', SOUK_SHARED_QUERIES: 'off' })
  const answers = await Promise.all([1, 2, 3].map(() => gateway.ask('{ open }')))
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 200, 503])
  expect((await gateway.ask('{ open }')).status).toBe(200)
  expect((await gateway.ask('{ nothing }')).status).toBe(200)
  expect((await gateway.ask('{ open }')).status).toBe(200)
})

const souk = await testGateway(
  subgraphs.map(({ name, sdl: own }) => ({
    name,
    sdl: own,
    transport: {
      execute: () => Promise.reject(new Error('Nobody is asked in a dry run.')),
      ready: () => Promise.resolve(true),
      close: () => Promise.resolve(),
    },
  })),
)

const examples = exampleTabs.map(({ query, variables = '{}' }) => ({
  name: /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '',
  document: parse(query),
  variables: JSON.parse(variables) as Record<string, unknown>,
}))

test.each(examples)(
  'the example $name costs less than a hundredth of what is allowed, for whoever may read all of it',
  ({ document, variables }) => {
    const { publicSchema, fieldSetNames, costs } = souk.supergraph
    const [operation] = document.definitions
    if (operation?.kind !== Kind.OPERATION_DEFINITION)
      throw new Error('The first definition is an operation.')
    const context = operationContext(publicSchema, fieldSetNames, document)
    const cost = compileCost({ context, rules: costs, deniedBecause: () => undefined }, operation)
    const config = readConfig({})
    expect(cost.estimate(variables, config)).toBeGreaterThan(10)
    expect(cost.estimate(variables, config)).toBeLessThan(config.costMax / 100)
  },
)

test('what tools ask to know the schema is within the limits', async () => {
  const { errors } = await souk.ask(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }))
  expect(errors).toBeUndefined()
})

test('the page on defences shows an operation with what it costs as it is answered', async () => {
  const page = readFileSync(new URL('../../docs/defences.md', import.meta.url), 'utf8')
  const section = page.slice(page.indexOf('## Limits, cost and rates'))
  const [, request = ''] = /-d '(.*)'/.exec(section) ?? []
  const [, answer = ''] = /```json\n(.*)\n```/.exec(section) ?? []
  const { body } = await souk.execute({ body: request })
  expect(JSON.parse(body)).toEqual(JSON.parse(answer))
})

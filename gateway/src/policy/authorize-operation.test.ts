/** `@authenticated` and `@requiresScopes`: what a viewer may not read is not fetched, and is null with a reason. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyViewer, viewerKeyFrom } from '@souk/contracts'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { type DevelopmentPerson, openDevelopmentKeys } from '../keys/development-tokens.ts'
import { testGateway, testSubgraph, testViewerSecret } from '../testing/test-gateway.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'souk-keys-'))
const names = { dataDir, issuer: 'souk', audience: 'souk-gateway' }
const keys = await openDevelopmentKeys(names)
const people: readonly DevelopmentPerson[] = [
  { label: 'Shopper', subject: 'u1', scopes: [] },
  { label: 'Merchant', subject: 'u2', scopes: ['shop:read'], shopIds: ['s1'], merchantId: 'm1' },
]
const [shopper, merchant] = (await keys.issueTokens(people, new Date())).map(({ token }) => ({
  authorization: `Bearer ${token}`,
}))

const shop = testSubgraph(
  'shop',
  `type Query { open: String me: Person @authenticated sure: Sure items: [Item!]! vault: Vault }
   type Mutation { pay: String @authenticated close: String @requiresScopes(scopes: [["shop:write"]]) }
   type Person { name: String }
   type Sure { id: ID! cost: Int! @requiresScopes(scopes: [["shop:read"], ["platform:operate"]]) }
   interface Item { id: ID! secret: String }
   type Book implements Item { id: ID! secret: String @authenticated }
   type Pen implements Item { id: ID! secret: String }
   type Vault @requiresScopes(scopes: [["platform:operate"]]) { gold: Int }`,
  {
    Query: {
      open: () => 'yes',
      me: () => ({ name: 'Ann' }),
      sure: () => ({ id: '1', cost: 9 }),
      items: () => [
        { __typename: 'Book', id: 'b', secret: 'book' },
        { __typename: 'Pen', id: 'p', secret: 'pen' },
        { __typename: 'Book', id: 'c', secret: 'book' },
      ],
      vault: () => ({ gold: 1 }),
    },
    Mutation: { pay: () => 'paid', close: () => 'closed' },
  },
)

const gateway = await testGateway([shop], {}, { keys: { jwks: keys.jwks, viewerSecret: testViewerSecret } })

beforeEach(() => void (shop.calls.length = 0))

afterAll(async () => {
  await gateway.close()
  await rm(dataDir, { recursive: true })
})

test('a field that needs a signed-in viewer is null for nobody, and is not fetched', async () => {
  expect(await gateway.ask('{ open me { name } }')).toEqual({
    status: 200,
    data: { open: 'yes', me: null },
    errors: [
      {
        message: 'Query.me needs a signed-in viewer. Send a valid token.',
        locations: [{ line: 1, column: 8 }],
        path: ['me'],
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  })
  expect(shop.calls[0]?.query).not.toContain('me')
  expect(await gateway.ask('{ me { name } }', { headers: shopper })).toEqual({
    status: 200,
    data: { me: { name: 'Ann' } },
  })
})

test('a missing scope is named, and a non-null field takes its parent with it', async () => {
  const { data, errors } = await gateway.ask('{ mine: sure { id price: cost } open }', { headers: shopper })
  expect(data).toEqual({ mine: null, open: 'yes' })
  expect(errors).toEqual([
    {
      message: 'Sure.cost needs the scope shop:read, or platform:operate.',
      locations: [{ line: 1, column: 19 }],
      path: ['mine', 'price'],
      extensions: { code: 'FORBIDDEN' },
    },
  ])
  expect(shop.calls[0]?.query).not.toContain('cost')
  expect(await gateway.ask('{ sure { cost } }', { headers: merchant })).toMatchObject({
    data: { sure: { cost: 9 } },
  })
})

test('a plan made for one viewer is not used for another', async () => {
  for (const [headers, expected] of [
    [merchant, 9],
    [shopper, null],
    [merchant, 9],
    [{}, null],
  ] as const) {
    const { data } = await gateway.ask('query Same { sure { cost } }', { headers: headers ?? {} })
    expect(data).toEqual({ sure: expected === null ? null : { cost: expected } })
  }
})

test('below an interface a field is left out only for the types that deny it, with one error', async () => {
  const { data, errors } = await gateway.ask('{ items { id secret } }')
  expect(data).toEqual({
    items: [
      { id: 'b', secret: null },
      { id: 'p', secret: 'pen' },
      { id: 'c', secret: null },
    ],
  })
  expect(errors).toMatchObject([{ path: ['items', 0, 'secret'], extensions: { code: 'UNAUTHENTICATED' } }])
})

test('a type that needs a scope needs it wherever it is returned', async () => {
  expect(await gateway.ask('{ vault { gold } }', { headers: merchant })).toMatchObject({
    data: { vault: null },
    errors: [{ message: 'Query.vault needs the scope platform:operate.', extensions: { code: 'FORBIDDEN' } }],
  })
  expect(shop.calls).toHaveLength(0)
})

test('a mutation that is denied does not run', async () => {
  const { data, errors } = await gateway.ask('mutation { close pay }', { headers: shopper })
  expect(data).toEqual({ close: null, pay: 'paid' })
  expect(errors).toHaveLength(1)
  expect(shop.calls.map(({ query }) => query)).toEqual([expect.not.stringContaining('close')])
})

test('subgraphs get a signed viewer and nothing of the client’s credentials', async () => {
  await gateway.ask('{ open }', { headers: merchant })
  const [call] = shop.calls
  expect(await verifyViewer(call?.viewerToken ?? '', viewerKeyFrom(testViewerSecret), new Date())).toEqual({
    kind: 'user',
    userId: 'u2',
    scopes: ['shop:read'],
    shopIds: ['s1'],
    merchantId: 'm1',
  })
  expect(JSON.stringify(call)).not.toContain(merchant?.authorization.slice(7))
})

test.each([
  ['Basic dXNlcjpwYXNz', 'is not `Bearer <token>`'],
  ['Bearer a.b.c', 'malformed'],
  [
    `Bearer ${(await (await openDevelopmentKeys({ ...names, audience: 'elsewhere' })).issueTokens(people, new Date()))[0]?.token}`,
    'aud is wrong',
  ],
  [`Bearer ${(await keys.issueTokens(people, new Date('2020-01-01')))[0]?.token}`, 'expired'],
])('a bad token is 401 with a reason (%#)', async (authorization, reason) => {
  const { status, errors } = await gateway.ask('{ open }', { headers: { authorization } })
  expect(status).toBe(401)
  expect(errors).toMatchObject([
    { message: expect.stringContaining(reason), extensions: { code: 'GW_BAD_TOKEN' } },
  ])
})

test('the signing key stays the same over a restart', async () => {
  expect((await openDevelopmentKeys(names)).jwks).toEqual(keys.jwks)
  expect(JSON.stringify(keys.jwks)).not.toContain('"d"')
})

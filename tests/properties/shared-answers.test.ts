/** Whoever asks what another asks at the same moment may share its answer, and never gets one that is another's. */
import type { SubgraphRequest, Transport } from '@souk/contracts'
import { createGateway, createLogger, readConfig, systemClock } from '@souk/gateway'
import fc from 'fast-check'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'

const { publicKey, privateKey } = await generateKeyPair('EdDSA')
const people = {
  ann: await tokenOf('ann', 'order:read'),
  annWithLess: await tokenOf('ann', ''),
  ben: await tokenOf('ben', 'order:read'),
  nobody: undefined,
}
const documents = ['query A($id: ID) { echo(id: $id) }', 'query B($id: ID) { echo(id: $id) }'] as const
let calls: SubgraphRequest[] = []
let everybodyCame = Promise.withResolvers<void>()

/** Answers with everything that it was sent. */
const echo: Transport = {
  async execute(request) {
    calls.push(request)
    await everybodyCame.promise
    return {
      data: { echo: whatCame(decodeJwt(request.viewerToken).viewer, request.headers, request.variables) },
    }
  },
  ready: () => Promise.resolve(true),
  close: () => Promise.resolve(),
}

const gateway = await createGateway({
  config: readConfig({ SOUK_LOG_LEVEL: 'silent' }),
  keys: {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA' }] },
    viewerSecret: 'a secret for tests that is long enough',
  },
  subgraphs: [{ name: 'echo', sdl: 'type Query { echo(id: ID): String }', transport: echo }],
  clock: systemClock,
  logger: createLogger('silent'),
  forwarding: [{ forward: 'x-tenant' }, { forward: 'x-session', as: 'authorization' }],
})

const asking = fc.record({
  person: fc.constantFrom(...(Object.keys(people) as (keyof typeof people)[])),
  tenant: fc.constantFrom(undefined, 'north', 'south'),
  session: fc.constantFrom(undefined, 'one', 'two'),
  id: fc.constantFrom('1', '2', null),
  document: fc.constantFrom(...documents),
})
type Asking = typeof asking extends fc.Arbitrary<infer Asked> ? Asked : never

test('no viewer gets the answer to what another viewer, other headers or other variables asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(asking, { minLength: 2, maxLength: 20 }), async (all) => {
      calls = []
      everybodyCame = Promise.withResolvers()
      const answers = all.map(ask)
      // The subgraph is asked the same for either document: the two runs share the call.
      const distinct = new Set(all.map((one) => JSON.stringify({ ...one, document: undefined }))).size
      while (calls.length < distinct) await nextTurn()
      for (let turn = 0; turn < 5; turn += 1) await nextTurn()
      // Were nothing shared, this test would prove nothing.
      const sent = calls.length
      everybodyCame.resolve()
      expect(await Promise.all(answers)).toEqual(all.map(expected))
      expect(sent).toBe(distinct)
    }),
    { numRuns: 200 },
  )
})

async function ask({ person, tenant, session, id, document }: Asking): Promise<unknown> {
  const token = people[person]
  const { body } = await gateway.execute({
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(tenant !== undefined && { 'x-tenant': tenant }),
      ...(session !== undefined && { 'x-session': session }),
    },
    body: { query: document, variables: { id } },
  })
  return JSON.parse((JSON.parse(body) as { data: { echo: string } }).data.echo)
}

function expected({ person, tenant, session, id }: Asking): unknown {
  const viewers: Record<Asking['person'], unknown> = {
    ann: { userId: 'ann', scopes: ['order:read'] },
    annWithLess: { userId: 'ann', scopes: [] },
    ben: { userId: 'ben', scopes: ['order:read'] },
    nobody: { scopes: [] },
  }
  const headers = {
    ...(session !== undefined && { authorization: session }),
    ...(tenant !== undefined && { 'x-tenant': tenant }),
  }
  return JSON.parse(whatCame(viewers[person], headers, { id }))
}

function whatCame(viewer: unknown, headers: unknown = {}, variables: unknown = {}): string {
  const { userId, scopes } = viewer as { readonly userId?: string; readonly scopes: readonly string[] }
  return JSON.stringify({ userId, scopes, headers, variables })
}

async function tokenOf(subject: string, scope: string): Promise<string> {
  return await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(subject)
    .setIssuer('souk')
    .setAudience('souk-gateway')
    .setExpirationTime('1h')
    .sign(privateKey)
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

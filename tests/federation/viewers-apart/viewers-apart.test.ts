/** Two viewers who ask the same at the same time: each gets an answer of his own. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SubgraphRequest } from '@souk/contracts'
import { createGateway, createLogger, openDevelopmentKeys, readConfig, systemClock } from '@souk/gateway'
import { afterAll, expect, test } from 'vitest'

const config = readConfig({ SOUK_PORT: '0' })
const keys = await openDevelopmentKeys({
  dataDir: mkdtempSync(join(tmpdir(), 'viewers-')),
  issuer: config.jwtIssuer,
  audience: config.jwtAudience,
})
const people = ['ann', 'bob'].map((name) => ({ label: name, subject: name, scopes: [] }))
const tokens = await keys.issueTokens(people, new Date())

// Answers once both have asked, so that both are on their way at once.
const waiting: {
  readonly request: SubgraphRequest
  readonly answer: (data: Record<string, unknown>) => void
}[] = []
const gateway = await createGateway({
  config,
  keys: { jwks: keys.jwks, viewerSecret: 'a secret for tests that is long enough' },
  clock: systemClock,
  logger: createLogger('silent'),
  forwarding: [{ forward: 'accept-language' }],
  subgraphs: [
    {
      name: 'mirror',
      sdl: 'type Query { viewer: String language: String }',
      transport: {
        async execute(request) {
          const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>()
          waiting.push({ request, answer: resolve })
          if (waiting.length === 2) for (const one of waiting.splice(0)) one.answer(mirror(one.request))
          return { data: await promise }
        },
        ready: () => Promise.resolve(true),
        close: () => Promise.resolve(),
      },
    },
  ],
})
afterAll(() => gateway.close())

function mirror({ viewerToken, headers }: SubgraphRequest): Record<string, unknown> {
  const [, payload = ''] = viewerToken.split('.')
  const text = Buffer.from(payload, 'base64url').toString('utf8')
  return { viewer: /ann|bob/.exec(text)?.[0] ?? null, language: headers?.['accept-language'] ?? null }
}

const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
  const { body } = await gateway.execute({ headers, body: { query: '{ viewer language }' } })
  return (JSON.parse(body) as { readonly data: unknown }).data
}

test('two viewers in flight at once are told apart', async () => {
  const both = tokens.map(({ token }) => ask({ authorization: `Bearer ${token}` }))
  expect(await Promise.all(both)).toEqual([
    { viewer: 'ann', language: null },
    { viewer: 'bob', language: null },
  ])
})

test('two requests in flight at once that differ in a forwarded header are told apart', async () => {
  const both = ['de', 'en'].map((language) => ask({ 'accept-language': language }))
  expect(await Promise.all(both)).toEqual([
    { viewer: null, language: 'de' },
    { viewer: null, language: 'en' },
  ])
})

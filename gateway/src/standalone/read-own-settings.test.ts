/** What Souk's own deployments take from a file, and what they don't. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openOwnSettings, readOwnSettings } from './read-own-settings.ts'

const read = (content: object, environment: Readonly<Record<string, string>> = {}) =>
  readOwnSettings(environment, { name: 'souk.json', text: JSON.stringify(content) })

test('without a file it is the environment and the defaults of Souk', () => {
  const { config, ...rest } = readOwnSettings({ SOUK_DEPTH_MAX: '7' }, undefined)
  expect(config).toMatchObject({ depthMax: 7, subgraphErrors: 'masked', logLevel: 'info', jwtIssuer: 'souk' })
  expect(rest).toEqual({ traffic: {}, forwarding: [] })
})

test('a file has settings, those of Souk alone too, the traffic of its subgraphs, and headers that go on', () => {
  const { config, traffic, forwarding } = read(
    {
      depthMax: 8,
      seed: 'none',
      traffic: { orders: { msMax: 500 } },
      headers: [{ forward: 'x-tenant', to: ['orders'] }],
    },
    { SOUK_DEPTH_MAX: '7' },
  )
  expect(config).toMatchObject({ depthMax: 8, seed: 'none', logLevel: 'info' })
  expect(traffic).toEqual({ orders: { msMax: 500 } })
  expect(forwarding).toEqual([{ forward: 'x-tenant', to: ['orders'] }])
})

test('what production has to have may be in the file, and has to be somewhere', () => {
  const needed = { viewerSecret: 'x'.repeat(32), jwksUrl: 'https://example.com/jwks' }
  expect(read({ mode: 'production', ...needed }).config).toMatchObject(needed)
  expect(() => read({ mode: 'production', jwksUrl: needed.jwksUrl })).toThrow(
    'SOUK_VIEWER_SECRET is not set; in production it has to be.',
  )
})

test.each<[object, string]>([
  [
    { urls: { orders: 'http://a.test' } },
    'souk.json has "urls"; Souk\'s own subgraphs have settings for theirs.',
  ],
  [{ subscriptions: { orders: { protocol: 'sse' } } }, 'souk.json has "subscriptions", which only other'],
  [{ headers: [{ set: 'x-a', value: '1' }] }, 'souk.json sets headers, which only other subgraphs are sent.'],
  [
    { headers: [{ forward: 'Authorization' }] },
    "forwards Authorization, which Souk's own subgraphs are never sent",
  ],
  [
    { headers: [{ forward: 'cookie', as: 'x-a' }] },
    "forwards cookie, which Souk's own subgraphs are never sent",
  ],
  [
    { traffic: { order: {} } },
    'souk.json names the subgraph order; there are products, content, creators, orders',
  ],
  [{ headers: [{ forward: 'x-a', to: ['order'] }] }, 'souk.json names the subgraph order; there are'],
])('%j is refused in one sentence', (content, sentence) => {
  expect(() => read(content)).toThrow(
    expect.objectContaining({ code: 'GW_CONFIG_INVALID', message: expect.stringContaining(sentence) }),
  )
})

test('the file is the one that the command line names, or else the environment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'souk-own-settings-'))
  const [one, other] = [join(folder, 'one.json'), join(folder, 'other.json')]
  await writeFile(one, '{ "depthMax": 1 }')
  await writeFile(other, '{ "depthMax": 2 }')
  expect((await openOwnSettings({ SOUK_CONFIG: one }, undefined)).config.depthMax).toBe(1)
  expect((await openOwnSettings({ SOUK_CONFIG: one }, other)).config.depthMax).toBe(2)
  expect((await openOwnSettings({ SOUK_CONFIG: '' }, undefined)).config.depthMax).toBe(20)
  await expect(openOwnSettings({ SOUK_CONFIG: join(folder, 'none.json') }, undefined)).rejects.toThrow(
    "none.json can't be read.",
  )
  await rm(folder, { recursive: true })
})

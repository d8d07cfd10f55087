/** What the README shows is what a first start answers, to the letter. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleTabs } from '@souk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SoukProcess, startSouk } from '../support/process.ts'

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
const body = /-d '(\{"query":.*\})'\n/.exec(readme)?.[1] ?? ''

let dataDir: string
let souk: SoukProcess
let url: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'souk-readme-'))
  souk = startSouk(['gateway/src/main.ts', 'start'], {
    SOUK_PORT: '0',
    SOUK_DATA_DIR: dataDir,
    SOUK_LOG_LEVEL: 'warn',
  })
  const [, found] = await souk.says(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/)
  url = found ?? ''
}, 120_000)

afterAll(async () => {
  souk.child.kill('SIGINT')
  await souk.ended
  await rm(dataDir, { recursive: true, force: true })
})

test('the first query has the answer that the README shows', async () => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(readme).toContain(`\`\`\`json\n${JSON.stringify(await response.json(), null, 2)}\n\`\`\``)
})

test('the subscription has the first answer that the README shows', async () => {
  const subscription = /'accept: text\/event-stream' -d '(.*)'\n/.exec(readme)?.[1] ?? ''
  const leaving = new AbortController()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: subscription,
    signal: leaving.signal,
  })
  let text = ''
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString('utf8')
    if (/^data: .*\n\n/m.test(text)) break
  }
  leaving.abort()
  const [event] = /^event: next\ndata: .*/m.exec(text) ?? ['']
  expect(event).toContain('liveRoomUpdated')
  expect(readme).toContain(`\`\`\`\n${event}\n\`\`\``)
})

test('@defer answers in the parts that the page for clients shows', async () => {
  const page = await readFile(new URL('../../gateway/docs/clients.md', import.meta.url), 'utf8')
  const section = page.slice(page.indexOf('## @defer'))
  const [, accept = ''] = /-H 'accept: (multipart.*)'/.exec(section) ?? []
  const [, asked = ''] = /-d '(.*)'\n/.exec(section) ?? []
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: asked,
  })
  const parts = (await response.text()).match(/^\{.*\}/gm) ?? []
  expect(parts).toHaveLength(2)
  expect(section).toContain(`\`\`\`\n${parts.join('\n')}\n\`\`\``)
})

test('explain prints the plan that the README shows', () => {
  const { query } = JSON.parse(body) as { query: string }
  const { stdout } = spawnSync(
    process.execPath,
    ['tests/tools/run.mjs', 'gateway/src/main.ts', 'explain', query],
    { encoding: 'utf8' },
  )
  expect(stdout.trim()).not.toBe('')
  expect(readme).toContain(`\`\`\`\n${stdout.trim()}\n\`\`\``)
})

test('the first start reconciles December 2010 as the README shows, and prints a token for each of the five', () => {
  const table = /read from the file[^]*?database: refunds[^\n]*/.exec(souk.output())?.[0]
  expect(table).toBeDefined()
  expect(readme).toContain(table)
  expect(souk.output()).toContain('✓ both sides agree to the penny')
  expect(souk.output().match(/^eyJ/gm)).toHaveLength(5)
})

const personOf: Readonly<Record<string, string>> = { ShopOrders: 'Merchant', AddToCart: 'Shopper' }

test.each(
  exampleTabs.map((tab) => ({ ...tab, name: /^(?:query|mutation) (\w+)/m.exec(tab.query)?.[1] ?? '' })),
)('the example $name of the page is answered in full', async ({ name, query, variables }) => {
  const person = personOf[name]
  const token = new RegExp(`^${person}:\\n(.*)$`, 'm').exec(souk.output())?.[1]
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(person !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables: JSON.parse(variables ?? '{}') as object }),
  })
  const { data, errors } = (await response.json()) as { data: object; errors?: object[] }
  expect(errors).toBeUndefined()
  expect(JSON.stringify(data)).toMatch(/"title":"\w/)
})

test('a browser gets the page at /graphql', async () => {
  const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

/** The page for browsers: it loads nothing from elsewhere, and shows what the mode and the graph allow. */
import { createHash } from 'node:crypto'
import type { GraphQLSchema } from 'graphql'
import { afterAll, expect, test } from 'vitest'
import { subgraphs } from '../deployments/embedded.ts'
import { compose } from '../supergraph/compose.ts'
import { testGateway, testSubgraph, testViewerSecret } from '../testing/test-gateway.ts'
import { exampleTabs } from './example-tabs.ts'
import { graphiqlPage } from './graphiql-page.ts'

const tokens = [{ label: 'Shopper <b>', token: 'aaa.bbb.ccc' }]
const shop = testSubgraph('shop', 'type Query { one: Int }', {})
const gateway = await testGateway(
  [shop],
  {},
  {
    keys: {
      jwks: { keys: [] },
      viewerSecret: testViewerSecret,
      development: { jwks: { keys: [] }, tokens },
    },
  },
)
const { url } = await gateway.listen()
const production = await testGateway([shop], {
  SOUK_MODE: 'production',
  SOUK_VIEWER_SECRET: testViewerSecret,
  SOUK_JWKS_URL: 'http://127.0.0.1:1/jwks',
})

afterAll(() => Promise.all([gateway.close(), production.close()]))

test('a browser gets a page that loads nothing from elsewhere', async () => {
  const response = await fetch(`${url}/graphql`, {
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
  })
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const page = await response.text()
  // Told by yes and no: a failing comparison would print the page, which is 9 MB.
  expect(page.includes('<option>Shopper &#60;b&#62;</option>')).toBe(true)
  expect(page.includes('aaa.bbb.ccc')).toBe(true)
  const html = page.replace(/<script[^>]*>[^]*?<\/script>/g, '')
  expect(/(src|href)=["']?(https?:)?\/\//.test(html)).toBe(false)
  expect(/url\(["']?(https?:)?\/\/|@import/.test(html)).toBe(false)
  const schema = gateway.supergraph.publicSchema
  expect((await graphiqlPage({ schema, tokens, showsPlans: true })()).html === page).toBe(true)
})

test('the page tells plans in development alone', async () => {
  const pageOf = async (address: string) =>
    await (await fetch(`${address}/graphql`, { headers: { accept: 'text/html' } })).text()
  const { url: inProduction } = await production.listen()
  expect((await pageOf(url)).includes('id="souk-plan"')).toBe(true)
  const page = await pageOf(inProduction)
  expect(page.includes('id="souk-bar"')).toBe(true)
  expect(page.includes('id="souk-plan')).toBe(false)
  expect(page.includes('aaa.bbb.ccc')).toBe(false)
})

test("the page leaves out examples that the graph can't answer", async () => {
  const settingsOf = async (schema: GraphQLSchema) => {
    const { html } = await graphiqlPage({ schema, tokens: [], showsPlans: false })()
    const [, json = ''] =
      /<script type="application\/json" id="souk-settings">([^]*?)<\/script>/.exec(html) ?? []
    return JSON.parse(json) as { tabs: readonly unknown[] }
  }
  const souk = compose(subgraphs.map(({ name, sdl }) => ({ name, sdl })))
  expect((await settingsOf(souk.publicSchema)).tabs).toHaveLength(exampleTabs.length)
  expect((await settingsOf(gateway.supergraph.publicSchema)).tabs).toEqual([])
})

test("the page's policy runs its own scripts by their hashes and nothing else", async () => {
  const response = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })
  const policy = response.headers.get('content-security-policy') ?? ''
  const scripts = [...(await response.text()).matchAll(/<script>([^]*?)<\/script>/g)].map(
    ([, text]) => text ?? '',
  )
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  expect(hashes).toHaveLength(3)
  expect(policy).toContain(`default-src 'none'; script-src ${hashes.join(' ')}; worker-src blob:;`)
  expect(policy).toContain("connect-src 'self'")
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*/)
})

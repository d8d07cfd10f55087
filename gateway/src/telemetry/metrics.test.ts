/** What Prometheus reads: what is counted, that names are bounded, who can read it, and that dashboards ask for what there is. */
import { readFile } from 'node:fs/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type TestGateway, testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { describeMetrics } from './describe-metrics.ts'

const shop = () =>
  testSubgraph(
    'shop',
    'type Query { product: Product fails: Int } type Product @key(fields: "id") { id: ID! name: String }',
    {
      Query: { product: () => ({ id: '1', name: 'Lantern' }), fails: () => Promise.reject(new Error('no')) },
    },
  )
const stock = () =>
  testSubgraph('stock', 'type Product @key(fields: "id") { id: ID! left: Int }', {
    Product: { __resolveReference: ({ id }: { id: string }) => ({ id, left: 3 }) },
  })

const watched = async (environment: Readonly<Record<string, string>> = {}): Promise<TestGateway> =>
  await testGateway(
    [shop(), stock()],
    { SOUK_METRICS_PORT: '0', ...environment },
    { ownership: { keyOnly: [], allowsSharedFields: true } },
  )

/** Samples by their name and labels, labels in the order of their names. */
async function scrape(metricsUrl: string | undefined): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text()
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      return [`${name}{${labels.split(',').toSorted().join(',')}}`, Number(value)]
    }),
  )
}

test('without a port for metrics nobody can read them, and the public port never has them', async () => {
  await using closed = await watched({ SOUK_METRICS_PORT: '' })
  const { url, metricsUrl } = await closed.listen()
  expect(metricsUrl).toBeUndefined()
  expect((await fetch(`${url}/metrics`)).status).toBe(404)
  await using open = await watched()
  const both = await open.listen()
  expect((await fetch(`${both.url}/metrics`)).status).toBe(404)
  const response = await fetch(`${both.metricsUrl}/metrics`)
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  expect((await fetch(`${both.metricsUrl}/graphql`)).status).toBe(404)
})

test('the port for metrics also says why a gateway is not ready, in production too', async () => {
  await using gateway = await watched({ SOUK_REQUIRED_SUBGRAPHS: 'nobody' })
  const { metricsUrl } = await gateway.listen()
  const ready = await fetch(`${metricsUrl}/ready`)
  expect([ready.status, await ready.json()]).toEqual([
    503,
    {
      ready: false,
      because: 'Required and not up: nobody.',
      subgraphs: { shop: 'up', stock: 'up' },
    },
  ])
  const samples = await scrape(metricsUrl)
  expect(samples.get('souk_ready{}')).toBe(0)
  expect(samples.get('souk_subgraph_up{subgraph="stock"}')).toBe(1)
  expect((await fetch(`${metricsUrl}/live`)).status).toBe(200)
})

test('operations are counted by kind, outcome and name, and their errors by the codes of the gateway', async () => {
  await using gateway = await watched()
  const { metricsUrl } = await gateway.listen()
  await gateway.ask('query Good { product { name } }')
  await gateway.ask('query Good { product { name } }')
  await gateway.ask('query Bad { fails }')
  await gateway.ask('query Wrong { nothing }')
  await gateway.ask('{')
  const samples = await scrape(metricsUrl)
  const counted = (outcome: string, operation: string, kind = 'query') =>
    samples.get(`souk_operations_total{kind="${kind}",operation="${operation}",outcome="${outcome}"}`)
  expect(counted('ok', 'Good')).toBe(2)
  expect(counted('errors', 'Bad')).toBe(1)
  // A name that no valid document has is nobody's.
  expect(counted('refused', '(unnamed)', 'none')).toBe(2)
  expect(samples.get('souk_errors_total{code="GW_VALIDATION_FAILED"}')).toBe(1)
  expect(samples.get('souk_errors_total{code="GW_PARSE_FAILED"}')).toBe(1)
  expect(samples.get('souk_operation_duration_seconds_count{kind="query",operation="Good"}')).toBe(2)
})

test('fetches are counted by subgraph and outcome, with the entities that they asked for', async () => {
  await using gateway = await watched()
  const { metricsUrl } = await gateway.listen()
  await gateway.ask('{ product { name left } }')
  await gateway.ask('{ fails }')
  const samples = await scrape(metricsUrl)
  expect(samples.get('souk_fetches_total{outcome="ok",subgraph="shop"}')).toBe(1)
  expect(samples.get('souk_fetches_total{outcome="errors",subgraph="shop"}')).toBe(1)
  expect(samples.get('souk_fetches_total{outcome="ok",subgraph="stock"}')).toBe(1)
  expect(samples.get('souk_fetch_entities_total{subgraph="stock"}')).toBe(1)
  expect(samples.get('souk_fetch_duration_seconds_count{subgraph="shop"}')).toBe(2)
  expect(samples.get('souk_subgraph_calls_total{event="sent",subgraph="shop"}')).toBe(2)
  expect(samples.get('souk_subgraph_breaker_state{state="closed",subgraph="shop"}')).toBe(1)
})

test('a scrape shows hits of caches, plans and swaps as they are now, however often it is made', async () => {
  await using gateway = await watched()
  const { metricsUrl } = await gateway.listen()
  for (let count = 0; count < 3; count += 1) await gateway.ask('{ product { name } }')
  await scrape(metricsUrl)
  const samples = await scrape(metricsUrl)
  expect(samples.get('souk_cache_lookups_total{cache="documents",result="hit"}')).toBe(2)
  expect(samples.get('souk_cache_lookups_total{cache="documents",result="miss"}')).toBe(1)
  expect(samples.get('souk_cache_lookups_total{cache="plans",result="hit"}')).toBe(2)
  expect(samples.get('souk_plans_total{result="planned"}')).toBe(1)
  expect(samples.get('souk_graph_swaps_total{result="swapped"}')).toBe(0)
  expect(samples.get('souk_operations_running{}')).toBe(0)
})

test('a client that makes up names fills no more than the names that are allowed', async () => {
  await using gateway = await watched({ SOUK_METRICS_OPERATIONS_MAX: '2' })
  const { metricsUrl } = await gateway.listen()
  for (const name of ['One', 'Two', 'Three', 'Four']) await gateway.ask(`query ${name} { product { name } }`)
  const names = [...(await scrape(metricsUrl)).keys()].flatMap(
    (sample) => /^souk_operations_total.*operation="(.*?)"/.exec(sample)?.[1] ?? [],
  )
  expect(names).toEqual(['One', 'Two', '(other)'])
})

test('with a manifest no names are taken but those of its documents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'souk-metrics-'))
  const manifest = join(folder, 'manifest.json')
  await writeFile(manifest, JSON.stringify({ one: 'query Listed { product { name } }' }))
  await using gateway = await watched({ SOUK_TRUSTED_DOCUMENTS: manifest })
  const { metricsUrl } = await gateway.listen()
  await gateway.ask('query Stranger { product { name } }')
  await gateway.ask('query Listed { product { name } }')
  const samples = await scrape(metricsUrl)
  const counted = (operation: string) =>
    samples.get(`souk_operations_total{kind="query",operation="${operation}",outcome="ok"}`)
  expect([counted('Stranger'), counted('Listed'), counted('(other)')]).toEqual([undefined, 1, 1])
  await rm(folder, { recursive: true })
})

test('a subscription is open until its client leaves', async () => {
  const events = testSubgraph('events', 'type Query { one: Int } type Subscription { tick: Int }', {
    Subscription: {
      tick: {
        async *subscribe() {
          yield { tick: 1 }
          await new Promise(() => undefined)
        },
      },
    },
  })
  await using gateway = await testGateway([events], { SOUK_METRICS_PORT: '0' })
  const { metricsUrl } = await gateway.listen()
  const reading = gateway.subscribe('subscription { tick }')
  await reading.next()
  const during = await scrape(metricsUrl)
  expect(during.get('souk_subscriptions_open{}')).toBe(1)
  expect(during.get('souk_subgraph_subscription_sources{subgraph="events"}')).toBe(1)
  await reading.return(undefined)
  await expect.poll(async () => (await scrape(metricsUrl)).get('souk_subscriptions_open{}')).toBe(0)
})

test.each(['souk-gateway.json', 'souk-gateway-alerts.yaml'])(
  'every query of %s names metrics that there are',
  async (file) => {
    const text = await readFile(new URL(`../../dashboards/${file}`, import.meta.url), 'utf8')
    const known = new Set(describeMetrics().map(({ name }) => name))
    const queries = file.endsWith('.json')
      ? queriesIn(JSON.parse(text) as Dashboard)
      : [...text.matchAll(/^ +expr: (.*)$/gm)].map(([, query = '']) => query)
    expect(queries.length).toBeGreaterThan(5)
    for (const query of queries) {
      const names = query.match(/\b(?:souk|nodejs|process)_\w+/g) ?? []
      expect(names.length, query).toBeGreaterThan(0)
      expect(
        names.filter((name) => !known.has(name.replace(/_(?:bucket|count|sum)$/, '')) && !known.has(name)),
        query,
      ).toEqual([])
      for (const label of labelsIn(query)) expect(knownLabels, query).toContain(label)
    }
  },
)

type Dashboard = {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
}

const queriesIn = ({ panels }: Dashboard): readonly string[] =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

const knownLabels = [
  // Prometheus and histograms have these.
  'job',
  'instance',
  'le',
  ...describeMetrics().flatMap(({ labels }) => labels),
]

function labelsIn(query: string): readonly string[] {
  const matchers = [...query.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label)
  const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */))
  return [...matchers, ...grouped]
}

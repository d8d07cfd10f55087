/** One trace from a client's own span to the statements of a database, wherever the subgraphs run. */
import { randomBytes, randomUUID } from 'node:crypto'
import { startTracing, type Tracing } from '@souk/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachDeployment } from '../support/each-deployment.ts'
import type { Platform } from '../support/platform.ts'

type Span = Parameters<NonNullable<Parameters<typeof startTracing>[0]['exporter']>['export']>[0][number]

const spans: Span[] = []
let tracing: Tracing

beforeAll(async () => {
  tracing = await startTracing({
    service: 'tests',
    environment: {},
    exporter: {
      export(ended, done) {
        spans.push(...ended)
        done({ code: 0 })
      },
      shutdown: () => Promise.resolve(),
    },
  })
})

afterAll(async () => {
  await tracing.close()
})

async function ask(
  { url }: Pick<Platform, 'url'>,
  traceId: string,
  body: { readonly query: string; readonly variables?: object },
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${clientSpanId}-01` },
    body: JSON.stringify(body),
  })
  return await response.json()
}

const clientSpanId = 'abcdef0123456789'
const newTraceId = (): string => randomBytes(16).toString('hex')
const ofTrace = (traceId: string): readonly Span[] =>
  spans.filter((span) => span.spanContext().traceId === traceId)

/** The names from a span up to the one that has no parent here, and the id of the parent that one has elsewhere. */
function pathUp(span: Span, all: readonly Span[]): readonly (string | undefined)[] {
  const parentId = span.parentSpanContext?.spanId
  const parent = all.find((other) => other.spanContext().spanId === parentId)
  return [span.name, ...(parent === undefined ? [parentId] : pathUp(parent, all))]
}

const searched = `query Search($words: String!, $id: ID!) {
  productSearch(query: $words) { nodes { id } } product(id: $id) { id } contentFeed { nodes { __typename } }
}`

eachDeployment(
  'traces that clients name, where they are continued',
  (souk) => {
    test("a client's trace goes on through the gateway and each subgraph to each statement, which tells no value", async () => {
      const traceId = newTraceId()
      const words = `lantern${randomUUID().slice(0, 8)}`
      const id = randomUUID()
      expect(await ask(souk(), traceId, { query: searched, variables: { words, id } })).toMatchObject({
        data: { productSearch: { nodes: [] }, product: null, contentFeed: { nodes: [] } },
      })
      const trace = ofTrace(traceId)
      const statements = trace.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql')
      const above = (subgraph: string) => [
        `subgraph ${subgraph}`,
        `fetch ${subgraph}`,
        'query Search',
        clientSpanId,
      ]
      const paths = statements.map((span) => pathUp(span, trace).slice(1))
      expect(paths).toContainEqual(above('products'))
      expect(paths).toContainEqual(above('content'))
      for (const path of paths) expect([above('products'), above('content')]).toContainEqual(path)
      expect(trace.map(({ name }) => name)).toEqual(expect.arrayContaining(['parse', 'validate', 'plan']))
      const written = JSON.stringify(
        trace.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
      )
      expect(written).toContain('SELECT')
      expect(written).not.toContain(words)
      expect(written).not.toContain(id)
    })

    test('a document that was planned before is neither parsed nor validated nor planned again', async () => {
      const query = '{ categories: category(id: "none") { id } }'
      await ask(souk(), newTraceId(), { query })
      const traceId = newTraceId()
      await ask(souk(), traceId, { query })
      const names = ofTrace(traceId).map(({ name }) => name)
      expect(names).toContain('query')
      expect(names).toContain('fetch products')
      for (const step of ['parse', 'validate', 'plan']) expect(names).not.toContain(step)
    })
  },
  { environment: { SOUK_INCOMING_TRACES: 'continued' } },
)

eachDeployment('traces that clients name', (souk) => {
  test('unless the settings say so, they are not continued', async () => {
    const traceId = newTraceId()
    const before = spans.length
    await ask(souk(), traceId, { query: '{ category(id: "none") { id } }' })
    expect(ofTrace(traceId)).toEqual([])
    expect(spans.slice(before).map(({ name }) => name)).toContain('fetch products')
  })
})

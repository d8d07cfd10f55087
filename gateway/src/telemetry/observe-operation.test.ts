/** Spans of operations in memory: what is below what, what failed, and what the log has of it. */
import { Writable } from 'node:stream'
import { startTracing, type Tracing } from '@souk/contracts'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testGateway, type TestSubgraph, testSubgraph } from '../testing/test-gateway.ts'

type Exporter = NonNullable<Parameters<typeof startTracing>[0]['exporter']>
type Span = Parameters<Exporter['export']>[0][number]

const spans: Span[] = []
let tracing: Tracing

beforeAll(async () => {
  const exporter: Exporter = {
    export(ended, done) {
      spans.push(...ended)
      done({ code: 0 })
    },
    shutdown: () => Promise.resolve(),
  }
  tracing = await startTracing({ service: 'tests', environment: {}, exporter })
})

afterAll(async () => {
  await tracing.close()
})

beforeEach(() => {
  spans.length = 0
})

const shop = (): TestSubgraph =>
  testSubgraph(
    'shop',
    'type Query { product: Product } type Subscription { sold: Product } type Product @key(fields: "id") { id: ID! }',
    {
      Query: { product: () => ({ id: '1' }) },
      Subscription: {
        sold: {
          async *subscribe() {
            for (const id of ['1', '2']) yield { sold: { id } }
          },
        },
      },
    },
  )
const stock = (): TestSubgraph =>
  testSubgraph('stock', 'type Product @key(fields: "id") { id: ID! left: Int }', {
    Product: { __resolveReference: ({ id }: { id: string }) => ({ id, left: 3 }) },
  })
const options = { ownership: { keyOnly: [], allowsSharedFields: true } }

const spanOf = (name: string): Span => {
  const span = spans.find((one) => one.name === name)
  if (span === undefined) throw new Error(`No span is called ${name}: ${spans.map((one) => one.name).join()}`)
  return span
}

test('what a step takes and each fetch are below the operation, which has its name in the end', async () => {
  await using gateway = await testGateway([shop(), stock()], {}, options)
  await gateway.ask('query Look { product { left } }')
  const operation = spanOf('query Look')
  const below = spans.filter(
    ({ parentSpanContext }) => parentSpanContext?.spanId === operation.spanContext().spanId,
  )
  expect(below.map(({ name }) => name)).toEqual(['parse', 'validate', 'plan', 'fetch shop', 'fetch stock'])
  expect(operation.attributes).toMatchObject({
    'graphql.operation.name': 'Look',
    'graphql.operation.type': 'query',
    'souk.viewer.kind': 'anonymous',
    'souk.fetches': 2,
  })
  expect(spanOf('fetch stock').attributes).toMatchObject({ 'souk.subgraph': 'stock', 'souk.entities': 1 })
})

test('a fetch that failed has its code, and nothing that the error said', async () => {
  const failing = shop()
  failing.answerWith = () => Promise.reject(new Error('password is 1234'))
  await using gateway = await testGateway([failing], {}, options)
  await gateway.ask('{ product { id } }')
  expect(spanOf('fetch shop').status).toEqual({ code: 2, message: 'SUBGRAPH_UNAVAILABLE' })
  expect(
    JSON.stringify(spans.map(({ attributes, status, events }) => [attributes, status, events])),
  ).not.toContain('1234')
})

test('an operation that is refused has failed with its code', async () => {
  await using gateway = await testGateway([shop()], {}, options)
  await gateway.ask('query Wrong { nothing }')
  expect(spanOf('operation').status).toEqual({ code: 2, message: 'GW_VALIDATION_FAILED' })
})

test('a subscription is one span until its end, and what its events fetch is below it', async () => {
  await using gateway = await testGateway([shop(), stock()], {}, options)
  const reading = gateway.subscribe('subscription Sales { sold { left } }')
  await reading.next()
  expect(spans.map(({ name }) => name)).not.toContain('subscription Sales')
  for await (const _ of reading);
  const fetches = spans.filter(({ name }) => name === 'fetch stock')
  const { spanId } = spanOf('subscription Sales').spanContext()
  expect(fetches.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([spanId, spanId])
})

test("the line in the log has the trace's id", async () => {
  const lines: unknown[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  await using gateway = await testGateway([shop()], {}, { ...options, logger: pino(stream) })
  await gateway.ask('query Look { product { id } }')
  expect(lines).toMatchObject([{ msg: 'request', traceId: spanOf('query Look').spanContext().traceId }])
})

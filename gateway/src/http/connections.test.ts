/** Subscriptions of a whole gateway, over each of the ways that clients have for them. */
import { createClient as sseClient } from 'graphql-sse'
import { createClient as socketClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { testEvents, type TestEvents } from '../testing/test-events.ts'
import { type TestGateway, testGateway, testSubgraph } from '../testing/test-gateway.ts'

type Sold = { readonly sold: { readonly count: number; readonly product: { readonly id: string } } }

let events: TestEvents<Sold>
let gateway: TestGateway
let url: string

beforeEach(async () => {
  events = testEvents()
  const shop = testSubgraph(
    'shop',
    `type Query { one: Int } type Mutation { add: Int } type Subscription { sold: Sale }
     type Sale { count: Int product: Product } type Product @key(fields: "id") { id: ID! }`,
    {
      Query: { one: () => 1 },
      Mutation: { add: () => 2 },
      Subscription: { sold: { subscribe: () => events.subscribe() } },
    },
  )
  const catalogue = testSubgraph('catalogue', 'type Product @key(fields: "id") { id: ID! title: String }', {
    Product: { __resolveReference: ({ id }: { id: string }) => ({ id, title: `The ${id}` }) },
  })
  gateway = await testGateway([shop, catalogue])
  url = `${(await gateway.listen()).url}/graphql`
})

afterEach(async () => await gateway.close())

const query = 'subscription { sold { count product { title } } }'
const sale = (count: number): Sold => ({ sold: { count, product: { id: 'chair' } } })
const answer = (count: number) => ({ data: { sold: { count, product: { title: 'The chair' } } } })

type Client = {
  readonly iterate: (asked: { query: string }) => AsyncIterableIterator<unknown>
  readonly dispose: () => unknown
}

const clients: readonly (readonly [string, () => Client])[] = [
  [
    'a WebSocket',
    () => socketClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 }),
  ],
  ['an event stream for each', () => sseClient({ url, retryAttempts: 0 })],
  ['one event stream', () => sseClient({ url, retryAttempts: 0, singleConnection: true })],
  ["Apollo's parts", () => ({ iterate: ({ query: asked }) => partsOf(asked), dispose: () => undefined })],
]

test.each(clients)('over %s, each event comes with what other subgraphs have of it', async (_what, open) => {
  const client = open()
  const answers = client.iterate({ query })
  const first = answers.next()
  await events.untilOpen(1)
  events.push(sale(1), sale(2))
  expect((await first).value).toEqual(answer(1))
  expect((await answers.next()).value).toEqual(answer(2))
  events.end()
  expect((await answers.next()).done).toBe(true)
  await client.dispose()
})

test.each(clients.slice(0, 3))(
  'over %s, queries and mutations are answered by the same rules',
  async (_what, open) => {
    const client = open()
    const [found] = [await client.iterate({ query: '{ one }' }).next()]
    expect(found.value).toEqual({ data: { one: 1 } })
    expect((await client.iterate({ query: 'mutation { add }' }).next()).value).toEqual({ data: { add: 2 } })
    await client.dispose()
  },
)

test.each(clients)(
  'over %s, a client that leaves ends the subscription at the subgraph',
  async (_what, open) => {
    const client = open()
    const answers = client.iterate({ query })
    const first = answers.next()
    await events.untilOpen(1)
    events.push(sale(1))
    await first
    await answers.return?.()
    await events.untilOpen(0)
    await client.dispose()
  },
)

test.each(clients)(
  'over %s, a gateway that stops ends the subscription and does not wait for it',
  async (_what, open) => {
    const client = open()
    const answers = client.iterate({ query })
    const first = answers.next()
    await events.untilOpen(1)
    events.push(sale(1))
    await first
    const ended = endOf(answers)
    await gateway.close()
    expect(await ended).toMatch(/GW_NOT_READY|1001/)
    await events.untilOpen(0)
    await client.dispose()
  },
)

test("a page's EventSource, which knows nothing but GET, subscribes; it changes nothing", async () => {
  const ask = async (text: string): Promise<Response> =>
    await fetch(`${url}?query=${encodeURIComponent(text)}`, { headers: { accept: 'text/event-stream' } })
  const subscribed = ask(query)
  await events.untilOpen(1)
  events.push(sale(1))
  events.end()
  expect(await (await subscribed).text()).toContain(`event: next\ndata: ${JSON.stringify(answer(1))}\n\n`)
  expect(await (await ask('mutation { add }')).text()).toContain('GW_METHOD_NOT_ALLOWED')
})

/** What the last answer says, or what it was closed with. */
async function endOf(answers: AsyncIterableIterator<unknown>): Promise<string> {
  let last = ''
  try {
    for await (const one of answers) last = JSON.stringify(one)
  } catch (error) {
    last = JSON.stringify(error, ['code', 'reason'])
  }
  return last
}

async function* partsOf(asked: string): AsyncGenerator<unknown> {
  const leaving = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    signal: leaving.signal,
    headers: {
      accept: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query: asked }),
  })
  let text = ''
  try {
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      text += Buffer.from(chunk).toString()
      const parts = text.split('\r\n--graphql')
      text = parts.pop() ?? ''
      for (const part of parts.filter((one) => one.includes('{'))) {
        const { payload, ...rest } = JSON.parse(part.slice(part.indexOf('{'))) as { payload: unknown }
        yield payload ?? rest
      }
    }
  } finally {
    leaving.abort()
  }
}

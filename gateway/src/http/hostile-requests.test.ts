/** Requests that cost a gateway more than they cost whoever sends them, or that used to end in a fault of its own. */
import { connect, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'

const shop = testSubgraph(
  'shop',
  'type Query { one(filter: Filter): Int long: String } input Filter { text: String }',
  { Query: { one: () => 1, long: () => 'x'.repeat(25_000_000) } },
)
const gateway = await testGateway([shop], { SOUK_KEEP_ALIVE_MS: '50' })
const { url } = await gateway.listen()

afterAll(gateway.close)

const json = { 'content-type': 'application/json' }

test('a method whose body has no type is refused, and no fault', async () => {
  const response = await fetch(`${url}/graphql`, { method: 'QUERY' })
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'GW_BAD_REQUEST' } }] },
  ])
})

test('a preflight whose body can not be read is refused, and no fault', async () => {
  const open = await testGateway([shop], { SOUK_CORS_ORIGINS: '*' })
  const { url: openUrl } = await open.listen()
  const body = Buffer.from([0xff, 0xfe])
  const response = await fetch(`${openUrl}/elsewhere`, { method: 'OPTIONS', headers: json, body })
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'GW_BAD_REQUEST' } }] },
  ])
  await open.close()
})

test('a second mark of order before an operation for an event stream is passed over as for any other', async () => {
  const token = await (await fetch(`${url}/graphql`, { method: 'PUT' })).text()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...json, 'x-graphql-event-stream-token': token },
    body: '\uFEFF\uFEFF{"query":"{ one }","extensions":{"operationId":"1"}}',
  })
  expect(response.status).toBe(202)
})

test('what is wrong with large variables is told in few words', async () => {
  const keys = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`texx${at}`, 1]))
  const query = 'query ($f: Filter) { one(filter: $f) }'
  for (const filter of [keys, { ...keys, text: 'x'.repeat(500_000) }, { text: { a: 'x'.repeat(900_000) } }]) {
    const body = JSON.stringify({ query, variables: { f: filter } })
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: json, body })
    const text = await response.text()
    expect(text).toContain('GW_BAD_VARIABLES')
    expect(text.length).toBeLessThan(5_000)
  }
})

test('a long name that is not in the schema is told in part', async () => {
  const { errors } = await gateway.ask(`{ ${'x'.repeat(500_000)} }`)
  expect(errors?.[0]?.message).toMatch(/^Cannot query field "x{1900,}…$/)
})

test('what a subgraph says under an empty code is not told', async () => {
  shop.answerWith = () =>
    Promise.resolve({
      data: { long: null },
      errors: [{ message: 'zebra', path: ['long'], extensions: { code: '' } }],
    })
  const { errors } = await gateway.ask('{ long }')
  shop.answerWith = undefined
  expect(errors).toHaveLength(1)
  expect(errors?.[0]?.message).not.toContain('zebra')
  expect(errors?.[0]?.extensions.code).toBe('INTERNAL')
})

test('an answer that nobody reads is given up', async () => {
  const before = socketsOpen()
  const client = ask('{ long }')
  await expect.poll(socketsOpen).toBe(before + 2)
  // Its own end alone is left.
  await expect.poll(socketsOpen, { timeout: 10_000 }).toBe(before + 1)
  client.destroy()
})

const socketsOpen = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

/** Asks, and never reads. */
function ask(query: string): Socket {
  const { hostname, port } = new URL(url)
  const body = JSON.stringify({ query })
  const socket = connect(Number(port), hostname).pause()
  socket.on('error', () => undefined)
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  return socket
}

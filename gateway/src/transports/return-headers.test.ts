/** Which headers of subgraphs' answers a client gets, and that none of a client's gets to a subgraph unless a rule names it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { readSettings } from '../standalone/read-settings.ts'
import { testGateway, testSubgraph } from '../testing/test-gateway.ts'
import { httpTransport } from './http.ts'
import { namesReturned, type ReturnRule, takeHeaders } from './return-headers.ts'

const takeAll = (answers: readonly Readonly<Record<string, string>>[], rules: readonly ReturnRule[]) => {
  const into = {}
  for (const headers of answers) takeHeaders({ data: {}, headers }, rules, into)
  return into
}

const answers: readonly Readonly<Record<string, string>>[] = [
  { 'x-trace': 'a', etag: '1' },
  { 'x-trace': 'b' },
  {},
]

test.each([
  [undefined, 'a'],
  ['first', 'a'],
  ['last', 'b'],
  ['append', 'a, b'],
] as const)('of several answers with a header %s is kept', (merge, expected) => {
  expect(takeAll(answers, [{ return: 'X-Trace', merge, as: 'X-Path' }])).toEqual({ 'x-path': expected })
})

test('a header does not grow beyond what clients take', () => {
  const long = Array.from({ length: 10 }, () => ({ 'x-trace': 'x'.repeat(1_000) }))
  expect(takeAll(long, [{ return: 'x-trace', merge: 'append' }])).toEqual({
    'x-trace': Array.from({ length: 4 }, () => 'x'.repeat(1_000)).join(', '),
  })
})

type Served = {
  readonly name: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
}

async function serve({ name, headers }: Served, rules: readonly ReturnRule[]) {
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(JSON.stringify(request.headers))
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json', ...(headers as Record<string, string>) })
    response.end(JSON.stringify({ data: { [name]: received.length } }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const transport = httpTransport({
    url,
    connectionsMax: 5,
    responseBytesMax: 10_000,
    returned: namesReturned(rules),
    foreign: { headers: {} },
  })
  const subgraph = { ...testSubgraph(name, `type Query { ${name}: Int }`, {}), transport, url }
  const close = async (): Promise<void> => {
    await transport.close()
    server.close()
  }
  return { subgraph, received, close }
}

test('a client gets the headers that rules name from the subgraphs that they name, and no others', async () => {
  const rules: readonly ReturnRule[] = [
    { return: 'x-trace', merge: 'append' },
    { return: 'x-owner', from: ['b'] },
  ]
  const headers = { 'x-trace': 't', 'x-owner': 'o', 'x-other': 'p', 'set-cookie': 's=1' }
  const [a, b] = [
    await serve({ name: 'a', headers }, rules),
    await serve({ name: 'b', headers: { 'x-trace': 'u' } }, rules),
  ]
  await using gateway = await testGateway([a.subgraph, b.subgraph], {}, { returning: rules })
  const { headers: got } = await gateway.execute({ body: { query: '{ a b }' } })
  expect(got['x-trace']?.split(', ').toSorted()).toEqual(['t', 'u'])
  expect(got['content-type']).toBe('application/json; charset=utf-8')
  for (const name of ['x-owner', 'x-other', 'set-cookie']) expect(got).not.toHaveProperty(name)
  await Promise.all([a.close(), b.close()])
})

test('a client whose query another one’s run answers gets its headers too; with cookies each is asked for alone', async () => {
  for (const [name, asked] of [
    ['x-trace', 1],
    ['set-cookie', 2],
  ] as const) {
    const rules: readonly ReturnRule[] = [{ return: name, from: ['a'] }]
    const a = await serve({ name: 'a', headers: { [name]: ['one', 'two'] } }, rules)
    await using gateway = await testGateway([a.subgraph], {}, { returning: rules })
    const both = await Promise.all([1, 2].map(() => gateway.execute({ body: { query: '{ a }' } })))
    const expected = name === 'set-cookie' ? 'one' : 'one, two'
    expect(both.map(({ headers }) => headers[name])).toEqual([expected, expected])
    expect(a.received).toHaveLength(asked)
    await a.close()
  }
})

test('no way that a client can send a secret by gets it to a subgraph', async () => {
  const secret = 'geheim-4711'
  const a = await serve({ name: 'a', headers: {} }, [])
  await using gateway = await testGateway([a.subgraph])
  const headers = {
    cookie: `session=${secret}`,
    'x-api-key': secret,
    'proxy-authorization': `Basic ${secret}`,
    'x-souk-viewer': secret,
    forwarded: `for=${secret}`,
    referer: `https://a.test/?token=${secret}`,
  }
  const body = { query: '{ a again: a }', extensions: { token: secret } }
  await gateway.execute({ headers, body })
  await gateway.execute({
    method: 'GET',
    headers,
    parameters: { query: '{ a }', access_token: secret, extensions: JSON.stringify({ token: secret }) },
  })
  const { url } = await gateway.listen()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql?token=${secret}`, 'graphql-transport-ws')
  const done = new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('The socket failed.'))
    socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(String(data)) as { readonly type: string }
      if (type === 'connection_ack')
        socket.send(
          JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ a }', extensions: { secret } } }),
        )
      if (type === 'complete') resolve(type)
    }
    socket.onopen = () =>
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { token: secret, cookie: secret, headers } }),
      )
  })
  await done
  socket.close()
  expect(a.received).toHaveLength(3)
  expect(a.received.join(' ')).not.toContain(secret)
  await a.close()
})

const read = (rule: object) =>
  readSettings({
    environment: {},
    file: { name: 'config.json', text: JSON.stringify({ headers: [rule] }) },
    port: undefined,
  })

test.each([
  [{ return: 'Content-Type' }, 'headers[0].return: names a header that the gateway writes itself'],
  [{ return: 'transfer-encoding' }, 'headers[0].return: names a header that the gateway writes itself'],
  [
    { return: 'x-a', as: 'Access-Control-Allow-Origin' },
    'headers[0].as: names a header that the gateway writes itself',
  ],
  [{ return: 'set-cookie' }, 'headers[0].from: has to name the subgraphs'],
  [{ return: 'set-cookie', from: ['a'], merge: 'append' }, 'headers[0].merge: has to be "first" or "last"'],
  [{ return: 'x-a', as: 'set-cookie', from: ['a'] }, 'headers[0].as: has to stay set-cookie'],
])('the rule %o is refused', (rule, sentence) => {
  expect(() => read(rule)).toThrow(sentence)
})

test('rules that return headers are read from the file', () => {
  const rule = { return: 'X-Trace', as: 'x-path', from: ['a'], merge: 'last' }
  expect(read(rule).returning).toEqual([rule])
})

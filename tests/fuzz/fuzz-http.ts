/** HTTP by hand: methods, addresses, headers and bodies of any kind; and requests that hide another one in their body. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { anyCase } from './fuzz-documents.ts'
import { type Bench, type Campaign, caseMsMax } from './fuzz-bench.ts'
import { checkAnswer } from './oracles.ts'
import { exchange, type RawResponse, readResponses } from './raw-exchange.ts'
import { mutate, mutations } from './weird-values.ts'

const methods = [
  'POST',
  'POST',
  'POST',
  'POST',
  'GET',
  'GET',
  'GET',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'QUERY',
  'CONNECT',
  'SEARCH',
  'post',
  'NOTHING',
]
const paths = [
  '/graphql',
  '/graphql',
  '/graphql',
  '/graphql/',
  '/graphql?query={product(id:1){id,mean}}',
  '/graphql?query=',
  '//',
  '*',

  '/graphql?query={numbers}&variables={"a":1',
  '/graphql?variables=[]&query={numbers}&query={x}',
  '/graphql?token=x',
  '/',

  '/graphql?__proto__[a]=1&constructor.prototype=1&query={numbers}',
  '/graphql?%zz',
  '/%',
  '/graphql%00',
  '/live',
  '/ready',

  'http://[/graphql',
  'http://zz:99999/',
  '//zz:99999/graphql',
  'http://other/graphql',
  '/../../etc/passwd',
  '/graphql?operationId=__proto__',
  `/graphql?query={numbers}&operationName=${'x'.repeat(9_000)}`,
]
const headers: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=utf-16',
    'text/plain',

    'multipart/form-data; boundary=x',
    'application/graphql',
    ';',
    '',
    'application/json, text/plain',
    'a'.repeat(500),
    '__proto__',
  ],
  accept: [
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    'multipart/mixed',
    'text/html',
    'q=',
    ',',

    'application/json;q=0',
    '*/*;q=0',
    'application/json;q=NaN',
    `${'a/b,'.repeat(1_500)}`,
    'multipart/mixed;subscriptionSpec=1.0',
    '__proto__/x',
  ],
  'accept-encoding': [
    'gzip',
    'br;q=0',
    'identity;q=0',
    '*;q=0',
    'zstd',
    ',,,',
    'gzip;q=abc',
    'x'.repeat(300),
  ],
  'content-encoding': ['gzip', 'identity', 'br', 'deflate, gzip', '', 'IDENTITY'],
  authorization: [
    'Bearer',
    'Bearer a.b.c',
    'Basic Og==',
    'Bearer e30.e30.e30',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    'x'.repeat(8_000),
    ' ',
  ],
  origin: ['null', 'https://evil.example', '*', '://', ''],
  'sec-fetch-site': ['cross-site', 'same-origin', 'none', 'x'],
  cookie: ['a=b', ';'.repeat(3_000)],
  expect: ['100-continue', 'banana'],
  'x-request-id': ['a', 'x'.repeat(100), '../../x', '<script>'],
  'x-forwarded-for': ['1.2.3.4', 'x, y, z', ','.repeat(500), '::1'],
  'x-graphql-event-stream-token': ['x', '__proto__', '', '00000000-0000-4000-8000-000000000000'],
  'x-souk-query-plan': ['1'],
  'x-souk-csrf': ['1'],
  'apollo-require-preflight': ['1', ''],
  'access-control-request-method': ['POST', 'x'],
  upgrade: ['websocket', 'h2c', 'websocket, h2c', 'x'],
  connection: ['close', 'upgrade', 'Upgrade, HTTP2-Settings', 'keep-alive, x'],
  'sec-websocket-key': ['MDEyMzQ1Njc4OWFiY2RlZg==', 'x', ''],
  'sec-websocket-version': ['13', '8', 'x'],
  'sec-websocket-protocol': ['graphql-transport-ws', 'graphql-ws', ',', 'x, graphql-transport-ws', '\u00e9'],
  'transfer-encoding': ['chunked', 'gzip, chunked', 'identity'],
  'content-length': ['0', '5', '999999', '-1', '1e3', '99999999999999999999'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x', '00-0-0-0'],
  x: ['a\0b', 'é\u0080', 'a\r\n b', 'a\nb: c'],
}
const bodies: readonly (Buffer | string)[] = [
  '{"query":"{ product(id: 1) { id mean } }"}',
  '{"query":"{ product(id: 1) { id mean } }"}',
  '[{"query":"{ numbers }"},{"query":"{ x }"}]',
  '[[[{}]]]',
  '{"query":"subscription { ticks }","extensions":{"operationId":"1"}}',
  '{"query":"subscription { ticks(n: 1) }"}',
  '\uFEFF\uFEFF{"query":"{ numbers }","extensions":{"operationId":"1"}}',
  '{"id":"__proto__"}',
  '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"__proto__"}}}',
  '{"query":"{ numbers }","extensions":{"dryRun":true}}',
  gzipSync('{"query":"{ numbers }"}'),
  Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x7d]),
  Buffer.from('{"query":"{ numbers }"}', 'utf16le'),
  `{"query":"{ numbers }","variables":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  '',
  'null',
  `"${'x'.repeat(1_100_000)}"`,
]

const upgrading = [
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==',
]

const header = fc
  .constantFrom(...Object.entries(headers))
  .chain(([name, values]) => fc.constantFrom(...values).map((value) => `${name}: ${value}`))

export const requestsCampaign: Campaign = {
  name: 'HTTP requests',
  percent: 20,
  property: ({ graph }: Bench) =>
    anyCase(
      fc.record({
        method: fc.constantFrom(...methods),
        path: fc.constantFrom(...paths),
        lines: fc.array(header, { maxLength: 5 }),
        isJson: fc.boolean(),
        isUpgrade: fc.constantFrom(false, false, false, true),
        hasLength: fc.boolean(),
        body: fc.constantFrom(...bodies),
        changes: mutations,
        pieces: fc.constantFrom(1, 2, 7),
      }),
      async ({ method, path, lines, isJson, isUpgrade, hasLength, body, changes, pieces }) => {
        const bytes = mutate(body, changes)
        const head = [
          `${method} ${path} HTTP/1.1`,
          'host: gateway',
          ...(isJson ? ['content-type: application/json'] : []),
          ...(isUpgrade ? upgrading : []),
          ...(hasLength ? [`content-length: ${bytes.length}`] : []),
          ...lines,
        ]
        const message = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
        const came = await exchange(graph.port, split(message, pieces), caseMsMax)
        // A WebSocket, or a page: each has its own campaign or test.
        if (came.subarray(0, 12).toString() === 'HTTP/1.1 101') return
        // The answer to a HEAD says how long it would be.
        if (method !== 'HEAD') for (const response of readResponses(came)) checkResponse(response)
      },
    ),
}

function split(message: Buffer, pieces: number): readonly Buffer[] {
  const size = Math.ceil(message.length / pieces)
  return Array.from({ length: pieces }, (_none, at) => message.subarray(at * size, (at + 1) * size))
}

function checkResponse({ status, head, body }: RawResponse): void {
  if (status >= 500 && !body.includes('GW_TOO_MANY_CONNECTIONS')) throw new Error(`${head}\n${body}`)
  // What is no address for the server is answered below the routes, in words of its own.
  const isOwn = /^x-request-id:/im.test(head)
  const isJson = /content-type: application\/(graphql-response\+)?json/i.test(head)
  const isPacked = /content-encoding/i.test(head)
  if (/content-type: text\/html/i.test(head) || isPacked) return
  if (isOwn) checkAnswer(body, { isGraphQL: isJson && !/^[[\d]|^$/.test(body) })
}

type Framing = { readonly lines: readonly string[]; readonly isChunked: boolean }

// Two readers of such a request may not agree where it ends: what is behind its end for one is a request of its own for the other.
const framings: readonly Framing[] = [
  { lines: ['Content-Length: 5', 'Content-Length: 6'], isChunked: false },
  { lines: ['Content-Length: 5, 6'], isChunked: false },
  { lines: ['Content-Length: +5'], isChunked: false },
  { lines: ['Content-Length: 0x5'], isChunked: false },
  { lines: ['Content-Length: 5 5'], isChunked: false },
  { lines: ['Content-Length : 5'], isChunked: false },
  { lines: ['Content-Length: -5'], isChunked: false },
  { lines: ['Content-Length: 18446744073709551621'], isChunked: false },
  { lines: ['Content-Length: 5', 'Transfer-Encoding: chunked'], isChunked: true },
  { lines: ['Transfer-Encoding: chunked', 'Content-Length: 5'], isChunked: true },
  { lines: ['Transfer-Encoding: chunked, identity'], isChunked: true },
  { lines: ['Transfer-Encoding: xchunked'], isChunked: true },
  { lines: ['Transfer-Encoding : chunked'], isChunked: true },
  { lines: ['Transfer-Encoding:\x0bchunked'], isChunked: true },
  { lines: ['Transfer-Encoding: "chunked"'], isChunked: true },
  { lines: ['Transfer-Encoding: identity', 'Content-Length: 5'], isChunked: false },
  { lines: ['X: y\nTransfer-Encoding: chunked'], isChunked: true },
  { lines: ['X: y\rTransfer-Encoding: chunked'], isChunked: true },
  { lines: ['X\0: y', 'Transfer-Encoding: chunked'], isChunked: true },
  { lines: ['Host: other', 'Content-Length: 5, 5'], isChunked: false },
]
const chunkSizes = ['5', '05', '0x5', '5;a=b', '5 ', '+5', '-5', 'FFFFFFFFFFFFFFFFF5', '5\n', '5;\n', '5\r']
const hidden = 'GET /live HTTP/1.1\r\nHost: gateway\r\n\r\n'

export const smugglingCampaign: Campaign = {
  name: 'requests within requests',
  percent: 5,
  property: ({ graph }: Bench) =>
    anyCase(
      fc.record({
        framing: fc.constantFrom(...framings),
        size: fc.constantFrom(...chunkSizes),
        method: fc.constantFrom('POST', 'GET', 'PUT', 'DELETE'),
        prefix: fc.constantFrom('', '0\r\n\r\n', 'x=1'),
      }),
      async ({ framing, size, method, prefix }) => {
        const head = [
          `${method} /graphql HTTP/1.1`,
          'Host: gateway',
          'Content-Type: application/json',
          ...framing.lines,
        ]
        const body = framing.isChunked ? `${size}\r\nabcde\r\n0\r\n\r\n` : 'abcde'
        const message = `${head.join('\r\n')}\r\n\r\n${prefix}${body}${hidden}`
        const came = await exchange(graph.port, [Buffer.from(message, 'latin1')], caseMsMax)
        const responses = readResponses(came)
        if (responses.some(({ body: text }) => text.includes('"live"')))
          throw new Error(`What was hidden in it is answered: ${JSON.stringify(message)} ${came.toString()}`)
        if (responses.some(({ status }) => status >= 500)) throw new Error(came.toString())
      },
    ),
}

/** Server-sent events on a real socket: what is written, and when a stream is given up. */
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { SubgraphResponse } from '@souk/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { streamEvents, type StreamLimits } from './stream-events.ts'

const limits: StreamLimits = { keepAliveMs: 60_000, stalledMsMax: 60_000 }

let server: Server
let socket: Socket
let response: ServerResponse
let draining: AbortController

beforeEach(async () => {
  draining = new AbortController()
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  ;[, response] = await asked
})

afterEach(() => {
  socket.destroy()
  server.close()
})

/** Answers that the test gives out one by one; `left` resolves when nobody reads them any more. */
function answersOf(given: readonly SubgraphResponse[]) {
  const left = Promise.withResolvers<IteratorResult<SubgraphResponse>>()
  const rest = [...given]
  const answers: AsyncIterableIterator<SubgraphResponse> = {
    next: async () => {
      const value = rest.shift()
      return value === undefined ? await left.promise : { done: false, value }
    },
    return: async () => {
      left.resolve({ done: true, value: undefined })
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
  return { answers, left: left.promise, end: () => left.resolve({ done: true, value: undefined }) }
}

/** Everything up to the end of the connection. */
async function readAll(): Promise<string> {
  let text = ''
  for await (const piece of socket.setEncoding('utf8')) text += String(piece)
  return text
}

test('each answer is a `next` event, and the end is `complete`', async () => {
  const { answers, end } = answersOf([{ data: { n: 1 } }, { data: { n: 2 } }])
  const streaming = streamEvents(response, answers, { draining: draining.signal, limits })
  end()
  const text = await readAll()
  await streaming
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/)
  expect(text.replaceAll('\r\n', '\n')).toContain('event: next\ndata: {"data":{"n":1}}\n\n')
  expect(text.indexOf('{"n":2}')).toBeLessThan(text.indexOf('event: complete\ndata:\n\n'))
})

test('silence is filled with comments', async () => {
  const { answers } = answersOf([{ data: null }])
  void streamEvents(response, answers, { draining: draining.signal, limits: { ...limits, keepAliveMs: 5 } })
  let text = ''
  for await (const piece of socket.setEncoding('utf8')) {
    text += String(piece)
    if (text.includes('\n:\n\n')) break
  }
  expect(text).toContain('data: {"data":null}')
})

test('a reader that goes away while nothing happens is noticed', async () => {
  const { answers, left } = answersOf([{ data: null }])
  const streaming = streamEvents(response, answers, { draining: draining.signal, limits })
  await once(socket, 'data')
  socket.destroy()
  expect((await left).done).toBe(true)
  await streaming
})

test('a reader that takes nothing for too long is cut off, and nothing piles up for it', async () => {
  const large = { data: { text: 'x'.repeat(1_000_000) } }
  const { answers, left } = answersOf(Array.from({ length: 1_000 }, () => large))
  socket.pause()
  const stalled = { ...limits, stalledMsMax: 50 }
  await streamEvents(response, answers, { draining: draining.signal, limits: stalled })
  expect((await left).done).toBe(true)
  expect(response.destroyed).toBe(true)
})

test('a stream that is drained ends without `complete`', async () => {
  const { answers } = answersOf([{ data: { n: 1 } }])
  const streaming = streamEvents(response, answers, { draining: draining.signal, limits })
  await once(socket, 'readable')
  draining.abort()
  const text = await readAll()
  await streaming
  expect(text).toContain('"n":1')
  expect(text).not.toContain('complete')
})

test('a subscription that fails before its first answer is a 503', async () => {
  const { answers } = answersOf([])
  answers.next = () => Promise.reject(new Error('closed'))
  await streamEvents(response, answers, { draining: draining.signal, limits })
  expect(await readAll()).toMatch(/^HTTP\/1\.1 503 /)
})

/** Subscriptions over GraphQL over SSE, in its distinct connections mode: a request for each, whose response is the events. */
import { Fault, type SubgraphRequest, type SubgraphResponse } from '@souk/contracts'
import { createParser } from 'eventsource-parser'
import { Pool } from 'undici'
import { gatewayFault } from '../errors.ts'
import { readAnswer, readText } from './http.ts'
import type { RemoteEvents, RemoteEventsOptions } from './remote-events.ts'

export function serverSentEvents({ url, responseBytesMax, headersOf }: RemoteEventsOptions): RemoteEvents {
  const { origin, pathname, search } = new URL(url)
  // Each subscription has a connection to itself, of which there are as many as there may be subscriptions: in the pool of the
  // calls they would leave none for them. No event for a while is no fault; a host that died is noticed by TCP keep-alive.
  const pool = new Pool(origin, {
    connections: null,
    bodyTimeout: 0,
    headersTimeout: 0,
    connectTimeout: 5_000,
  })
  return { subscribe, close: async () => await pool.destroy() }

  async function* subscribe(
    request: SubgraphRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SubgraphResponse, void, undefined> {
    const ending = new AbortController()
    const end = (): void => ending.abort()
    const timer = setTimeout(end, request.deadlineMs)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      const { statusCode, headers, body } = await ask(request, ending.signal)
      clearTimeout(timer)
      if (/^text\/event-stream\b/i.test(String(headers['content-type'])))
        yield* readEvents(body, { url, statusCode, bytesMax: responseBytesMax })
      // A server that refuses says so like that of a query.
      else yield readAnswer(await readText(body, url, responseBytesMax), { url, statusCode })
    } catch (error) {
      if (!signal.aborted) throw lost(url, error, ending.signal)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      end()
    }
  }

  async function ask(request: SubgraphRequest, signal: AbortSignal): ReturnType<Pool['request']> {
    const { query, operationName, variables } = request
    return await pool.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        ...headersOf(request),
        'content-type': 'application/json',
        // Alone: some servers compare it as it is written.
        accept: 'text/event-stream',
        'accept-encoding': 'identity',
      },
      body: JSON.stringify({ query, operationName, variables }),
      signal,
    })
  }
}

type Reading = { readonly url: string; readonly statusCode: number; readonly bytesMax: number }

async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  { url, statusCode, bytesMax }: Reading,
): AsyncGenerator<SubgraphResponse, void, undefined> {
  const decoder = new TextDecoder()
  const came: string[] = []
  let isComplete = false
  let isTooLarge = false
  const parser = createParser({
    maxBufferSize: bytesMax,
    onEvent({ event, data }) {
      // The parser bounds what it keeps; an event that came in one piece it never kept.
      isTooLarge ||= Buffer.byteLength(data) > bytesMax
      if (event === 'next' && !isComplete && !isTooLarge) came.push(data)
      if (event === 'complete') isComplete = true
    },
    onError: ({ type }) => void (isTooLarge ||= type === 'max-buffer-size-exceeded'),
  })
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    for (const data of came.splice(0)) yield readAnswer(data, { url, statusCode })
    if (isComplete) return
    if (isTooLarge)
      throw gatewayFault(
        'GW_SUBGRAPH_ANSWER_TOO_LARGE',
        `${url} sent an event of more than ${bytesMax} bytes.`,
      )
  }
  throw new Fault('SUBGRAPH_UNAVAILABLE', `${url} ended its events in the middle.`)
}

function lost(url: string, error: unknown, { aborted }: AbortSignal): Error {
  if (error instanceof Fault) return error
  if (aborted) return new Fault('DEADLINE_EXCEEDED', `${url} did not answer in time.`, { cause: error })
  const reason = error instanceof Error ? error.message : String(error)
  return new Fault('SUBGRAPH_UNAVAILABLE', `The events of ${url} were lost: ${reason}.`, { cause: error })
}

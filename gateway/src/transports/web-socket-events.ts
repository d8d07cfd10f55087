/** Subscriptions over graphql-transport-ws: a connection for each, since it is opened in the name of one viewer. */
import { Fault, type SubgraphRequest, type SubgraphResponse } from '@souk/contracts'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { eventBuffer, type EventBuffer } from './event-buffer.ts'
import type { RemoteEvents, RemoteEventsOptions } from './remote-events.ts'

export type WebSocketEventsOptions = RemoteEventsOptions & {
  /** How often the server is asked for a sign of life, and how long it has for one. */
  readonly pingMs?: number
}

export function webSocketEvents(options: WebSocketEventsOptions): RemoteEvents {
  const open = new Set<EventBuffer<SubgraphResponse>>()
  return {
    subscribe,
    close() {
      for (const events of open) events.end(lost(options.url, 'the gateway is stopping'))
      return Promise.resolve()
    },
  }

  async function* subscribe(
    request: SubgraphRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SubgraphResponse, void, undefined> {
    const events: EventBuffer<SubgraphResponse> = eventBuffer({
      // The socket is paused long before; what it had read by then still comes.
      eventsMax: Number.POSITIVE_INFINITY,
      onLeave: () => undefined,
    })
    const end = (): void => events.end()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) return
    open.add(events)
    const { client, flow } = connect(options, request, events)
    const { query, operationName, variables } = request
    const unsubscribe = client.subscribe<SubgraphResponse['data']>(
      { query, operationName, variables: { ...variables } },
      {
        next(event) {
          events.push(event as SubgraphResponse)
          if (events.size() >= pausedAtEvents) flow.pause()
        },
        // What the server refuses comes as a list of errors; anything else is a fault of the connection.
        error(error) {
          if (Array.isArray(error)) events.push({ errors: error })
          events.end(Array.isArray(error) ? undefined : lost(options.url, reasonOf(error), error))
        },
        complete: end,
      },
    )
    try {
      for await (const event of events) {
        if (events.size() === 0) flow.resume()
        if (signal.aborted) return
        yield event
      }
    } finally {
      open.delete(events)
      signal.removeEventListener('abort', end)
      unsubscribe()
      dispose(client)
    }
  }
}

const pausedAtEvents = 64

// A connection that lost its other end without a word is noticed within a minute.
const pingMsUsual = 20_000

type Connection = {
  readonly client: Client
  readonly flow: { readonly pause: () => void; readonly resume: () => void }
}

function connect(
  { url, responseBytesMax, headersOf, pingMs = pingMsUsual }: WebSocketEventsOptions,
  request: SubgraphRequest,
  events: EventBuffer<SubgraphResponse>,
): Connection {
  const headers = headersOf(request)
  const deadlineMs = Math.max(1, Math.floor(request.deadlineMs))
  let socket: WebSocket | undefined
  let silence: NodeJS.Timeout | undefined
  class BoundedWebSocket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, {
        headers,
        maxPayload: responseBytesMax,
        handshakeTimeout: deadlineMs,
        perMessageDeflate: false,
      })
    }
  }
  const client = createClient({
    url,
    webSocketImpl: BoundedWebSocket,
    // Some servers see the headers of the connection, some only this.
    connectionParams: headers,
    connectionAckWaitTimeout: deadlineMs,
    keepAlive: pingMs,
    retryAttempts: 0,
    on: {
      opened: (opened) => void (socket = opened as WebSocket),
      ping(isReceived) {
        if (!isReceived) silence = setTimeout(() => client.terminate(), pingMs)
      },
      pong: () => clearTimeout(silence),
      error: (error) => events.end(lost(url, reasonOf(error), error)),
      closed(event) {
        clearTimeout(silence)
        events.end(lost(url, reasonOf(event), event))
        // Else the client would connect again after a friendly end, and nobody would know that events are missing.
        dispose(client)
      },
    },
  })
  return { client, flow: { pause: () => socket?.pause(), resume: () => socket?.resume() } }
}

// It may be connecting just now, and fail at that.
const dispose = (client: Client): void => void Promise.resolve(client.dispose()).catch(() => undefined)

const lost = (url: string, reason: string, cause?: unknown): Fault =>
  new Fault('SUBGRAPH_UNAVAILABLE', `The events of ${url} were lost: ${reason}.`, { cause })

function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  if ('code' in error && typeof error.code === 'number') {
    const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : ''
    return `the connection was closed with ${error.code}${reason === '' ? '' : ` (${reason})`}`
  }
  return 'message' in error && typeof error.message === 'string' ? error.message : 'it could not be opened'
}

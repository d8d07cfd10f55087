/** Reaches a subgraph over the network: calls over HTTP, subscriptions over server-sent events or a WebSocket. */
import { traceHeaders, type Transport, wireHeaders } from '@souk/contracts'
import { httpTransport, type HttpTransportOptions } from './http.ts'
import type { RemoteEvents, RemoteEventsOptions } from './remote-events.ts'
import { serverSentEvents } from './server-sent-events.ts'
import { webSocketEvents } from './web-socket-events.ts'

export type EventProtocol = {
  /** `sse` is GraphQL over SSE, a request for each subscription; `ws` is graphql-transport-ws. */
  readonly protocol: 'sse' | 'ws'
  /** Where it is spoken, if not where queries are. */
  readonly url?: string | undefined
}

export type RemoteTransportOptions = HttpTransportOptions & { readonly events?: EventProtocol | undefined }

export function remoteTransport(options: RemoteTransportOptions): Transport {
  const calls = httpTransport(options)
  const events = openEvents(options)
  return {
    ...calls,
    subscribe: events.subscribe,
    async close() {
      await Promise.all([calls.close(), events.close()])
    },
  }
}

function openEvents({
  url: callsUrl,
  responseBytesMax,
  foreign,
  events = { protocol: 'sse' },
}: RemoteTransportOptions): RemoteEvents {
  const { protocol, url = callsUrl } = events
  // Without the deadline of a call, which would end the events with it.
  const headersOf: RemoteEventsOptions['headersOf'] = ({ headers, requestId, viewerToken }) => ({
    ...foreign?.headers,
    ...headers,
    ...traceHeaders(),
    [wireHeaders.requestId]: requestId,
    ...(foreign === undefined && { [wireHeaders.viewer]: viewerToken }),
  })
  switch (protocol) {
    case 'sse':
      return serverSentEvents({ url, responseBytesMax, headersOf })
    case 'ws':
      return webSocketEvents({ url: url.replace(/^http/, 'ws'), responseBytesMax, headersOf })
    default:
      return protocol satisfies never
  }
}

/** Shares subscriptions to one subgraph: those that would be sent the same are asked for once, and each event goes to all who read them. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SubgraphRequest, SubgraphResponse, Transport } from '@souk/contracts'
import type { GatewayConfig } from '../config.ts'
import { refuseRequest } from '../errors.ts'
import { type EventBuffer, eventBuffer } from './event-buffer.ts'
import { viewerIn } from './same-call.ts'

export type SharingLimits = Pick<GatewayConfig, 'subscriptionSourcesMax' | 'subscriptionEventsBufferedMax'>

export type SharedTransport = Transport & {
  /** How many subscriptions are open to the subgraph. */
  readonly subscriptionSources: () => number
}

/** Who joins later gets what comes from then on, and before it the newest answer if that tells the state. The last reader that leaves ends the subscription. */
export function shareSubscriptions(transport: Transport, limits: SharingLimits): SharedTransport {
  const subscribe = transport.subscribe?.bind(transport)
  const { tellsState = false } = transport
  const sources = new Map<string, Source>()
  return {
    ...transport,
    ...(subscribe && { subscribe: sharing({ ...limits, subscribe, sources, tellsState }) }),
    subscriptionSources: () => sources.size,
  }
}

type Subscribe = NonNullable<Transport['subscribe']>

type Sharing = SharingLimits & {
  readonly subscribe: Subscribe
  readonly sources: Map<string, Source>
  readonly tellsState: boolean
}

function sharing({ subscribe, sources, tellsState, ...limits }: Sharing): Subscribe {
  return (request, signal) => join(keyOf(request), request, signal)

  function join(key: string, request: SubgraphRequest, signal: AbortSignal): AsyncIterable<SubgraphResponse> {
    const source = sources.get(key) ?? open(key)
    const leave = (): void => void reader.return?.()
    const reader: Reader = eventBuffer({
      eventsMax: limits.subscriptionEventsBufferedMax,
      onLeave() {
        signal.removeEventListener('abort', leave)
        source.readers.delete(reader)
        if (source.readers.size === 0) close(key, source)
      },
    })
    const isFirst = source.readers.size === 0
    source.readers.set(reader, () => signal.removeEventListener('abort', leave))
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    else if (isFirst) void pump(key, source, request)
    else if (source.newest !== undefined) reader.push(source.newest)
    return reader
  }

  function open(key: string): Source {
    const { subscriptionSourcesMax } = limits
    if (sources.size >= subscriptionSourcesMax) throw tooMany(subscriptionSourcesMax)
    const source: Source = { readers: new Map(), end: new AbortController() }
    sources.set(key, source)
    return source
  }

  function close(key: string, source: Source): void {
    if (sources.get(key) === source) sources.delete(key)
    source.end.abort()
  }

  async function pump(key: string, source: Source, request: SubgraphRequest): Promise<void> {
    let failure: unknown
    try {
      for await (const event of subscribe(request, source.end.signal)) {
        if (tellsState) source.newest = event
        await give(source, event, limits.subscriptionEventsBufferedMax)
        if (source.readers.size > 0) continue
        // At once: whoever joins while the subgraph is told gets a subscription of its own.
        close(key, source)
        break
      }
    } catch (error) {
      failure = error
    }
    close(key, source)
    for (const [reader, forget] of source.readers) {
      forget()
      reader.end(failure)
    }
    source.readers.clear()
  }
}

// A subgraph may send a hundred events at once. Who could have read them, had there been a moment for it, is not slow.
async function give({ readers }: Source, event: SubgraphResponse, eventsMax: number): Promise<void> {
  const full = [...readers].filter(([reader]) => !reader.push(event))
  if (full.length === 0) return
  await nextTurn()
  for (const [reader, forget] of full) {
    if (reader.push(event) || !readers.delete(reader)) continue
    forget()
    reader.end(tooSlow(eventsMax))
  }
}

type Reader = EventBuffer<SubgraphResponse>

type Source = {
  /** Each with what forgets the signal that it was read under. */
  readonly readers: Map<Reader, () => void>
  readonly end: AbortController
  /** What was told last, for who joins later; kept only where it tells the state. */
  newest?: SubgraphResponse
}

/**
 * All that the subgraph is sent, so that nobody gets events that were meant for somebody else: the viewer, and every header that is
 * passed on.
 */
function keyOf(request: SubgraphRequest): string {
  const {
    query,
    operationName,
    variables,
    viewerToken,
    headers = {},
    requestId,
    deadlineMs,
    ...others
  } = request
  // What is in neither of these lines is not compared: a new member of SubgraphRequest has to find its place here to compile.
  void ([requestId, deadlineMs, others] satisfies readonly [string, number, Record<string, never>])
  const passedOn = Object.entries(headers).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([query, operationName, variables, viewerIn(viewerToken), passedOn])
}

const tooMany = (sourcesMax: number): Error =>
  refuseRequest(
    'GW_SUBSCRIPTIONS_FULL',
    `At most ${sourcesMax} different subscriptions may be open at once where these events come from. Try again later, or raise SOUK_SUBSCRIPTION_SOURCES_MAX.`,
    { limit: sourcesMax },
  )

const tooSlow = (eventsMax: number): Error =>
  refuseRequest(
    'GW_SUBSCRIPTION_TOO_SLOW',
    `Events came faster than they were read, and ${eventsMax} were waiting. Subscribe again and read faster, or raise SOUK_SUBSCRIPTION_EVENTS_BUFFERED_MAX.`,
    { limit: eventsMax },
  )

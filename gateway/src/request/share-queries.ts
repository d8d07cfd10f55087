/** A client's query that is in flight also answers those that ask the same, as the same viewer, with the same headers. */
import type { Viewer } from '@souk/contracts'
import type { FetchRecord } from '../executor/execution.ts'
import { startFlight } from '../transports/flight.ts'
import { createFlights } from '../transports/flights.ts'
import type { ForwardRule } from '../transports/forward-headers.ts'
import { isSameValue } from '../transports/same-value.ts'
import type { ReturnedHeaders } from '../transports/return-headers.ts'
import type { Answer } from './answer.ts'
import type { CompiledOperation } from './operation.ts'
import type { WireRequest } from './wire.ts'

/** All that an answer depends on. */
export type SharedQuestion = {
  /** One object for a document, an operation in it, what the viewer may read, and a graph. */
  readonly operation: CompiledOperation
  /** As they were sent. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly viewer: Viewer
  readonly headers: WireRequest['headers']
  readonly endsAtMs: number
}

/** Ids of requests are written into an answer later, for each request its own. */
export type RanOperation = {
  readonly answer: Answer
  readonly fetches: readonly FetchRecord[]
  /** Headers of subgraphs' answers that the client is to have. */
  readonly returned?: ReturnedHeaders
  /** What it really cost. */
  readonly countCost: () => number
  /** It was another one's run. */
  readonly isShared?: boolean
}

export type QuerySharing = {
  readonly run: (question: SharedQuestion, gone: AbortSignal, run: RunShared) => Promise<RanOperation>
  /** How many were answered by another one's run. */
  readonly shared: () => number
}

/** The signal fires when all have gone that wait for it. */
export type RunShared = (gone: AbortSignal) => Promise<RanOperation>

export type QuerySharingOptions = {
  /** Only what they name gets from a client to a subgraph, and so to an answer. */
  readonly forwarding: readonly ForwardRule[]
  readonly nowMs: () => number
}

export function createQuerySharing({ forwarding, nowMs }: QuerySharingOptions): QuerySharing {
  const headerNames = [...new Set(forwarding.map(({ forward }) => forward.toLowerCase()))]
  const flights = createFlights<CompiledOperation, SharedQuestion, RanOperation>(serves)
  let shared = 0
  return {
    async run(question, gone, run) {
      const { operation } = question
      const inFlight = flights.find(operation, question)
      if (inFlight !== undefined) {
        shared += 1
        return { ...(await inFlight.wait(gone)), fetches: [], isShared: true }
      }
      const flight = startFlight({ run, onEnd: () => flights.delist(operation, question) })
      flights.list(operation, question, flight)
      return await flight.wait(gone)
    },
    shared: () => shared,
  }

  function serves(inFlight: SharedQuestion, asked: SharedQuestion): boolean {
    return (
      headerNames.every((name) => inFlight.headers[name] === asked.headers[name]) &&
      isSameValue(inFlight.variables, asked.variables) &&
      isSameValue(inFlight.viewer, asked.viewer) &&
      endsInTime(inFlight.endsAtMs, asked.endsAtMs)
    )
  }

  // Not so early that a fair part of one's own time is lost, nor later than one's own deadline but for a leeway: who came first is
  // not always who runs first.
  function endsInTime(inFlightMs: number, askedMs: number): boolean {
    return inFlightMs <= askedMs + leewayMs && (inFlightMs - nowMs()) * 2 >= askedMs - nowMs()
  }
}

// Far less than the 5 s that the server gives a request beyond its deadline.
const leewayMs = 250

/** What one request came to, in a line. */
import { ClientError, Fault, type Viewer } from '@souk/contracts'
import type { FetchRecord } from '../executor/execution.ts'

/** What is found out about an operation on the way. */
export type SeenOperation = {
  operation: string | undefined
  kind: 'query' | 'mutation' | 'subscription' | undefined
  fetches: number
  errors: number
  /** As it was estimated; undefined before it was planned. */
  cost?: number
  /** SHA-256 of the document. */
  hash?: string
  viewer?: Viewer['kind']
  /** That the viewer's token was issued to. */
  app?: string | undefined
  traceId?: string | undefined
  /** Answered by another one's run. */
  isShared?: boolean
  /** Nothing of it was run: whoever asked has to change something. */
  isRefused?: boolean
  /** Of its errors, each once. */
  codes?: string[]
  /** The few that took longest. */
  slowest?: SeenFetch[]
}

export type SeenFetch = {
  readonly subgraph: string
  readonly durationMs: number
  readonly entities: number
  readonly failed: boolean
}

export const noOperation = (): SeenOperation => ({
  operation: undefined,
  kind: undefined,
  fetches: 0,
  errors: 0,
})

/** What the log says about a request. */
export type RequestSummary = Readonly<SeenOperation> & {
  readonly requestId: string
  readonly durationMs: number
  readonly status: number
  /** Set when something of ours failed, for the log alone. */
  readonly fault: unknown
}

/** For what ended a request, or a stream. */
export function noteError(seen: SeenOperation, error: unknown): void {
  if (error instanceof ClientError) seen.isRefused = true
  noteCode(seen, error instanceof ClientError || error instanceof Fault ? error.code : 'GW_INTERNAL')
}

export function noteCode(seen: SeenOperation, code: string): void {
  seen.codes ??= []
  if (seen.codes.length < codesMax && !seen.codes.includes(code)) seen.codes.push(code)
}

export function noteFetch(seen: SeenOperation, fetch: FetchRecord): void {
  const { durationMs, representations: entities, failed } = fetch
  seen.slowest ??= []
  const { slowest } = seen
  const at = slowest.findIndex((other) => other.durationMs < durationMs)
  if (at < 0 && slowest.length >= slowestMax) return
  slowest.splice(at < 0 ? slowest.length : at, 0, {
    subgraph: fetch.node.subgraph,
    durationMs,
    entities,
    failed,
  })
  slowest.length = Math.min(slowest.length, slowestMax)
}

// A line is read by a person; subgraphs' own codes are as many as they like.
const codesMax = 8
const slowestMax = 3

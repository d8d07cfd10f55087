/** What one execution of a plan shares: its inputs, the answer as it grows, and what went wrong where. */
import type { Transport } from '@souk/contracts'
import type { FetchNode } from '../planner/query-plan.ts'
import type { JsonObject } from './json-object.ts'
import type { PlaceErrors } from './place-errors.ts'

export type Execution = {
  readonly transports: ReadonlyMap<string, Transport>
  readonly variables: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  readonly requestId: string
  readonly viewerToken: string
  /** What has passed of the request's time. */
  readonly elapsedMs: () => number
  /** What is left of it. */
  readonly deadlineMsLeft: () => number
  readonly data: JsonObject
  readonly errors: PlaceErrors
  readonly representationsMax: number
  readonly onFetch: (fetch: FetchRecord) => void
  /** Also told, for metrics and the log. */
  readonly tellFetch?: (fetch: FetchRecord) => void
  /** What was fetched is not merged before. */
  readonly mayMerge?: Promise<void>
}

export type FetchRecord = {
  readonly node: FetchNode
  /** How many entities it was asked for. */
  readonly representations: number
  /** Since the request began. */
  readonly startedAtMs: number
  readonly durationMs: number
  readonly errors: number
  /** True if no answer came. */
  readonly failed: boolean
}

/** A plan, or a part of one, ready to run. */
export type RunPlan = (execution: Execution) => Promise<void>

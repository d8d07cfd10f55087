/** What one request came to, in a line. */

/** What the log says about a request. */
export type RequestSummary = {
  readonly requestId: string
  readonly operation: string | undefined
  readonly durationMs: number
  readonly fetches: number
  readonly errors: number
  readonly status: number
  /** Set when something of ours failed, for the log alone. */
  readonly fault: unknown
}

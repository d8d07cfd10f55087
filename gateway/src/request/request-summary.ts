/** What one request came to, in a line. */

/** What is found out about an operation on the way. */
export type SeenOperation = {
  operation: string | undefined
  kind: 'query' | 'mutation' | 'subscription' | undefined
  fetches: number
  errors: number
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

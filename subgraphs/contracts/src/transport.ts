/** The one wire: how the gateway, and any subgraph that needs another, calls a subgraph. */

export type SubgraphRequest = {
  /** The GraphQL document, as text: its identity is what compiled operations are cached by. */
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** The viewer, signed (`signViewer`). */
  readonly viewerToken: string
  readonly requestId: string
  /** What is left of the request's time when the call is made. The callee stops at its end. */
  readonly deadlineMs: number
  /** Headers of the client's that the subgraph is to have; none unless the gateway was told to pass them on. */
  readonly headers?: Readonly<Record<string, string>>
}

export type SubgraphError = {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly locations?: readonly { readonly line: number; readonly column: number }[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

export type SubgraphResponse = {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly SubgraphError[]
  /** Headers of the answer that the gateway was told to pass on to the client, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Executes one operation on one subgraph. Errors of the operation come back in `errors`; the promise is rejected with a
 * `Fault` only if no GraphQL answer came (`SUBGRAPH_UNAVAILABLE`, `DEADLINE_EXCEEDED`) or the signal fired.
 */
export interface Transport {
  execute(request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse>
  /**
   * Runs a subscription: one response for each event, in order. It ends when the subgraph ends it, when whoever reads stops reading,
   * or when the signal fires; it throws a `Fault` if the subgraph can't be asked, or is lost on the way. The request's deadline is for
   * the first sign of life alone. A subgraph without subscriptions leaves it out.
   */
  subscribe?(request: SubgraphRequest, signal: AbortSignal): AsyncIterable<SubgraphResponse>
  /**
   * Whether its subscriptions begin with what there is and then tell what that has become: the newest answer is all that somebody
   * who joins needs. Where they tell of events, those that are over are over.
   */
  readonly tellsState?: boolean
  /** Whether the subgraph can answer now. */
  ready(): Promise<boolean>
  close(): Promise<void>
}

/** The headers of the wire over HTTP. */
export const wireHeaders = {
  viewer: 'x-souk-viewer',
  requestId: 'x-request-id',
  deadlineMs: 'x-souk-deadline-ms',
} as const

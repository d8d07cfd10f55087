/** What the request flow reads and writes: HTTP without a server, so that it runs the same in a test. */

export type WireRequest = {
  readonly method: string
  /** Query string parameters of a GET. */
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  readonly requestId: string
  readonly signal: AbortSignal
  /** Of the client, seen through our own proxies. */
  readonly address?: string | undefined
  /** Fires when the gateway is stopping: what has no end of its own ends then. */
  readonly closing?: AbortSignal
}

export type WireResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text, or pieces of it that are sent as they come. Whoever stops reading ends what makes them. */
  readonly body: string | AsyncIterable<string>
}

export type GraphQLRequest = {
  /** The document's text; empty where `document` stands for it. */
  readonly source: string
  readonly document?: DocumentReference
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly isRead: boolean
  /** Planned and costed, and not run. */
  readonly isDryRun?: boolean
}

/** What a client calls a document by. A `hash` may be asked for again with its text (APQ); an `id` is known or it isn't. */
export type DocumentReference = { readonly kind: 'hash' | 'id'; readonly value: string }

export type WholeResponse = WireResponse & { readonly body: string }

export async function wholeResponse({ body, ...rest }: WireResponse): Promise<WholeResponse> {
  if (typeof body === 'string') return { ...rest, body }
  let text = ''
  for await (const piece of body) text += piece
  return { ...rest, body: text }
}

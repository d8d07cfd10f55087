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
}

export type WireResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text, or pieces of it that are sent as they come. Whoever stops reading ends what makes them. */
  readonly body: string | AsyncIterable<string>
}

export type GraphQLRequest = {
  readonly source: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly isRead: boolean
}

export type WholeResponse = WireResponse & { readonly body: string }

export async function wholeResponse({ body, ...rest }: WireResponse): Promise<WholeResponse> {
  if (typeof body === 'string') return { ...rest, body }
  let text = ''
  for await (const piece of body) text += piece
  return { ...rest, body: text }
}

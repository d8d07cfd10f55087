/** The messages of the graphql-transport-ws protocol, and the codes that close its connections. */
import { z } from 'zod'

export { GRAPHQL_TRANSPORT_WS_PROTOCOL as transportProtocol } from 'graphql-ws'

/** The first are the protocol's, by its names; the rest are those of WebSocket. */
export const closeCodes = {
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  subprotocolNotAcceptable: 4406,
  initialisationTimeout: 4408,
  subscriberAlreadyExists: 4409,
  tooManyInitialisationRequests: 4429,
  /** Also by the socket itself: 1009 for a message that is too large. */
  goingAway: 1001,
  tryAgainLater: 1013,
} as const

const note = z.record(z.string(), z.unknown()).nullish()
const id = z.string().min(1)

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_init'), payload: note }),
  z.object({ type: z.literal('ping'), payload: note }),
  z.object({ type: z.literal('pong'), payload: note }),
  // What it asks for is looked at where every operation is: one that is wrong is refused alone.
  z.object({ type: z.literal('subscribe'), id, payload: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('complete'), id }),
])

export type ClientMessage = z.infer<typeof messageSchema>

export type ServerMessage =
  | { readonly type: 'connection_ack' }
  | { readonly type: 'pong'; readonly payload?: object | null }
  | { readonly type: 'next'; readonly id: string; readonly payload: object }
  | { readonly type: 'error'; readonly id: string; readonly payload: readonly object[] }
  | { readonly type: 'complete'; readonly id: string }

/** Undefined for what is no message of the protocol. */
export function readMessage(text: string): ClientMessage | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

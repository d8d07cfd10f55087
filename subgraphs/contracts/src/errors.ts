/** Error codes that all subgraphs share, and the two kinds of error that cross a boundary. */

/** Every shared code: what it means and what the caller does about it. */
export const sharedErrors = {
  BAD_INPUT: {
    meaning: 'An argument has a value that is not allowed.',
    remedy: 'Change the field that the message names.',
  },
  NOT_FOUND: {
    meaning: 'Nothing by this id is visible to the viewer.',
    remedy: 'Check the id, and that the viewer may see it.',
  },
  UNAUTHENTICATED: { meaning: 'The field needs a signed-in viewer.', remedy: 'Send a valid token.' },
  FORBIDDEN: { meaning: 'The viewer lacks a scope.', remedy: 'Ask for the scope that the message names.' },
  VIEWER_NOT_TRUSTED: {
    meaning: 'The signed viewer is missing, forged or expired.',
    remedy: 'Call through the gateway.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    meaning: 'The key was used before with other input.',
    remedy: 'Use a new key for a new request.',
  },
  BAD_REPRESENTATION: {
    meaning: 'An entity representation lacks a key that the subgraph knows.',
    remedy: 'Send the type name and one of its keys.',
  },
  DEADLINE_EXCEEDED: {
    meaning: 'The answer did not come before the deadline.',
    remedy: 'Try again, or ask for less.',
  },
  SUBGRAPH_UNAVAILABLE: {
    meaning: 'A part of the platform could not be reached.',
    remedy: 'Try again later.',
  },
  SUBSCRIPTIONS_FULL: {
    meaning: 'As many subscriptions are open in this subgraph as it takes.',
    remedy: 'Try again later, or raise SOUK_SUBSCRIPTIONS_MAX of the service.',
  },
  INTERNAL: { meaning: 'Something failed inside the platform.', remedy: 'Report the request id.' },
} as const

export type SharedErrorCode = keyof typeof sharedErrors

/** The caller must change the request. The message is shown to the caller. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/** A dependency failed. The caller sees a fixed sentence and the request id; `retry` says whether it may work later. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: string
  readonly retry: boolean

  constructor(code: string, message: string, options: { cause?: unknown; retry?: boolean } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retry = options.retry ?? true
  }
}

export const notFound = (what: string, id: string): ClientError =>
  new ClientError('NOT_FOUND', `There is no ${what} with the id "${id}".`)

/** Ends a dispatch over a union: reaching it is a bug, and the compiler says so first. */
export function assertNever(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`)
}

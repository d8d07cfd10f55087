/**
 * One WebSocket of the graphql-transport-ws protocol, from its first message to its close.
 *
 * The server of `graphql-ws` is not used: an operation that its client completes would run on there, an id that is used again
 * while it does would mix the two up, and nothing says when a client reads too slowly.
 */
import type { Socket } from 'node:net'
import { anonymousViewer, ClientError, type Viewer } from '@souk/contracts'
import type { WebSocket } from 'ws'
import { gatewayFault, sentenceFor } from '../../errors.ts'
import { isDeeper } from '../../policy/limit-input.ts'
import { quiet } from '../../request/interruptible.ts'
import { runOnConnection, tooManyOperations } from '../../request/run-on-connection.ts'
import type { RequestGateway } from '../../request/run-request.ts'
import { atTime } from '../../request/stream-life.ts'
import type { WireRequest } from '../../request/wire.ts'
import { type ClientMessage, closeCodes, readMessage, type ServerMessage } from './socket-messages.ts'

export type OpenedSocket = {
  readonly socket: WebSocket
  /** Below the WebSocket, to see whether bytes still move. */
  readonly stream: Socket
  readonly headers: WireRequest['headers']
  /** Of the client, seen through our own proxies. */
  readonly address: string | undefined
}

export type SocketConnection = {
  /** Closes it once no query and no mutation runs on it. */
  readonly drain: () => void
  readonly terminate: () => void
}

export function serveSocket(opened: OpenedSocket, gateway: RequestGateway): SocketConnection {
  const connection: Connection = {
    ...opened,
    gateway,
    state: 'new',
    viewer: undefined,
    operations: new Map(),
    isDraining: false,
    onEnd: [],
  }
  const { socket } = opened
  closeUninitialised(connection)
  keepAlive(connection)
  socket.on('message', (data, isBinary) => {
    // What comes after the close is no longer answered.
    if (socket.readyState !== socket.OPEN) return
    const message = isBinary ? undefined : readMessage(String(data as Buffer))
    if (message === undefined) close(connection, 'badRequest', 'This is no message of graphql-transport-ws.')
    else receive(connection, message)
  })
  socket.on('close', () => end(connection))
  // A frame that is wrong or too large: the socket closes itself with the code for that.
  socket.on('error', () => end(connection))
  return {
    drain() {
      connection.isDraining = true
      closeDrained(connection)
    },
    terminate: () => socket.terminate(),
  }
}

type Connection = Omit<OpenedSocket, 'headers'> & {
  /** With the token of connection_init, once that came. */
  headers: WireRequest['headers']
  readonly gateway: RequestGateway
  state: 'new' | 'initialising' | 'ready' | 'ended'
  viewer: Viewer | undefined
  readonly operations: Map<string, Operation>
  isDraining: boolean
  readonly onEnd: (() => void)[]
}

type Operation = { readonly id: string; readonly over: AbortController; isEndless: boolean }

function receive(connection: Connection, message: ClientMessage): void {
  switch (message.type) {
    case 'connection_init':
      void initialise(connection, message.payload ?? {})
      break
    case 'ping':
      pong(connection, message.payload)
      break
    case 'pong':
      break
    case 'subscribe':
      subscribe(connection, message)
      break
    case 'complete':
      connection.operations.get(message.id)?.over.abort(new Error('The client completed the operation.'))
      connection.operations.delete(message.id)
      break
  }
}

// It is written back, and what is nested deeper than a stack holds can be read but not always written.
function pong(connection: Connection, payload: Extract<ClientMessage, { type: 'ping' }>['payload']): void {
  if (isDeeper(payload, connection.gateway.config.inputDepthMax))
    return close(connection, 'badRequest', 'The payload is nested too deeply.')
  void send(connection, { type: 'pong', ...(payload && { payload }) })
}

async function initialise(connection: Connection, payload: Readonly<Record<string, unknown>>): Promise<void> {
  if (connection.state !== 'new')
    return close(connection, 'tooManyInitialisationRequests', 'Too many initialisation requests')
  connection.state = 'initialising'
  const { verifier, clock } = connection.gateway
  const authorization = authorizationOf(payload) ?? connection.headers.authorization
  try {
    const viewer = await verifier.viewerOf(authorization)
    if (connection.state !== 'initialising') return
    connection.state = 'ready'
    connection.viewer = viewer
    connection.headers = { ...connection.headers, authorization }
    connection.onEnd.push(
      atTime(verifier.expiresAt(viewer), clock, () =>
        close(connection, 'forbidden', 'The token has expired.'),
      ),
    )
    await send(connection, { type: 'connection_ack' })
  } catch (error) {
    if (error instanceof ClientError) close(connection, 'forbidden', error.message)
    else close(connection, 'tryAgainLater', sentenceFor('GW_NOT_READY'))
  }
}

// A browser can't set a header of a WebSocket, so clients send it in the payload, each in its own way.
function authorizationOf(payload: Readonly<Record<string, unknown>>): string | undefined {
  const { headers } = payload
  const places = [payload, typeof headers === 'object' && headers !== null ? headers : {}]
  const found = places
    .flatMap((place) => Object.entries(place))
    .find(([name, value]) => name.toLowerCase() === 'authorization' && typeof value === 'string')
  return found?.[1] as string | undefined
}

function subscribe(
  connection: Connection,
  { id, payload }: Extract<ClientMessage, { type: 'subscribe' }>,
): void {
  const { operations } = connection
  if (connection.state !== 'ready')
    return close(connection, 'unauthorized', 'Send connection_init, and wait for connection_ack.')
  if (operations.has(id))
    return close(connection, 'subscriberAlreadyExists', `Subscriber for ${id} already exists`)
  const refusal = refusalOf(connection)
  const operation: Operation = { id, over: new AbortController(), isEndless: false }
  // What is refused for their number is not counted among them.
  if (refusal === undefined) operations.set(id, operation)
  void run(connection, operation, { payload, refusal })
}

function refusalOf({ isDraining, operations, gateway }: Connection): Error | undefined {
  const { connectionOperationsMax } = gateway.config
  if (isDraining) return gatewayFault('GW_NOT_READY', 'The gateway is stopping.')
  return operations.size < connectionOperationsMax ? undefined : tooManyOperations(connectionOperationsMax)
}

type Asked = { readonly payload: object; readonly refusal: Error | undefined }

async function run(connection: Connection, operation: Operation, { payload, refusal }: Asked): Promise<void> {
  const { gateway, headers, address, viewer = anonymousViewer } = connection
  const { id, over } = operation
  // It ends with its connection, which closes when it has to: nothing else stops it.
  const life = { over: over.signal }
  const started = await runOnConnection(gateway, { payload, refusal, headers, address, viewer, life })
  if (started.kind === 'refused') {
    const isAwaited = refusal !== undefined || settle(connection, operation)
    if (isAwaited) await send(connection, { type: 'error', id, payload: started.errors })
    return closeDrained(connection)
  }
  operation.isEndless = started.isEndless
  closeDrained(connection)
  try {
    for await (const next of started.payloads)
      if (next !== quiet && !over.signal.aborted) await send(connection, { type: 'next', id, payload: next })
    if (settle(connection, operation)) await send(connection, { type: 'complete', id })
  } catch (error) {
    if (settle(connection, operation))
      await send(connection, { type: 'error', id, payload: started.errorsOf(error) })
  }
  closeDrained(connection)
}

/** Whether the client still waits for the operation, whose id is free from now on. */
function settle({ operations }: Connection, operation: Operation): boolean {
  if (operations.get(operation.id) !== operation) return false
  return operations.delete(operation.id)
}

/** Waits until the bytes are on their way: an operation has one message at most that waits for the client to read. */
async function send(connection: Connection, message: ServerMessage): Promise<void> {
  const { socket } = connection
  if (socket.readyState !== socket.OPEN || closeUnread(connection)) return
  await new Promise<void>((resolve) => {
    socket.send(JSON.stringify(message), () => resolve())
  })
}

function closeUnread(connection: Connection): boolean {
  const { unreadBytesMax } = connection.gateway.config
  const { bufferedAmount } = connection.socket
  if (bufferedAmount <= unreadBytesMax) return false
  close(connection, 'tryAgainLater', `${bufferedAmount} bytes wait to be read; ${unreadBytesMax} may.`)
  return true
}

function closeUninitialised(connection: Connection): void {
  const timer = setTimeout(() => {
    if (connection.state === 'new')
      close(connection, 'initialisationTimeout', 'Connection initialisation timeout')
  }, connection.gateway.config.connectionInitMsMax)
  connection.onEnd.push(() => clearTimeout(timer))
}

function keepAlive(connection: Connection): void {
  const { socket, stream, gateway } = connection
  const { keepAliveMs } = gateway.config
  let isAlive = true
  const onSign = (): void => void (isAlive = true)
  socket.on('pong', onSign)
  socket.on('message', onSign)
  // Not left to the socket: a client that asks for signs of life and reads none of them would fill it.
  socket.on('ping', (data) => {
    if (socket.readyState === socket.OPEN && !closeUnread(connection)) socket.pong(data)
  })
  const timer = setInterval(() => {
    // A ping behind bytes that nobody read yet can't be answered.
    if (socket.bufferedAmount > 0) return
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, keepAliveMs)
  stream.setTimeout(keepAliveMs * 2, () => {
    close(connection, 'tryAgainLater', 'Nothing of what was sent was read for too long.')
    socket.terminate()
  })
  connection.onEnd.push(() => clearInterval(timer))
}

function closeDrained(connection: Connection): void {
  const { isDraining, operations } = connection
  if (isDraining && [...operations.values()].every(({ isEndless }) => isEndless))
    close(connection, 'goingAway', 'The gateway is stopping.')
}

function close(connection: Connection, code: keyof typeof closeCodes, reason: string): void {
  end(connection)
  connection.socket.close(closeCodes[code], clip(reason))
}

function end(connection: Connection): void {
  if (connection.state === 'ended') return
  connection.state = 'ended'
  for (const undo of connection.onEnd) undo()
  const operations = [...connection.operations.values()]
  connection.operations.clear()
  for (const { over } of operations) over.abort(new Error('The connection has ended.'))
}

// A close frame has room for 123 bytes; half a character at the end is left out.
const clip = (reason: string): string =>
  new TextDecoder().decode(Buffer.from(reason).subarray(0, 123), { stream: true })

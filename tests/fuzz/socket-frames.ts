/** WebSocket by hand: frames of any kind out, what the gateway sends read strictly. */
import { connect, type Socket } from 'node:net'

export type Frame = {
  readonly opcode: number
  readonly payload: Buffer
  readonly isLast?: boolean
  readonly isMasked?: boolean
  readonly reserved?: number
  /** Said to be so long, whatever there is. */
  readonly length?: number
}

export type RawSocket = {
  readonly write: (bytes: Buffer) => void
  readonly frames: readonly ReadFrame[]
  /** Resolves once a frame is there of which that is so, or the connection is closed. */
  readonly until: (isIt: (frame: ReadFrame) => boolean) => Promise<void>
  readonly closed: Promise<void>
  readonly destroy: () => void
}

export type ReadFrame = { readonly opcode: number; readonly payload: Buffer }

export function writeFrame({
  opcode,
  payload,
  isLast = true,
  isMasked = true,
  reserved = 0,
  length,
}: Frame): Buffer {
  const said = length ?? payload.length
  const start = (isLast ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = isMasked ? 0x80 : 0
  const head = said < 126 ? Buffer.from([start, mask | said]) : Buffer.alloc(said < 65_536 ? 4 : 10, start)
  if (said >= 65_536) {
    head[1] = mask | 127
    head.writeBigUInt64BE(BigInt(said), 2)
  } else if (said >= 126) {
    head[1] = mask | 126
    head.writeUInt16BE(said, 2)
  }
  // A mask of zeros leaves everything as it is.
  return Buffer.concat([head, ...(isMasked ? [Buffer.alloc(4)] : []), payload])
}

export async function openRawSocket(port: number, msMax: number): Promise<RawSocket> {
  const socket = connect(port, '127.0.0.1')
  const frames: ReadFrame[] = []
  const wakes = new Set<() => void>()
  const wake = (): void => wakes.forEach((one) => one())
  let rest = await upgrade(socket, msMax)
  let isClosed = socket.destroyed
  let fault: unknown
  const closed = new Promise<void>((resolve) => {
    const end = (): void => {
      isClosed = true
      resolve()
      wake()
    }
    if (isClosed) end()
    else socket.once('close', end)
  })
  const take = (): void => {
    try {
      rest = readFrames(rest, frames)
    } catch (error) {
      fault = error
    }
    wake()
  }
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    take()
  })
  take()
  return {
    write: (bytes) => void (socket.destroyed || socket.write(bytes)),
    frames,
    async until(isIt) {
      const timer = setTimeout(() => {
        fault = new Error(`Neither answered nor closed; ${frames.length} frames came.`)
        wake()
      }, msMax)
      try {
        while (!isClosed && fault === undefined && !frames.some(isIt))
          await new Promise<void>((resolve) => wakes.add(resolve))
      } finally {
        clearTimeout(timer)
        wakes.clear()
      }
      if (fault !== undefined) throw fault
    },
    closed,
    destroy: () => socket.destroy(),
  }
}

async function upgrade(socket: Socket, msMax: number): Promise<Buffer> {
  const timer = setTimeout(() => socket.destroy(), msMax)
  socket.on('error', () => undefined)
  const head = [
    'GET /graphql HTTP/1.1',
    'host: gateway',
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==',
    'sec-websocket-protocol: graphql-transport-ws',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  let came = Buffer.alloc(0)
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      came = Buffer.concat([came, chunk])
      if (!came.includes('\r\n\r\n')) return
      socket.off('data', onData)
      resolve()
    }
    socket.on('data', onData)
    socket.once('close', () => reject(new Error(`No WebSocket: ${came.toString()}`)))
  })
  clearTimeout(timer)
  if (!came.toString().startsWith('HTTP/1.1 101')) throw new Error(`No WebSocket: ${came.toString()}`)
  return came.subarray(came.indexOf('\r\n\r\n') + 4)
}

/** What is left is the beginning of another frame. */
function readFrames(bytes: Buffer, into: ReadFrame[]): Buffer {
  let rest = bytes
  while (rest.length >= 2) {
    const [start = 0, second = 0] = rest
    if ((start & 0xf0) !== 0x80 || (second & 0x80) !== 0)
      throw new Error(`A wrong frame was sent: ${rest.toString('hex', 0, 20)}`)
    const short = second & 0x7f
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0
    if (rest.length < 2 + extra) break
    const length = extra === 0 ? short : extra === 2 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
    if (rest.length < 2 + extra + length) break
    into.push({ opcode: start & 0x0f, payload: rest.subarray(2 + extra, 2 + extra + length) })
    rest = rest.subarray(2 + extra + length)
  }
  return rest
}

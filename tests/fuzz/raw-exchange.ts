/** Bytes to the gateway and back over a connection of its own, and the HTTP responses that are in what came back. */
import { connect } from 'node:net'

export type RawResponse = { readonly status: number; readonly head: string; readonly body: string }

/** Says that it will send no more, as whoever breaks off does. Fails where the gateway doesn't close in time. */
export async function exchange(
  port: number,
  sent: readonly (Buffer | string)[],
  msMax: number,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`Neither answered nor closed: ${Buffer.concat(chunks).toString()}`))
    }, msMax)
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
    // It may be reset while something is still to be sent.
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    for (const part of sent) socket.write(part)
    socket.end()
  })
  return Buffer.concat(chunks)
}

export function readResponses(bytes: Buffer): readonly RawResponse[] {
  const responses: RawResponse[] = []
  let rest = bytes.toString('latin1')
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const status = /^HTTP\/1\.1 (\d{3})/.exec(rest)?.[1]
    if (end === -1 || status === undefined) throw new Error(`No response of HTTP: ${rest.slice(0, 500)}`)
    const head = rest.slice(0, end)
    const { body, after } = readBody(head, rest.slice(end + 4))
    if (status !== '100')
      responses.push({ status: Number(status), head, body: Buffer.from(body, 'latin1').toString('utf8') })
    rest = after
  }
  return responses
}

function readBody(head: string, rest: string): { readonly body: string; readonly after: string } {
  if (/^transfer-encoding: chunked/im.test(head)) return readChunks(rest)
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  return { body: rest.slice(0, length), after: rest.slice(length) }
}

function readChunks(text: string): { readonly body: string; readonly after: string } {
  let body = ''
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.slice(0, end), 16)
    // Cut off, or the last one.
    if (!(length > 0)) return { body, after: end === -1 ? '' : rest.slice(end + 4) }
    body += rest.slice(end + 2, end + 2 + length)
    rest = rest.slice(end + 4 + length)
  }
}

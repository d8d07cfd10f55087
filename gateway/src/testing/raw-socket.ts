/** WebSockets for tests that send what no client would: message by message, and the request that opens them by hand. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocket } from 'ws'

type Served = { readonly url: string }

export const transport = 'graphql-transport-ws'

export const addressOf = ({ url }: Served): string => `${url.replace('http', 'ws')}/graphql`

/** Initialised already. */
export async function rawClient(
  server: Served,
  { payload, headers }: { readonly payload?: object; readonly headers?: Record<string, string> } = {},
) {
  const socket = new WebSocket(addressOf(server), transport, { headers })
  const messages: unknown[] = []
  let wake = (): void => undefined
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data as Buffer)))
    wake()
  })
  await once(socket, 'open')
  const send = (message: object): void => socket.send(JSON.stringify(message))
  send({ type: 'connection_init', ...(payload && { payload }) })
  await next()
  return {
    socket,
    send,
    next,
    subscribe: (id: string, asked: object) => send({ type: 'subscribe', id, payload: asked }),
  }

  async function next(): Promise<unknown> {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return messages.shift()
  }
}

type Handshake = { readonly path: string; readonly headers?: Readonly<Record<string, string>> }

/** Asks for an upgrade by hand, to see how it is answered. */
export async function handshake(server: Served, { path, headers }: Handshake) {
  const { host, hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const lines = Object.entries({
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('0123456789abcdef').toString('base64'),
    'sec-websocket-protocol': transport,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  socket.write([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (/\r\n\r\n/.test(text) && (text.startsWith('HTTP/1.1 101') || /\r\n\r\n[\s\S]*\}/.test(text))) break
  }
  socket.destroy()
  return { status: Number(text.slice(9, 12)), text }
}

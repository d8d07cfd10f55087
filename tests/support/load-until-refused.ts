/** Clients that keep their connections and never pause, to see what becomes of them when a server stops. */
import { Agent, request } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'

export type LoadingClient = {
  answered: number
  /** How often the server asked it to go. */
  reconnected: number
  failure: string | undefined
  readonly statuses: Set<number>
  readonly ended: Promise<void>
}

export const answeredBy = (clients: readonly LoadingClient[]): number =>
  clients.reduce((sum, { answered }) => sum + answered, 0)

/** Asks again as soon as it is answered, over one connection for as long as the server keeps it. */
export function loadUntilRefused(url: string, query: string): LoadingClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ended = Promise.withResolvers<void>()
  const client: LoadingClient = {
    answered: 0,
    reconnected: 0,
    failure: undefined,
    statuses: new Set(),
    ended: ended.promise,
  }
  void load()
  return client

  async function load(): Promise<void> {
    while (client.failure === undefined) {
      await askOnce({ url, query, agent }, client)
      await nextTurn()
    }
    agent.destroy()
    ended.resolve()
  }
}

type Asked = { readonly url: string; readonly query: string; readonly agent: Agent }

async function askOnce({ url, query, agent }: Asked, client: LoadingClient): Promise<void> {
  const done = Promise.withResolvers<void>()
  request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
    .on('error', (error) => {
      client.failure = 'code' in error ? String(error.code) : error.message
      done.resolve()
    })
    .on('response', (response) => {
      client.statuses.add(response.statusCode ?? 0)
      if (response.headers.connection === 'close') client.reconnected += 1
      response.resume().on('end', () => {
        client.answered += 1
        done.resolve()
      })
    })
    .end(JSON.stringify({ query }))
  await done.promise
}

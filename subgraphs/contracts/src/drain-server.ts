/** Stops a server without losing a request: nobody new is let in, everybody who is in is told to go, and idle connections wait a moment. */
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'

export type DrainOptions = {
  /** What an idle connection has for one more request. */
  readonly drainIdleMs: number
  readonly drainMsMax: number
}

/**
 * `server.close()` of node:http also closes every connection that is idle at that moment, with a request of its client's that is on the
 * way: the client sees a reset and can't know whether it was run. So the socket alone is closed here. Each answer from now on says
 * `connection: close` (see to it before), which ends the connections that are used; those that stay idle are closed after a while.
 *
 * @example
 * await drainServer(fastify.server, { drainIdleMs: 500, drainMsMax: 10_000 })
 */
export async function drainServer(server: Server, { drainIdleMs, drainMsMax }: DrainOptions): Promise<void> {
  const closed = Promise.withResolvers<void>()
  NetServer.prototype.close.call(server, () => closed.resolve())
  const idle = setInterval(() => server.closeIdleConnections(), drainIdleMs)
  const all = setTimeout(() => server.closeAllConnections(), drainMsMax)
  await closed.promise
  clearInterval(idle)
  clearTimeout(all)
}

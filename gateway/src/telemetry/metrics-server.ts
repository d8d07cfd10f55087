/** A server of its own for whoever watches: metrics, and health with its reasons. Its port is not one that clients come to. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ClientError } from '@souk/contracts'
import type { Readiness } from '../http/readiness.ts'
import type { Metrics } from './metrics.ts'

export type MetricsServer = { readonly url: string; readonly close: () => Promise<void> }

export type MetricsServerOptions = {
  readonly host: string
  readonly port: number
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
  readonly readiness: () => Promise<Readiness>
}

/** What an operator reads behind a firewall, a stranger must not: names of operations and subgraphs, and how much is going on. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port } = options
  const server = createServer({ requestTimeout: requestMsMax }, ({ method, url = '/' }, response) => {
    void answer(options, `${method} ${url.replace(/\?.*$/, '')}`, response).catch(() => response.destroy())
  })
  server.maxConnections = connectionsMax
  const listening = Promise.withResolvers<void>()
  server.once('error', (error) => listening.reject(refusalOf(error, options)))
  server.listen({ host, port }, listening.resolve)
  await listening.promise
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async close() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}

// Some Prometheus and some probes; a request of theirs has no body.
const connectionsMax = 100
const requestMsMax = 10_000

async function answer(
  { metrics, readiness }: MetricsServerOptions,
  asked: string,
  response: ServerResponse,
): Promise<void> {
  switch (asked) {
    case 'GET /metrics':
      return send(response, 200, { type: metrics.contentType, body: await metrics.text() })
    case 'GET /live':
      return sendJson(response, 200, { live: true })
    case 'GET /ready': {
      const ready = await readiness()
      return sendJson(response, ready.ready ? 200 : 503, ready)
    }
    default:
      return sendJson(response, 404, { error: 'There is nothing here but /metrics, /live and /ready.' })
  }
}

const sendJson = (response: ServerResponse, status: number, body: object): void =>
  send(response, status, { type: 'application/json; charset=utf-8', body: JSON.stringify(body) })

function send(
  response: ServerResponse,
  status: number,
  { type, body }: { readonly type: string; readonly body: string },
): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body)
}

function refusalOf(error: Error, { host, port }: MetricsServerOptions): Error {
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'EADDRINUSE')
    return new ClientError(
      'GW_PORT_IN_USE',
      `Port ${port} on ${host} is in use. Stop the program that has it, or set SOUK_METRICS_PORT.`,
    )
  return new ClientError(
    'GW_CONFIG_INVALID',
    `Can't listen on ${host}:${port} (${code}). Set SOUK_METRICS_HOST and SOUK_METRICS_PORT to an address of this machine.`,
  )
}

/** The wire over HTTP, for calls from one subgraph to another. */
import {
  Fault,
  type SubgraphRequest,
  type SubgraphResponse,
  traceHeaders,
  type Transport,
  wireHeaders,
} from '@souk/contracts'
import { Pool } from 'undici'

const connectionsMax = 16

export function httpTransport(url: string): Transport {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: connectionsMax })
  return {
    execute: async (request, signal) => {
      try {
        return await post(pool, pathname, { request, signal })
      } catch (cause) {
        if (cause instanceof Fault) throw cause
        if (signal.aborted)
          throw new Fault('DEADLINE_EXCEEDED', `${origin} did not answer in time.`, { cause })
        throw new Fault('SUBGRAPH_UNAVAILABLE', `${origin} can't be reached.`, { cause })
      }
    },
    ready: async () => {
      const answer = await pool.request({ method: 'GET', path: '/ready' }).catch(() => undefined)
      await answer?.body.dump()
      return answer?.statusCode === 200
    },
    close: () => pool.close(),
  }
}

async function post(
  pool: Pool,
  path: string,
  { request, signal }: { readonly request: SubgraphRequest; readonly signal: AbortSignal },
): Promise<SubgraphResponse> {
  const { query, operationName, variables } = request
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path,
    signal,
    headers: {
      ...traceHeaders(),
      'content-type': 'application/json',
      [wireHeaders.viewer]: request.viewerToken,
      [wireHeaders.requestId]: request.requestId,
      [wireHeaders.deadlineMs]: String(request.deadlineMs),
    },
    body: JSON.stringify({ query, operationName, variables }),
  })
  if (statusCode !== 200) {
    await body.dump()
    throw new Fault('SUBGRAPH_UNAVAILABLE', `The subgraph answered with the status ${statusCode}.`)
  }
  return (await body.json()) as SubgraphResponse
}

/** Calls a subgraph over HTTP: a pool of connections, a deadline, a size limit, and failures as `Fault`s. */
import {
  Fault,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  wireHeaders,
} from '@souk/contracts'
import { Pool } from 'undici'

export type HttpTransportOptions = {
  readonly url: string
  readonly connectionsMax: number
  readonly responseBytesMax: number
}

export function httpTransport({ url, connectionsMax, responseBytesMax }: HttpTransportOptions): Transport {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections: connectionsMax,
    keepAliveTimeout: 30_000,
    connectTimeout: 5_000,
  })
  return {
    async execute(request, signal) {
      const timeout = AbortSignal.timeout(Math.max(1, Math.floor(request.deadlineMs)))
      try {
        return await call(request, AbortSignal.any([signal, timeout]))
      } catch (error) {
        throw translate(error, { url, isLate: timeout.aborted, signal })
      }
    },
    async ready() {
      try {
        const { statusCode, body } = await pool.request({
          method: 'GET',
          path: '/ready',
          signal: AbortSignal.timeout(readyMsMax),
        })
        await body.dump()
        return statusCode === 200
      } catch {
        return false
      }
    },
    close: async () => await pool.close(),
  }

  async function call(request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse> {
    const { query, operationName, variables } = request
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        [wireHeaders.viewer]: request.viewerToken,
        [wireHeaders.requestId]: request.requestId,
        [wireHeaders.deadlineMs]: String(Math.max(1, Math.floor(request.deadlineMs))),
      },
      body: JSON.stringify({ query, operationName, variables }),
      signal,
    })
    return readAnswer(await readText(body, url, responseBytesMax), { url, statusCode })
  }
}

const readyMsMax = 2_000

async function readText(body: AsyncIterable<Uint8Array>, url: string, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw unavailable(url, `answered with more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes).toString('utf8')
}

function readAnswer(
  text: string,
  { url, statusCode }: { readonly url: string; readonly statusCode: number },
): SubgraphResponse {
  const answer = parseJson(text)
  const isGraphQL = typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)
  if (!isGraphQL) throw unavailable(url, `answered with status ${statusCode} and no GraphQL`)
  return answer as SubgraphResponse
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

type Circumstances = { readonly url: string; readonly isLate: boolean; readonly signal: AbortSignal }

function translate(error: unknown, { url, isLate, signal }: Circumstances): Error {
  if (error instanceof Fault) return error
  if (isLate || signal.aborted)
    return new Fault('DEADLINE_EXCEEDED', `${url} did not answer in time.`, { cause: error })
  return unavailable(url, `could not be reached: ${reasonOf(error)}`, error)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

const unavailable = (url: string, reason: string, cause?: unknown): Fault =>
  new Fault('SUBGRAPH_UNAVAILABLE', `${url} ${reason}.`, { cause })

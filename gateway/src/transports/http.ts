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
  /** Set for a server of somebody else: it is sent no viewer and no deadline, but these headers. */
  readonly foreign?: { readonly headers: Readonly<Record<string, string>> }
}

export function httpTransport(options: HttpTransportOptions): Transport {
  const { url, connectionsMax, responseBytesMax, foreign } = options
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections: connectionsMax,
    keepAliveTimeout: foreign === undefined ? ownKeepAliveMs : foreignKeepAliveMs,
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
        return foreign === undefined ? await saysReady() : await answersTypename()
      } catch {
        return false
      }
    },
    close: async () => await pool.close(),
  }

  async function saysReady(): Promise<boolean> {
    const signal = AbortSignal.timeout(readyMsMax)
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/ready', signal })
    await body.dump()
    return statusCode === 200
  }

  // What somebody else's server calls its health is unknown; that it answers a query is what counts.
  async function answersTypename(): Promise<boolean> {
    const request = { query: '{ __typename }', viewerToken: '', requestId: 'ready', deadlineMs: readyMsMax }
    const { data } = await call(request, AbortSignal.timeout(readyMsMax))
    return data?.__typename !== undefined
  }

  async function call(request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse> {
    const { query, operationName, variables } = request
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        ...foreign?.headers,
        ...request.headers,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        [wireHeaders.requestId]: request.requestId,
        ...(foreign === undefined && {
          [wireHeaders.viewer]: request.viewerToken,
          [wireHeaders.deadlineMs]: String(Math.max(1, Math.floor(request.deadlineMs))),
        }),
      },
      body: JSON.stringify({ query, operationName, variables }),
      signal,
    })
    return readAnswer(await readText(body, url, responseBytesMax), { url, statusCode })
  }
}

const readyMsMax = 2_000

const ownKeepAliveMs = 30_000
// Shorter than the 5 s that servers commonly keep an idle connection: a request must not meet one that is just being closed.
const foreignKeepAliveMs = 4_000

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

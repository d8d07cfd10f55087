/** Calls a subgraph over HTTP: a pool of connections, a deadline, a size limit, and failures as `Fault`s. */
import {
  Fault,
  type SubgraphRequest,
  type SubgraphResponse,
  traceHeaders,
  type Transport,
  wireHeaders,
} from '@souk/contracts'
import { Pool } from 'undici'
import { gatewayFault } from '../errors.ts'
import { boundedMap } from '../planner/bounded-map.ts'
import { postText, TookTooLong } from './post-text.ts'

export type HttpTransportOptions = {
  readonly url: string
  readonly connectionsMax: number
  readonly responseBytesMax: number
  /** Headers of an answer that are kept for the client, by their names in lower case. */
  readonly returned?: ReadonlySet<string>
  /** Set for a server of somebody else: it is sent no viewer and no deadline, but these headers. */
  readonly foreign?: { readonly headers: Readonly<Record<string, string>> }
}

export function httpTransport(options: HttpTransportOptions): Transport {
  const { url, connectionsMax, responseBytesMax, foreign, returned } = options
  const { origin, pathname, search } = new URL(url)
  const bodyOf = createBodies()
  const pool = new Pool(origin, {
    connections: connectionsMax,
    keepAliveTimeout: foreign === undefined ? ownKeepAliveMs : foreignKeepAliveMs,
    connectTimeout: 5_000,
  })
  return {
    async execute(request, signal) {
      try {
        return await call(request, signal)
      } catch (error) {
        throw translate(error, { url, signal })
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
    const { data } = await call(request, never)
    return data?.__typename !== undefined
  }

  async function call(request: SubgraphRequest, signal: AbortSignal): Promise<SubgraphResponse> {
    const posting = {
      url,
      path: `${pathname}${search}`,
      headers: {
        ...foreign?.headers,
        ...request.headers,
        ...traceHeaders(),
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        // Nothing here unpacks: a small answer that swells is one that can't be bounded by its bytes.
        'accept-encoding': 'identity',
        [wireHeaders.requestId]: request.requestId,
        ...(foreign === undefined && {
          [wireHeaders.viewer]: request.viewerToken,
          [wireHeaders.deadlineMs]: String(Math.max(1, Math.floor(request.deadlineMs))),
        }),
      },
      body: bodyOf(request),
      bytesMax: responseBytesMax,
      msMax: request.deadlineMs,
    }
    const { statusCode, headers, text } = await postText(pool, posting, signal)
    const answer = readAnswer(text, { url, statusCode })
    if (returned === undefined || returned.size === 0) return answer
    return { ...answer, headers: keptHeaders(headers, returned) }
  }
}

/** The text of an operation is the same each time, and the longest part of what is sent: it is written once. */
function createBodies(): (request: SubgraphRequest) => string {
  const begun = boundedMap<string>({ sizeMax: textsMax })
  return ({ query, operationName, variables }) => {
    let start = begun.get(query)
    if (start === undefined) begun.set(query, (start = `{"query":${JSON.stringify(query)}`))
    const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
    return variables === undefined
      ? `${start}${name}}`
      : `${start}${name},"variables":${JSON.stringify(variables)}}`
  }
}

// About as many as a gateway keeps plans.
const textsMax = 1_000
const readyMsMax = 2_000
const never = new AbortController().signal

// Several of a name are one with commas between, but for cookies, of which only the first is kept.
const keptHeaders = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  names: ReadonlySet<string>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...names].flatMap((name) => {
      const value = headers[name]
      const [first = ''] = typeof value === 'string' ? [value] : (value ?? [])
      if (value === undefined) return []
      return [[name, typeof value === 'string' || name === 'set-cookie' ? first : value.join(', ')]]
    }),
  )

const ownKeepAliveMs = 30_000
// Shorter than the 5 s that servers commonly keep an idle connection: a request must not meet one that is just being closed.
const foreignKeepAliveMs = 4_000

export async function readText(
  body: AsyncIterable<Uint8Array>,
  url: string,
  bytesMax: number,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > bytesMax)
      throw gatewayFault('GW_SUBGRAPH_ANSWER_TOO_LARGE', `${url} answered with more than ${bytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes).toString('utf8')
}

export function readAnswer(
  text: string,
  { url, statusCode }: { readonly url: string; readonly statusCode: number },
): SubgraphResponse {
  const answer = parseJson(text)
  const isGraphQL = typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)
  if (!isGraphQL)
    throw new Fault('SUBGRAPH_UNAVAILABLE', `${url} answered with status ${statusCode} and no GraphQL.`, {
      retry: passingStatuses.has(statusCode),
    })
  return answer as SubgraphResponse
}

// What a proxy says of a server that is starting, or full. Any other status will be the same the next time.
const passingStatuses: ReadonlySet<number> = new Set([502, 503, 504])

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

type Circumstances = { readonly url: string; readonly signal: AbortSignal }

function translate(error: unknown, { url, signal }: Circumstances): Error {
  if (error instanceof Fault) return error
  if (error instanceof TookTooLong || signal.aborted)
    return new Fault('DEADLINE_EXCEEDED', `${url} did not answer in time.`, { cause: error })
  const reason = reasonOf(error)
  return new Fault('SUBGRAPH_UNAVAILABLE', `${url} could not be reached: ${reason}.`, {
    cause: error,
    retry: passingReasons.has(reason),
  })
}

// A connection that could not be made or was lost. What is wrong with a certificate, or with what was sent, stays wrong.
const passingReasons: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
])

// Where a name has several addresses, what went wrong with each is inside.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError && error.message === '' ? reasonOf(error.errors[0]) : error.message
}

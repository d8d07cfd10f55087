/** One POST over a pool and its answer as one text, without the streams and signals that a general request comes with. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { gatewayFault } from '../errors.ts'

export type Posting = {
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Of the answer. */
  readonly bytesMax: number
  readonly msMax: number
}

export type PostedText = {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Rejected with `TookTooLong` once time is up, with the signal's reason when it fires, else with what the connection failed of. */
export function postText(
  pool: Dispatcher,
  { url, path, headers, body, bytesMax, msMax }: Posting,
  signal: AbortSignal,
): Promise<PostedText> {
  return new Promise((resolve, reject) => {
    let statusCode = 0
    let answered: IncomingHttpHeaders = {}
    let controller: Dispatcher.DispatchController | undefined
    const chunks: Buffer[] = []
    let bytes = 0
    let isOver = false
    const timer = setTimeout(() => end(new TookTooLong()), Math.max(1, Math.floor(msMax)))
    const onAbort = (): void => end(signal.reason as Error)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) return onAbort()
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        // It may have waited for a connection for longer than anybody waited for it.
        onRequestStart(given) {
          controller = given
          if (isOver) given.abort(new TookTooLong())
        },
        onResponseStart(_, status, given) {
          statusCode = status
          answered = given
        },
        onResponseData(_, chunk) {
          bytes += chunk.byteLength
          if (bytes <= bytesMax) chunks.push(chunk)
          else
            end(
              gatewayFault(
                'GW_SUBGRAPH_ANSWER_TOO_LARGE',
                `${url} answered with more than ${bytesMax} bytes.`,
              ),
            )
        },
        onResponseEnd() {
          settle()
          const [only] = chunks
          const whole = only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, bytes)
          resolve({ statusCode, headers: answered, text: whole.toString('utf8') })
        },
        onResponseError(_, error) {
          settle()
          reject(error)
        },
      },
    )

    function end(error: Error): void {
      if (isOver) return
      settle()
      reject(error)
      controller?.abort(error)
    }

    function settle(): void {
      isOver = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  })
}

export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}

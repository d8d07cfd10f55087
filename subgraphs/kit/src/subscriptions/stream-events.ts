/** Writes the answers of a subscription as server-sent events, in the distinct connections mode of GraphQL over SSE. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { SubgraphResponse } from '@souk/contracts'
import { subscriptionLimits } from './config.ts'

export type Streaming = {
  /** Fires when the service is about to stop. */
  readonly draining: AbortSignal
  readonly limits?: StreamLimits
}

export type StreamLimits = Pick<typeof subscriptionLimits, 'keepAliveMs' | 'stalledMsMax'>

/** Without `complete` at the end the reader knows that the stream was cut, and may subscribe again. */
export async function streamEvents(
  response: ServerResponse,
  answers: AsyncIterableIterator<SubgraphResponse>,
  { draining, limits = subscriptionLimits }: Streaming,
): Promise<void> {
  const leave = (): void => void answers.return?.()
  response.once('close', leave)
  draining.addEventListener('abort', leave, { once: true })
  const silence = setInterval(() => {
    if (response.headersSent && !response.writableNeedDrain) response.write(':\n\n')
  }, limits.keepAliveMs)
  try {
    for await (const answer of answers) {
      if (!response.headersSent) response.writeHead(200, headers)
      silence.refresh()
      await write(response, `event: next\ndata: ${JSON.stringify(answer)}\n\n`, limits.stalledMsMax)
    }
    if (!response.headersSent) response.writeHead(draining.aborted ? 503 : 200, headers)
    response.end(draining.aborted ? '' : 'event: complete\ndata:\n\n')
  } catch {
    // Too late for a status, or the reader has gone.
    if (response.headersSent) response.destroy()
    else response.writeHead(503).end()
  } finally {
    clearInterval(silence)
    draining.removeEventListener('abort', leave)
  }
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Asks proxies that gather output not to.
  'x-accel-buffering': 'no',
}

async function write(response: ServerResponse, text: string, stalledMsMax: number): Promise<void> {
  if (response.write(text) || response.destroyed) return
  await once(response, 'drain', { signal: AbortSignal.timeout(stalledMsMax) })
}

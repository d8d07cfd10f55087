/** Asks a subgraph for its schema until it answers, or time is up: the order in which services start doesn't matter. */
import { ClientError, type SubgraphError, type Transport } from '@souk/contracts'
import type { Clock } from '../clock.ts'

export type AskedSubgraph = { readonly name: string; readonly url: string; readonly transport: Transport }

export type FetchSdlOptions = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly subgraphStartMsMax: number
  readonly viewerToken: () => Promise<string>
  /** Called once, when the first try has failed. */
  readonly onWait?: (reason: string) => void
}

export async function fetchSdl(subgraph: AskedSubgraph, options: FetchSdlOptions): Promise<string> {
  const { clock, signal, subgraphStartMsMax } = options
  const endsAtMs = clock.monotonicMs() + subgraphStartMsMax
  let reason: string | undefined
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, waitMsMax)) {
    const msLeft = endsAtMs - clock.monotonicMs()
    if (msLeft <= askMsLeast || signal.aborted) break
    try {
      return await askSdl(subgraph, options, Math.min(msLeft, askMsMax))
    } catch (error) {
      if (error instanceof ClientError) throw error
      const isFirst = reason === undefined
      reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ')
      if (isFirst) options.onWait?.(reason)
    }
    await wait(Math.min(waitMs, Math.max(0, endsAtMs - clock.monotonicMs())), signal)
  }
  const { name, url } = subgraph
  const message = `The subgraph ${name} at ${url} did not give its schema within ${subgraphStartMsMax} ms: ${reason ?? 'it gave no schema'}`
  throw new ClientError('GW_SUBGRAPH_UNREACHABLE', message)
}

const firstWaitMs = 100
const waitMsMax = 2_000
const askMsMax = 5_000
// A last try with less time than this would end in a timeout, and hide the reason that is known.
const askMsLeast = 50

async function askSdl(
  subgraph: AskedSubgraph,
  { viewerToken, signal }: FetchSdlOptions,
  deadlineMs: number,
): Promise<string> {
  const answer = await subgraph.transport.execute(
    {
      query: 'query SubgraphSdl { _service { sdl } }',
      viewerToken: await viewerToken(),
      requestId: 'start',
      deadlineMs,
    },
    AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(deadlineMs))]),
  )
  const [error] = answer.errors ?? []
  if (error !== undefined) throw explain(subgraph, error)
  const service = answer.data?._service as { readonly sdl?: unknown } | null | undefined
  if (typeof service?.sdl !== 'string') throw new Error('it gave no schema')
  return service.sdl
}

// A server that doesn't know the field will not know it after a wait either.
function explain({ name, url }: AskedSubgraph, { message }: SubgraphError): Error {
  if (!message.includes('_service')) return new Error(message)
  return new ClientError(
    'GW_SUBGRAPH_UNREACHABLE',
    `The subgraph ${name} at ${url} does not give its schema: ${message} Give it as a file: "sdl" in the list.`,
  )
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
}

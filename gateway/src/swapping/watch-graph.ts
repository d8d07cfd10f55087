/** Looks from time to time whether what the graph is made of has changed, and has the changed graph served. */
import { ClientError, Fault } from '@souk/contracts'
import type { Logger } from '../telemetry/logger.ts'
import type { GraphSource } from './graph-source.ts'
import type { GraphSwapper } from './swap-graph.ts'

export type WatchedGraph = {
  /** What the graph is made of, as one text: another text is another graph. */
  readonly text: string
  readonly open: () => Promise<OpenedSource>
}

export type OpenedSource = {
  readonly source: GraphSource
  /** Closes what was opened for it alone. Called once it is served no more, or if it was never served. */
  readonly close: () => Promise<void>
}

export type WatchOptions = {
  readonly served: { readonly text: string; readonly close: () => Promise<void> }
  readonly look: (signal: AbortSignal) => Promise<WatchedGraph>
  readonly gateway: Pick<GraphSwapper, 'swap'>
  /** Zero never looks by itself. */
  readonly everyMs: number
  readonly logger: Logger
}

export type GraphWatch = {
  /** Looks now. Resolves when a changed graph is served, or was refused. */
  readonly look: () => Promise<void>
  /** Stops looking: from then on the graph stays. */
  readonly stop: () => Promise<void>
  /** Closes what was opened for the graph that is served, and for those before it. */
  readonly close: () => Promise<void>
}

export function watchGraph({ served, look, gateway, everyMs, logger }: WatchOptions): GraphWatch {
  const stopping = new AbortController()
  const { signal } = stopping
  const find = createFinder(look, logger)
  const serving = createServing(served.close, { gateway, logger })
  let seenText = served.text
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  schedule()
  return { look: lookOnce, stop, close }

  function schedule(): void {
    if (everyMs === 0 || signal.aborted) return
    timer = setTimeout(() => void lookOnce().then(schedule), everyMs)
    timer.unref()
  }

  // One at a time: whoever asks while one is under way is told how that one went.
  async function lookOnce(): Promise<void> {
    looking ??= lookNow().finally(() => (looking = undefined))
    await looking
  }

  async function lookNow(): Promise<void> {
    const found = await find(signal)
    // What was refused once is refused again: it is tried anew when it has changed.
    if (found === undefined || found.text === seenText || signal.aborted) return
    seenText = found.text
    await serving.serve(found)
  }

  async function stop(): Promise<void> {
    stopping.abort()
    clearTimeout(timer)
    await looking
  }

  async function close(): Promise<void> {
    await stop()
    await serving.close()
  }
}

/** Says once that nothing can be found, however often it is tried until something is. */
function createFinder(look: WatchOptions['look'], logger: Logger) {
  let isSaid = false
  return async (signal: AbortSignal): Promise<WatchedGraph | undefined> => {
    try {
      const found = await look(signal)
      isSaid = false
      return found
    } catch (error) {
      if (!isExpected(error)) throw error
      if (!isSaid && !signal.aborted)
        logger.warn({ reason: error.message }, "schemas can't be looked at; the graph stays as it is")
      isSaid = true
      return undefined
    }
  }
}

function createServing(
  closeFirst: () => Promise<void>,
  { gateway, logger }: Pick<WatchOptions, 'gateway' | 'logger'>,
) {
  const draining = new Set<Promise<void>>()
  let closeServed = closeFirst
  return {
    async serve(found: WatchedGraph): Promise<void> {
      let opened: OpenedSource | undefined
      try {
        opened = await found.open()
        const { drained } = await gateway.swap(opened.source)
        closeOnce(drained, closeServed)
        closeServed = opened.close
      } catch (error) {
        await opened?.close()
        if (!isExpected(error)) throw error
        logger.error({ reason: error.message }, 'a changed graph is not served; the one before it stays')
      }
    },
    async close(): Promise<void> {
      await Promise.all(draining)
      await closeServed()
    },
  }

  function closeOnce(drained: Promise<void>, close: () => Promise<void>): void {
    const ending = drained.then(close)
    draining.add(ending)
    void ending.finally(() => draining.delete(ending))
  }
}

const isExpected = (error: unknown): error is ClientError | Fault =>
  error instanceof ClientError || error instanceof Fault

/** All that watches one gateway from outside: its metrics, if there is a port for them, and its log. */
import type { GatewayConfig } from '../config.ts'
import type { Readiness } from '../http/readiness.ts'
import type { TrustedDocuments } from '../policy/trusted-documents.ts'
import { noteFetch, type RequestSummary } from '../request/request-summary.ts'
import type { OnFetch } from '../request/asked-operation.ts'
import { type Logger, logRequest } from './logger.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { startMetricsServer } from './metrics-server.ts'
import type { MetricsReads } from './read-metrics.ts'

export type Watching = {
  readonly onDone: (summary: RequestSummary) => void
  readonly onFetch: OnFetch
  /** Told when a subscription begins; gives what is told that it has ended. */
  readonly onSubscribed: () => () => void
  /** Serves metrics and health, if there is a port for them. */
  readonly listen: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

export type WatchingOptions = {
  readonly config: GatewayConfig
  readonly logger: Logger
  readonly readiness: () => Promise<Readiness>
  readonly trusted: () => TrustedDocuments
  readonly reads: Omit<MetricsReads, 'readiness' | 'open'> & {
    /** What there is now; nothing of a server where none is started. */
    readonly open: () => {
      readonly requests?: number
      readonly connections?: number
      readonly operations: number
    }
  }
}

export function openWatching(options: WatchingOptions): Watching {
  const { config, logger, readiness } = options
  let subscriptions = 0
  const metrics = config.metricsPort === undefined ? undefined : metricsOf(options, () => subscriptions)
  let server: Awaited<ReturnType<typeof startMetricsServer>> | undefined
  return {
    onDone(summary) {
      metrics?.onDone(summary)
      logRequest(logger, summary, config)
    },
    onFetch(fetch, seen) {
      metrics?.onFetch(fetch)
      noteFetch(seen, fetch)
    },
    onSubscribed() {
      subscriptions += 1
      return () => void (subscriptions -= 1)
    },
    async listen() {
      const { metricsHost: host, metricsPort: port } = config
      if (metrics === undefined || port === undefined) return undefined
      server = await startMetricsServer({ host, port, metrics, readiness })
      logger.info({ url: server.url }, 'metrics and health are served')
      return server.url
    },
    close: async () => await server?.close(),
  }
}

function metricsOf(
  { config, readiness, trusted, reads }: WatchingOptions,
  subscriptions: () => number,
): Metrics {
  const isTrusted = (hash: string): boolean =>
    trusted().textOf(Buffer.from(hash, 'base64').toString('hex')) !== undefined
  return createMetrics({
    operationsMax: config.metricsOperationsMax,
    isTrusted: config.trustedDocuments === undefined ? undefined : isTrusted,
    reads: {
      ...reads,
      readiness,
      open() {
        const { requests = 0, connections = 0, operations } = reads.open()
        return {
          souk_requests_in_flight: requests,
          souk_connections_open: connections,
          souk_operations_running: operations,
          souk_subscriptions_open: subscriptions(),
        }
      },
    },
  })
}

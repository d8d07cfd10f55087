/** The metrics of one gateway for Prometheus: what happens is counted as it happens, what is known elsewhere is read when somebody looks. */
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { FetchRecord } from '../executor/execution.ts'
import { gatewayErrors } from '../errors.ts'
import type { RequestSummary } from '../request/request-summary.ts'
import { createOperationNames, otherLabel } from './operation-names.ts'
import { addReadMetrics, type MetricsReads } from './read-metrics.ts'

export type Metrics = {
  readonly onDone: (summary: RequestSummary) => void
  readonly onFetch: (fetch: FetchRecord) => void
  /** As Prometheus reads them. */
  readonly text: () => Promise<string>
  readonly contentType: string
  readonly described: () => readonly DescribedMetric[]
}

export type DescribedMetric = {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

export type MetricsOptions = {
  readonly operationsMax: number
  /** With a manifest, whether a document is in it, by its hash in base64. */
  readonly isTrusted?: ((hash: string) => boolean) | undefined
  readonly reads: MetricsReads
}

export function createMetrics({ operationsMax, isTrusted, reads }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const names = createOperationNames({ namesMax: operationsMax, onlyTrusted: isTrusted !== undefined })
  const operations = new Counter({
    name: 'souk_operations_total',
    help: 'Operations that ended, by what became of them: ok, errors (an answer with errors), refused or fault',
    labelNames: ['kind', 'outcome', 'operation'],
    registers,
  })
  const durations = new Histogram({
    name: 'souk_operation_duration_seconds',
    help: 'Time from the request to the end of its answer; subscriptions are left out',
    labelNames: ['kind', 'operation'],
    buckets: durationBuckets,
    registers,
  })
  const errors = new Counter({
    name: 'souk_errors_total',
    help: "Operations that met an error, once for each of the gateway's codes; the codes of subgraphs are one",
    labelNames: ['code'],
    registers,
  })
  const fetches = new Counter({
    name: 'souk_fetches_total',
    help: 'Fetches of plans: ok, errors (an answer with errors), or failed (no answer)',
    labelNames: ['subgraph', 'outcome'],
    registers,
  })
  const fetchDurations = new Histogram({
    name: 'souk_fetch_duration_seconds',
    help: 'Time of a fetch as the plan saw it, with waiting and retries',
    labelNames: ['subgraph'],
    buckets: durationBuckets,
    registers,
  })
  const entities = new Counter({
    name: 'souk_fetch_entities_total',
    help: 'Entities that fetches asked for',
    labelNames: ['subgraph'],
    registers,
  })
  addReadMetrics(registry, reads)
  collectDefaultMetrics({ register: registry })

  return {
    onDone(summary) {
      const kind = summary.kind ?? 'none'
      const { hash = '', operation: name, codes = [] } = summary
      const operation = names.labelFor(name, isTrusted?.(hash) ?? false)
      operations.inc({ kind, outcome: outcomeOf(summary), operation })
      if (kind !== 'subscription') durations.observe({ kind, operation }, summary.durationMs / 1_000)
      for (const code of new Set(codes.map(codeLabel))) errors.inc({ code })
    },
    onFetch({ node: { subgraph }, durationMs, errors: failures, failed, representations }) {
      fetches.inc({ subgraph, outcome: failed ? 'failed' : failures > 0 ? 'errors' : 'ok' })
      fetchDurations.observe({ subgraph }, durationMs / 1_000)
      if (representations > 0) entities.inc({ subgraph }, representations)
    },
    text: async () => await registry.metrics(),
    contentType: registry.contentType,
    described: () =>
      registry.getMetricsAsArray().map((metric) => ({
        name: metric.name,
        help: metric.help,
        // The types leave it out.
        labels: 'labelNames' in metric ? (metric.labelNames as readonly string[]) : [],
      })),
  }
}

// From what a cache answers to the deadline of a request.
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

function outcomeOf({ fault, isRefused, errors, codes = [] }: RequestSummary): string {
  if (fault !== undefined) return 'fault'
  if (isRefused === true) return 'refused'
  return errors > 0 || codes.length > 0 ? 'errors' : 'ok'
}

// A subgraph may make a code of anything.
const codeLabel = (code: string): string => (Object.hasOwn(gatewayErrors, code) ? code : otherLabel)

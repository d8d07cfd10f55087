/** Metrics of what the gateway counts anyway: they are read when Prometheus asks, so that a request pays nothing for them. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Readiness } from '../http/readiness.ts'
import type { PlanCounts } from '../planning/operation-planner.ts'
import type { SwapCounts } from '../swapping/swap-graph.ts'
import type { TrafficCounts } from '../transports/traffic-counts.ts'
import type { CacheCounts } from './counted-map.ts'

export type MetricsReads = {
  readonly traffic: () => ReadonlyMap<string, TrafficCounts>
  readonly plans: () => PlanCounts
  readonly swaps: () => SwapCounts
  readonly queriesShared: () => number
  readonly caches: () => Readonly<Record<string, CacheCounts>>
  readonly readiness: () => Promise<Readiness>
  /** What there is now, by the name of a gauge in `openGauges`. */
  readonly open: () => Readonly<Record<OpenGauge, number>>
}

export type OpenGauge = keyof typeof openGauges

const openGauges = {
  souk_requests_in_flight: 'HTTP requests that are being answered',
  souk_operations_running: 'Operations that run, however they came; a subscription runs while it begins',
  souk_connections_open: 'WebSockets and streamed answers that are open',
  souk_subscriptions_open: 'Subscriptions that clients have open',
} as const

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number]

export function addReadMetrics(registry: Registry, reads: MetricsReads): void {
  addTraffic(registry, reads)
  addCounter(registry, {
    name: 'souk_cache_lookups_total',
    help: 'Looks into a cache of documents or plans: hit or miss',
    labelNames: ['cache', 'result'],
    read: () =>
      Object.entries(reads.caches()).flatMap(([cache, { hits, misses }]): Sample[] => [
        [{ cache, result: 'hit' }, hits],
        [{ cache, result: 'miss' }, misses],
      ]),
  })
  addCounter(registry, {
    name: 'souk_queries_shared_total',
    help: "Queries of clients that were answered by another one's run",
    labelNames: [],
    read: () => [[{}, reads.queriesShared()]],
  })
  addCounter(registry, {
    name: 'souk_plans_total',
    help: 'Plans that were made: planned, of these in the thread for long ones (offThread) or not as well as they should be (unoptimised); failed for none',
    labelNames: ['result'],
    read: () => byResult({ ...reads.plans() }),
  })
  addCounter(registry, {
    name: 'souk_graph_swaps_total',
    help: 'Changed graphs: swapped in, or refused',
    labelNames: ['result'],
    read: () => byResult({ ...reads.swaps() }),
  })
  addGauge(registry, {
    name: 'souk_ready',
    help: 'Whether /ready says yes',
    labelNames: [],
    read: async () => [[{}, (await reads.readiness()).ready ? 1 : 0]],
  })
  addGauge(registry, {
    name: 'souk_subgraph_up',
    help: 'Whether a subgraph says that it is ready; nothing while the gateway stops',
    labelNames: ['subgraph'],
    read: async () => {
      const { subgraphs = {} } = await reads.readiness()
      return Object.entries(subgraphs).map(([subgraph, state]) => [{ subgraph }, state === 'up' ? 1 : 0])
    },
  })
  for (const [name, help] of Object.entries(openGauges) as [OpenGauge, string][])
    addGauge(registry, { name, help, labelNames: [], read: () => [[{}, reads.open()[name]]] })
}

function addTraffic(registry: Registry, { traffic }: MetricsReads): void {
  const perSubgraph = (samples: (counts: TrafficCounts) => readonly Sample[]) => (): readonly Sample[] =>
    [...traffic()].flatMap(([subgraph, counts]) =>
      samples(counts).map(([labels, value]): Sample => [{ subgraph, ...labels }, value]),
    )
  addCounter(registry, {
    name: 'souk_subgraph_calls_total',
    help: 'What happened to calls: asked, shared (answered by another one in flight), sent, failed, retried, retriesDenied, refusedByBreaker, refusedByQueue',
    labelNames: ['subgraph', 'event'],
    read: perSubgraph((counts) => countedEvents.map((event): Sample => [{ event }, counts[event]])),
  })
  addCounter(registry, {
    name: 'souk_subgraph_breaker_opened_total',
    help: 'How often the circuit opened',
    labelNames: ['subgraph'],
    read: perSubgraph(({ breakerOpened }) => [[{}, breakerOpened]]),
  })
  addGauge(registry, {
    name: 'souk_subgraph_breaker_state',
    help: 'The circuit: 1 for the state that it is in, of closed, open and halfOpen',
    labelNames: ['subgraph', 'state'],
    read: perSubgraph(({ breaker }) =>
      breakerStates.map((state): Sample => [{ state }, state === breaker ? 1 : 0]),
    ),
  })
  for (const [name, help, read] of trafficGauges)
    addGauge(registry, {
      name,
      help,
      labelNames: ['subgraph'],
      read: perSubgraph((counts) => [[{}, read(counts)]]),
    })
}

const countedEvents = [
  'asked',
  'shared',
  'sent',
  'failed',
  'retried',
  'retriesDenied',
  'refusedByBreaker',
  'refusedByQueue',
] as const

const breakerStates = ['closed', 'open', 'halfOpen'] as const

type TrafficGauge = readonly [name: string, help: string, read: (counts: TrafficCounts) => number]

const trafficGauges: readonly TrafficGauge[] = [
  ['souk_subgraph_calls_in_flight', 'Calls that a subgraph is answering', ({ inFlight }) => inFlight],
  ['souk_subgraph_calls_waiting', 'Calls that wait for their turn', ({ waiting }) => waiting],
  [
    'souk_subgraph_subscription_sources',
    'Subscriptions to a subgraph; all clients that ask the same have one',
    ({ subscriptionSources }) => subscriptionSources,
  ],
]

const byResult = (counts: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(counts).map(([result, value]): Sample => [{ result }, value])

type ReadMetric = {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly read: () => readonly Sample[]
}

type ReadLater = Omit<ReadMetric, 'read'> & {
  readonly read: () => readonly Sample[] | Promise<readonly Sample[]>
}

// A count is kept by whoever counts: what is shown is set to that, also where it begins again with another transport.
function addCounter(registry: Registry, { name, help, labelNames, read }: ReadMetric): void {
  const counter: Counter = new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      counter.reset()
      for (const [labels, value] of read()) counter.inc(labels, value)
    },
  })
}

function addGauge(registry: Registry, { name, help, labelNames, read }: ReadLater): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const samples = await read()
      gauge.reset()
      for (const [labels, value] of samples) gauge.set(labels, value)
    },
  })
}

/** Every metric there is, for the README and for whoever checks a dashboard against them. */
import { noTraffic } from '../transports/traffic-counts.ts'
import { createMetrics, type DescribedMetric } from './metrics.ts'

export const describeMetrics = (): readonly DescribedMetric[] =>
  createMetrics({
    operationsMax: 0,
    reads: {
      traffic: () => new Map([['', { ...noTraffic(), ...idle }]]),
      plans: () => ({ planned: 0, offThread: 0, unoptimised: 0, failed: 0 }),
      swaps: () => ({ swapped: 0, refused: 0 }),
      queriesShared: () => 0,
      caches: () => ({}),
      readiness: () => Promise.resolve({ ready: true }),
      open: () => ({
        souk_requests_in_flight: 0,
        souk_operations_running: 0,
        souk_connections_open: 0,
        souk_subscriptions_open: 0,
      }),
    },
  }).described()

const idle = { breakerOpened: 0, breaker: 'closed', inFlight: 0, waiting: 0, subscriptionSources: 0 } as const

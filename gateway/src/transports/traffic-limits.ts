/** How the calls of one subgraph are shaped: what the settings say for all, and a subgraph's own where it has them. */
import type { GatewayConfig } from '../config.ts'
import type { BreakerLimits } from './circuit-breaker.ts'
import type { QueueLimits } from './call-queue.ts'

export type TrafficLimits = BreakerLimits &
  QueueLimits & {
    /** For one call with its retries and its wait in the queue; never more than is left of the request. */
    readonly msMax: number
    readonly retriesMax: number
    readonly retryPercent: number
    readonly sharesCalls: boolean
  }

/** By subgraph, what is not as it is for all. */
export type TrafficOverrides = Readonly<Record<string, Partial<TrafficLimits>>>

export type LimitedSubgraph = {
  readonly name: string
  /** Reached over a network, where what failed may work at once if it is tried again. */
  readonly isRemote: boolean
}

export function trafficLimits(
  { name, isRemote }: LimitedSubgraph,
  config: GatewayConfig,
  overrides: TrafficOverrides,
): TrafficLimits {
  return {
    msMax: config.subgraphMsMax,
    retriesMax: isRemote ? config.subgraphRetriesMax : 0,
    retryPercent: config.subgraphRetryPercent,
    callsMax: config.subgraphCallsMax,
    queueMax: config.subgraphQueueMax,
    queueMsMax: config.subgraphQueueMsMax,
    breakerPercent: config.subgraphBreakerPercent,
    breakerCallsMin: config.subgraphBreakerCallsMin,
    breakerWindowMs: config.subgraphBreakerWindowMs,
    breakerOpenMs: config.subgraphBreakerOpenMs,
    sharesCalls: config.sharedCalls === 'on',
    ...(Object.hasOwn(overrides, name) && overrides[name]),
  }
}

/** The traffic to all subgraphs: each transport is shaped once, and stays so over changes of the graph. */
import type { Transport } from '@souk/contracts'
import type { Clock } from '../clock.ts'
import type { GatewayConfig } from '../config.ts'
import { type ShapedTransport, shapeTraffic } from './shape-traffic.ts'
import { shareSubscriptions } from './share-subscriptions.ts'
import { startSystemTimer } from './timers.ts'
import type { TrafficCounts } from './traffic-counts.ts'
import { trafficLimits, type TrafficOverrides } from './traffic-limits.ts'

export type Traffic = {
  readonly shape: (subgraph: TrafficSubgraph) => Transport
  /** Undefined for a transport that was never shaped. */
  readonly countsOf: (transport: Transport) => TrafficCounts | undefined
}

export type TrafficSubgraph = {
  readonly name: string
  readonly transport: Transport
  /** For one that is reached over a network. */
  readonly url?: string | undefined
}

export type TrafficOptions = {
  readonly config: GatewayConfig
  readonly clock: Clock
  readonly overrides: TrafficOverrides
}

export function createTraffic({ config, clock, overrides }: TrafficOptions): Traffic {
  // What is known of a subgraph's health outlives a graph, and goes with its transport.
  const shaped = new WeakMap<Transport, ShapedTransport>()
  return {
    shape({ name, transport, url }) {
      const known = shaped.get(transport)
      if (known !== undefined) return known
      const made = shapeTraffic(shareSubscriptions(transport, config), {
        name,
        limits: trafficLimits({ name, isRemote: url !== undefined }, config, overrides),
        time: { monotonicMs: clock.monotonicMs, startTimer: startSystemTimer },
        random: Math.random,
      })
      shaped.set(transport, made)
      return made
    },
    countsOf: (transport) => shaped.get(transport)?.counts(),
  }
}

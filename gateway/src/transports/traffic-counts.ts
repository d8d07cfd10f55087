/** What happened to the calls of one subgraph, for metrics: counts since the start, and how it stands now. */

export type BreakerState = 'closed' | 'open' | 'halfOpen'

export type TrafficCounts = {
  /** Asked of this subgraph, whatever came of it. */
  readonly asked: number
  /** Answered by the call that another one had in flight. */
  readonly shared: number
  /** Sent, retries among them. */
  readonly sent: number
  /** Of those sent, how many brought no answer. */
  readonly failed: number
  readonly retried: number
  /** Would have been tried again, had there been a share of retries left. */
  readonly retriesDenied: number
  /** Refused because the circuit was open. */
  readonly refusedByBreaker: number
  /** Refused because too many waited, or waited too long. */
  readonly refusedByQueue: number
  /** How often the circuit opened. */
  readonly breakerOpened: number
  readonly breaker: BreakerState
  readonly inFlight: number
  readonly waiting: number
  /** Subscriptions that the subgraph has open for us. */
  readonly subscriptionSources: number
}

export type CountedEvent = Exclude<
  keyof TrafficCounts,
  'breaker' | 'breakerOpened' | 'inFlight' | 'waiting' | 'subscriptionSources'
>

/** As it is kept: events are counted here, states are asked of who has them. */
export type CountedEvents = Record<CountedEvent, number>

export const noTraffic = (): CountedEvents => ({
  asked: 0,
  shared: 0,
  sent: 0,
  failed: 0,
  retried: 0,
  retriesDenied: 0,
  refusedByBreaker: 0,
  refusedByQueue: 0,
})

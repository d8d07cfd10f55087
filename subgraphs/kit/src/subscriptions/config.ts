/** Every limit of subscriptions in a subgraph. */

const second = 1_000

export const subscriptionLimits = {
  /** Open at once in one process. Each is a watched id and, over HTTP, a connection. */
  streamsMax: 10_000,
  /** A comment goes out after this much silence, so that no proxy takes the stream for dead. */
  keepAliveMs: 15 * second,
  // A reader that leaves its socket full for so long is gone or hopeless. Too short would cut off a phone in a tunnel.
  stalledMsMax: 30 * second,
  /** Pauses between attempts to listen to the database again. */
  reconnectMsMin: 100,
  reconnectMsMax: 5 * second,
  /** A database host that died says nothing: the first probe comes after this, and ten more, a second apart, have to fail. */
  tcpProbeMs: 10 * second,
  /** LISTEN, and the question for what was missed. */
  statementMsMax: 10 * second,
} as const

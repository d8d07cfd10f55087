/** Holds the graph that requests are answered from. A new one takes its place at once; the old one is kept while requests are on it. */

export type SupergraphStore<Graph> = {
  readonly current: () => Graph | undefined
  /** The graph as it is now, kept until it is released. Undefined before the first one. */
  readonly lease: () => GraphLease<Graph> | undefined
  /**
   * From now on `next` is leased. Resolves when nobody has the graph before it any more: requests are waited for, streams that are
   * still open after `drainMsMax` are told to end.
   */
  readonly swap: (next: Graph, drainMsMax: number) => Promise<void>
  /** Tells the graph that is held now, and every later one; gives what ends it. */
  readonly watch: (tell: (graph: Graph) => void) => () => void
}

export type GraphLease<Graph> = {
  readonly graph: Graph
  /** Fires when a later graph has taken its place and streams on this one have to end. */
  readonly ended: AbortSignal
  readonly release: () => void
}

export function createSupergraphStore<Graph>(): SupergraphStore<Graph> {
  let held: HeldGraph<Graph> | undefined
  const watching = new Set<(graph: Graph) => void>()
  return {
    current: () => held?.graph,
    lease: () => (held === undefined ? undefined : leaseOf(held)),
    async swap(next, drainMsMax) {
      const previous = held
      held = {
        graph: next,
        leases: 0,
        isRetired: false,
        end: new AbortController(),
        drained: Promise.withResolvers(),
      }
      for (const tell of watching) tell(next)
      if (previous !== undefined) await drain(previous, drainMsMax)
    },
    watch(tell) {
      watching.add(tell)
      if (held !== undefined) tell(held.graph)
      return () => void watching.delete(tell)
    },
  }
}

type HeldGraph<Graph> = {
  readonly graph: Graph
  leases: number
  isRetired: boolean
  readonly end: AbortController
  readonly drained: PromiseWithResolvers<void>
}

function leaseOf<Graph>(held: HeldGraph<Graph>): GraphLease<Graph> {
  held.leases += 1
  let isReleased = false
  return {
    graph: held.graph,
    ended: held.end.signal,
    release() {
      if (isReleased) return
      isReleased = true
      held.leases -= 1
      if (held.leases === 0 && held.isRetired) held.drained.resolve()
    },
  }
}

async function drain<Graph>(held: HeldGraph<Graph>, drainMsMax: number): Promise<void> {
  held.isRetired = true
  if (held.leases === 0) return
  const timer = setTimeout(() => held.end.abort(), drainMsMax)
  await held.drained.promise
  clearTimeout(timer)
}

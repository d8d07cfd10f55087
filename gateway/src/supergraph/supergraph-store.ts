/** Holds the graph that requests are answered from; a new one takes its place at once, between two requests. */

export type SupergraphStore<Graph> = {
  readonly current: () => Graph | undefined
  /** Requests that already hold the old graph finish on it. */
  readonly swap: (next: Graph) => Graph | undefined
}

export function createSupergraphStore<Graph>(): SupergraphStore<Graph> {
  let graph: Graph | undefined
  return {
    current: () => graph,
    swap(next) {
      const previous = graph
      graph = next
      return previous
    },
  }
}

/** What every resolver, event handler and job gets: who asks, the subgraph's modules, and the world as arguments. */
import type { Ids, InternalOperation, Viewer } from '@souk/contracts'
import DataLoader from 'dataloader'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'

/** Runs an internal operation on another subgraph, signed as this service, within the request's deadline. */
export type CallSubgraph = <Variables extends Record<string, unknown>, Result>(
  operation: InternalOperation<Variables, Result>,
  variables: Variables,
) => Promise<Result>

export type SubgraphContext<Modules> = {
  readonly viewer: Viewer
  readonly modules: Modules
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly requestId: string
  readonly signal: AbortSignal
  readonly call: CallSubgraph
  readonly loaders: RequestLoaders
}

/** Data loaders of one request, made when first asked for by name. */
export class RequestLoaders {
  readonly #loaders = new Map<string, DataLoader<string, unknown>>()

  /**
   * The value of one key, loaded together with every other key asked for in the same tick.
   * `context.loaders.load('cart items', cartId, (cartIds) => store.itemsByCart(cartIds))`; a key that `batch` leaves out is null.
   */
  load<Value>(
    name: string,
    key: string,
    batch: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  ): Promise<Value | null> {
    let loader = this.#loaders.get(name)
    if (loader === undefined) {
      loader = new DataLoader(
        async (keys: readonly string[]) => {
          const found = await batch(keys)
          return keys.map((each) => found.get(each) ?? null)
        },
        { maxBatchSize: loaderBatchMax },
      )
      this.#loaders.set(name, loader)
    }
    return loader.load(key) as Promise<Value | null>
  }

  /** Forgets what was loaded. The chassis calls it around each mutation. */
  clear(): void {
    this.#loaders.clear()
  }
}

// Well under PostgreSQL's limits for one array parameter; a page has at most 100 items, so only a nested list comes near.
const loaderBatchMax = 5_000

/** Who waits for which entity of this subgraph to change, in whatever process the change is made. */
import type { SubgraphName } from '@souk/contracts'
import type { Logger } from 'pino'
import { type Change, openChangeListener, type Pause, systemPause } from './change-listener.ts'
import { type ChangeWatcher, openChangeWatcher } from './change-watcher.ts'

export type ChangesOptions = {
  readonly databaseUrl: string
  readonly schema: string
  readonly subgraph: SubgraphName
  readonly logger: Logger
  readonly pause?: Pause | undefined
}

/** Types of change, each with the milliseconds in which more of it are gathered; 0 is told at once. */
export type WatchedChanges = Readonly<Record<string, number>>

export type Changes = {
  /** Waits for changes of an entity until the signal fires. Once it resolves, none is missed. */
  watch(entityId: string, types: WatchedChanges, signal: AbortSignal): Promise<ChangeWatcher>
  /** How many wait. */
  count(): number
  close(): Promise<void>
}

/** The one connection is opened when somebody first waits. */
export function openChanges({ pause = systemPause, ...options }: ChangesOptions): Changes {
  const watching = new Map<string, Set<Watching>>()
  const onChange = ({ type, entityId }: Change): void => {
    for (const { types, watcher } of watching.get(entityId) ?? []) {
      const gatherMs = types[type]
      if (gatherMs !== undefined) watcher.tell(gatherMs)
    }
  }
  const listener = openChangeListener({ ...options, pause, watched: () => [...watching.keys()], onChange })
  return {
    watch: async (entityId, types, signal) => {
      const each = { types, watcher: openChangeWatcher(signal, pause) }
      const others = watching.get(entityId) ?? new Set()
      watching.set(entityId, others.add(each))
      const leave = (): void => {
        others.delete(each)
        if (others.size === 0) watching.delete(entityId)
      }
      signal.addEventListener('abort', leave, { once: true })
      if (signal.aborted) leave()
      await listener.listening()
      return each.watcher
    },
    count: () => [...watching.values()].reduce((sum, { size }) => sum + size, 0),
    close: () => listener.close(),
  }
}

type Watching = { readonly types: WatchedChanges; readonly watcher: ChangeWatcher }

/** The planner's own process: loads supergraphs and plans one operation at a time. It may abort; its parent starts it again. */
import { QueryPlanner } from '@graphql-hive/router-query-planner'

export type ToPlanner =
  | { readonly kind: 'load'; readonly supergraphSdl: string }
  | { readonly kind: 'plan'; readonly id: number; readonly operation: string }

export type FromPlanner =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'loadFailed'; readonly message: string }
  | { readonly kind: 'planned'; readonly id: number; readonly plan: unknown }
  | { readonly kind: 'planFailed'; readonly id: number; readonly message: string }

let planner: QueryPlanner | undefined

process.on('message', (message: ToPlanner) => answer(handle(message)))
// The parent is gone, so nobody asks any more.
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; the parent decides when planning ends.
process.on('SIGINT', () => undefined)

function handle(message: ToPlanner): FromPlanner {
  if (message.kind === 'load') {
    try {
      planner = new QueryPlanner(message.supergraphSdl)
      return { kind: 'loaded' }
    } catch (error) {
      return { kind: 'loadFailed', message: String(error) }
    }
  }
  try {
    if (planner === undefined) throw new Error('No supergraph is loaded.')
    return { kind: 'planned', id: message.id, plan: planner.plan(message.operation, null, new Set(), 0) }
  } catch (error) {
    return { kind: 'planFailed', id: message.id, message: String(error) }
  }
}

function answer(message: FromPlanner): void {
  process.send?.(message)
}

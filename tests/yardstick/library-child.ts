/** The library's own process: it plans one operation at a time and may abort, which its parent survives. */
import type { QueryPlanner } from '@graphql-hive/router-query-planner'

export type ToLibrary =
  | { readonly kind: 'load'; readonly supergraphSdl: string }
  | { readonly kind: 'plan'; readonly operation: string; readonly operationName: string }

export type FromLibrary =
  | { readonly kind: 'loaded' }
  /** There is no binary for this platform, or it does not start. */
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'planned'; readonly plan: unknown; readonly milliseconds: number }
  | { readonly kind: 'refused'; readonly message: string }

let planner: QueryPlanner | undefined

process.on('message', (message: ToLibrary) => void handle(message).then((answer) => process.send?.(answer)))
process.on('disconnect', () => process.exit(0))

async function handle(message: ToLibrary): Promise<FromLibrary> {
  return message.kind === 'load' ? await load(message.supergraphSdl) : plan(message)
}

async function load(supergraphSdl: string): Promise<FromLibrary> {
  let library
  try {
    library = await import('@graphql-hive/router-query-planner')
  } catch (error) {
    return { kind: 'missing', message: String(error) }
  }
  try {
    planner = new library.QueryPlanner(supergraphSdl)
    return { kind: 'loaded' }
  } catch (error) {
    return { kind: 'refused', message: String(error) }
  }
}

function plan({ operation, operationName }: Extract<ToLibrary, { kind: 'plan' }>): FromLibrary {
  try {
    if (planner === undefined) throw new Error('No supergraph is loaded.')
    const startedAt = performance.now()
    const planned = planner.plan(operation, operationName, new Set(), 0)
    return { kind: 'planned', plan: planned, milliseconds: performance.now() - startedAt }
  } catch (error) {
    return { kind: 'refused', message: String(error) }
  }
}

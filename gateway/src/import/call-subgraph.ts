/** How the importer reaches a subgraph: the caller of the chassis has this shape, embedded and over HTTP alike. */
import type { InternalOperation } from '@souk/contracts'
import { importLimits } from './config.ts'

export type CallSubgraph = <Variables extends Record<string, unknown>, Result>(
  operation: InternalOperation<Variables, Result>,
  variables: Variables,
  limits?: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
) => Promise<Result>

/** The same call with the deadline of a bulk operation and the signal that stops the import. */
export const callInBulk =
  (call: CallSubgraph, signal?: AbortSignal): CallSubgraph =>
  (operation, variables) =>
    call(operation, variables, { deadlineMs: importLimits.callDeadlineMs, ...(signal ? { signal } : {}) })

export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

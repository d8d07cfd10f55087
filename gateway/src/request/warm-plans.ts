/** Plans for a graph that is about to be served what is asked most of the one before it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ClientError, Fault } from '@souk/contracts'
import { validate as validateGraphQL } from 'graphql'
import { plan } from './05-plan.ts'
import type { ServedGraph } from './served-graph.ts'

export type WarmedPlans = {
  readonly planned: number
  /** Asked of the old graph, and not possible on the new one. */
  readonly gone: number
}

/** One operation in each turn of the event loop: requests on the old graph go on meanwhile. */
export async function warmPlans(
  from: ServedGraph,
  to: ServedGraph,
  operationsMax: number,
): Promise<WarmedPlans> {
  let planned = 0
  let gone = 0
  for (const { valid, reader } of from.planCache.hottest(operationsMax)) {
    await nextTurn()
    const { document } = valid
    if (!to.valid.has(document)) {
      if (validateGraphQL(to.schema, document, undefined, { maxErrors: 1 }).length > 0) {
        gone += 1
        continue
      }
      to.valid.add(document)
    }
    try {
      await plan(valid, reader, to)
      planned += 1
    } catch (error) {
      // Whoever asks for it next is told why.
      if (!(error instanceof ClientError) && !(error instanceof Fault)) throw error
      gone += 1
    }
  }
  return { planned, gone }
}

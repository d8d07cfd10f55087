/** Warns of fields of a supergraph that no query will get, before a client meets the first. */
import { listGaps } from '../supergraph/satisfiability/list-gaps.ts'
import type { Supergraph } from '../supergraph/supergraph.ts'
import type { Logger } from '../telemetry/logger.ts'

export function warnOfGaps(supergraph: Supergraph, logger: Pick<Logger, 'warn'>): void {
  const gaps = listGaps(supergraph)
  if (gaps.length === 0) return
  logger.warn(
    { fields: gaps.length, gaps: gaps.slice(0, gapsShownMax) },
    'some fields can not be had on every way to them: a query that wants one there fails with GW_PLAN_FAILED',
  )
}

const gapsShownMax = 10

/** The flow behind order.paid.v1: each line that a creator led to gets its commission, once, whatever was heard before. */
import type { EventPayload } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import {
  type EntryStamp,
  insertCommissions,
  loadEarlyFacts,
  lockOrder,
} from '../commissions/commission-ledger-store.ts'
import { selectLines } from './01-select-lines.ts'
import { findTerms } from './02-find-terms.ts'
import { estimate } from './03-estimate.ts'

export async function runAttributeCommission(
  sql: SqlExecutor,
  order: EventPayload<'order.paid.v1'>,
  stamp: EntryStamp,
): Promise<void> {
  const lines = selectLines(order)
  if (lines.length === 0) return
  await lockOrder(sql, order.orderId)
  const terms = await findTerms(sql, lines, new Date(order.paidAt))
  if (terms.length === 0) return
  const early = await loadEarlyFacts(sql, order.orderId)
  const writes = terms.map((each) => estimate(each, { order, early, ...stamp }))
  await insertCommissions(sql, writes, stamp)
}

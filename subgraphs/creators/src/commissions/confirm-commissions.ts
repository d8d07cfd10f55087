/** Confirms the commissions of a completed order. Settlement takes them up from there, in a later issue. */
import type { EventPayload } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import type { Commission } from './commission.ts'
import {
  type EntryStamp,
  commissionsOfOrder,
  lockOrder,
  recordCompletion,
  updateCommissions,
} from './commission-ledger-store.ts'
import { applyFact } from './recalculate-commission.ts'

export async function confirmCommissions(
  sql: SqlExecutor,
  order: EventPayload<'order.completed.v1'>,
  stamp: EntryStamp,
): Promise<void> {
  const completedAt = new Date(order.completedAt)
  await lockOrder(sql, order.orderId)
  if (!(await recordCompletion(sql, order.orderId, completedAt))) return
  const commissions = await commissionsOfOrder(sql, order.orderId)
  await updateCommissions(
    sql,
    commissions.map((commission) => confirmCommission(commission, completedAt)),
    stamp,
  )
}

/** The commission after its order was completed, and the ledger entry, which moves no amount. */
export function confirmCommission(commission: Commission, completedAt: Date) {
  const cause = { kind: 'CONFIRMED', sourceId: commission.orderId, occurredAt: completedAt } as const
  const { commission: after, entry } = applyFact(commission, { confirmedAt: completedAt }, cause)
  return { commission: after, entries: [entry] }
}

/** Takes a refund out of the base of an order's commissions, once per case and line. */
import { type EventPayload, minorUnits } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import type { Commission } from './commission.ts'
import {
  type EntryStamp,
  commissionsOfOrder,
  lockOrder,
  recordRefunds,
  type RefundLine,
  updateCommissions,
} from './commission-ledger-store.ts'
import { applyFact } from './recalculate-commission.ts'

export async function applyRefund(
  sql: SqlExecutor,
  refund: EventPayload<'order.refunded.v1'>,
  stamp: EntryStamp,
): Promise<void> {
  await lockOrder(sql, refund.orderId)
  const recorded = await recordRefunds(sql, sumByLine(refund))
  if (recorded.length === 0) return
  const commissions = await commissionsOfOrder(sql, refund.orderId)
  const writes = commissions.flatMap((commission) => {
    const line = recorded.find(({ orderLineId }) => orderLineId === commission.orderLineId)
    return line ? [refundCommission(commission, line)] : []
  })
  await updateCommissions(sql, writes, stamp)
}

/** One refunded line of a case: the commission after it, and the ledger entry. */
export function refundCommission(commission: Commission, line: RefundLine) {
  if (line.currency !== commission.currency) {
    throw new Error(
      `The case ${line.caseId} refunds ${line.currency} on a line that was paid in ${commission.currency}.`,
    )
  }
  const cause = { kind: 'REFUNDED', sourceId: line.caseId, occurredAt: line.refundedAt } as const
  const { commission: after, entry } = applyFact(
    commission,
    { refunded: minorUnits(commission.refunded + line.amount) },
    cause,
  )
  return { commission: after, entries: [entry] }
}

/** A case may name a line more than once; it counts as one refund of the sum. */
function sumByLine({
  caseId,
  orderId,
  refundedAt,
  lines,
}: EventPayload<'order.refunded.v1'>): readonly RefundLine[] {
  const byLine = Map.groupBy(lines, (line) => line.orderLineId)
  return [...byLine].map(([orderLineId, parts]) => ({
    caseId,
    orderLineId,
    orderId,
    amount: minorUnits(parts.reduce((sum, part) => sum + BigInt(part.amount.amount), 0n)),
    currency: parts[0]?.amount.currency ?? '',
    refundedAt: new Date(refundedAt),
  }))
}

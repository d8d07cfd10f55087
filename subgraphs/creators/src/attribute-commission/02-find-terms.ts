/** Finds for each line the plan in force when it was paid, and the rate: what the creator has locked, else the plan's. */
import type { SqlExecutor } from '@souk/kit'
import type { AttributedLine, CommissionTerms } from '../commissions/commission-terms.ts'
import { selectTerms, type TermsRow } from '../commissions/terms-store.ts'

/** A line without a plan in force, or of a creator that is not known here, has no terms and earns nothing. */
export async function findTerms(
  sql: SqlExecutor,
  lines: readonly AttributedLine[],
  paidAt: Date,
): Promise<readonly CommissionTerms[]> {
  const rows = new Map((await selectTerms(sql, lines, paidAt)).map((row) => [row.orderLineId, row]))
  return lines.flatMap((line) => {
    const row = rows.get(line.orderLineId)
    return row ? [{ line, planId: row.planId, ...rateOfTerms(row) }] : []
  })
}

function rateOfTerms(
  row: TermsRow,
): Pick<CommissionTerms, 'rateBps' | 'rateVersion' | 'rateSource' | 'showcaseItemId'> {
  const { showcaseItemId, lockedRateBps, lockedVersion } = row
  if (showcaseItemId !== null && lockedRateBps !== null && lockedVersion !== null) {
    return { rateBps: lockedRateBps, rateVersion: lockedVersion, rateSource: 'SHOWCASE_LOCK', showcaseItemId }
  }
  return { rateBps: row.rateBps, rateVersion: row.rateVersion, rateSource: 'PLAN_RATE', showcaseItemId: null }
}

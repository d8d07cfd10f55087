/** The books of the sandbox payment providers, in a table of their own, so that they outlive a restart as a real provider's do. */
import type { SqlExecutor } from '@souk/kit'

export type SandboxChargeState = 'PENDING' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'CANCELLED' | 'ERROR'

export type SandboxCharge = {
  readonly reference: string
  readonly chargeId: string
  readonly token: string
  readonly state: SandboxChargeState
  readonly authorizeCalls: number
  readonly captures: number
  readonly captureCalls: number
}

export type SandboxChargeStore = ReturnType<typeof openSandboxChargeStore>

export function openSandboxChargeStore(database: SqlExecutor) {
  const one = async (sql: string, ...values: unknown[]): Promise<SandboxCharge | null> => {
    const [row] = await database.$queryRawUnsafe<ChargeRow[]>(sql, ...values)
    return row === undefined ? null : toCharge(row)
  }
  return {
    /** Opens the charge, or finds it: one whose first call failed is authorised now, a slow one once its time has come. */
    authorize: (charge: NewCharge) =>
      one(
        authorizeSql,
        charge.reference,
        charge.provider,
        charge.chargeId,
        charge.token,
        charge.amount,
        charge.currency,
        charge.state,
        charge.now,
        charge.slowBefore,
      ),
    find: (reference: string, slowBefore: Date) => one(findSql, reference, slowBefore),
    capture: (reference: string, now: Date) => one(captureSql, reference, now),
    cancel: (charge: Pick<NewCharge, 'reference' | 'provider' | 'chargeId' | 'now'>) =>
      one(cancelSql, charge.reference, charge.provider, charge.chargeId, charge.now),
    /** What the provider itself decided, before it tells us by a notice. */
    settle: (charge: Pick<NewCharge, 'reference' | 'provider' | 'state' | 'now'>) =>
      one(settleSql, charge.reference, charge.state, charge.now, charge.provider),
    /** False if it would give back more than was taken. */
    refund: async (refund: {
      reference: string
      refundReference: string
      refundId: string
      amount: bigint
      now: Date
    }): Promise<string | null> => {
      const [row] = await database.$queryRawUnsafe<{ refund_id: string }[]>(
        refundSql,
        refund.reference,
        refund.refundReference,
        refund.refundId,
        refund.amount,
        refund.now,
      )
      return row?.refund_id ?? null
    },
  }
}

type NewCharge = {
  readonly reference: string
  readonly provider: string
  readonly chargeId: string
  readonly token: string
  readonly amount: bigint
  readonly currency: string
  readonly state: SandboxChargeState
  readonly now: Date
  readonly slowBefore: Date
}

type ChargeRow = {
  reference: string
  charge_id: string
  token: string
  state: SandboxChargeState
  authorize_calls: number
  captures: number
  capture_calls: number
}

const toCharge = (row: ChargeRow): SandboxCharge => ({
  reference: row.reference,
  chargeId: row.charge_id,
  token: row.token,
  state: row.state,
  authorizeCalls: row.authorize_calls,
  captures: row.captures,
  captureCalls: row.capture_calls,
})

const authorizeSql = `
INSERT INTO sandbox_charge AS charge (reference, provider, charge_id, token, amount, currency, state, created_at)
VALUES ($1, $2, $3, $4, $5::bigint, $6, $7, $8::timestamptz)
ON CONFLICT (reference) DO UPDATE SET
  authorize_calls = charge.authorize_calls + 1,
  state = CASE
    WHEN charge.state = 'ERROR' THEN 'AUTHORIZED'
    WHEN charge.state = 'PENDING' AND charge.created_at <= $9::timestamptz THEN 'AUTHORIZED'
    ELSE charge.state END
RETURNING *`

const findSql = `
UPDATE sandbox_charge SET state = CASE WHEN state = 'PENDING' AND created_at <= $2::timestamptz THEN 'AUTHORIZED' ELSE state END
WHERE reference = $1 RETURNING *`

const captureSql = `
UPDATE sandbox_charge SET
  capture_calls = capture_calls + 1,
  captures = captures + CASE WHEN state = 'AUTHORIZED' THEN 1 ELSE 0 END,
  captured_at = CASE WHEN state = 'AUTHORIZED' THEN $2::timestamptz ELSE captured_at END,
  state = CASE WHEN state = 'AUTHORIZED' THEN 'CAPTURED' ELSE state END
WHERE reference = $1 RETURNING *`

const cancelSql = `
INSERT INTO sandbox_charge AS charge (reference, provider, charge_id, token, amount, currency, state, created_at)
VALUES ($1, $2, $3, '', 0, '', 'CANCELLED', $4::timestamptz)
ON CONFLICT (reference) DO UPDATE SET state = CASE WHEN charge.state IN ('CAPTURED', 'DECLINED') THEN charge.state ELSE 'CANCELLED' END
RETURNING *`

const settleSql = `
UPDATE sandbox_charge SET
  captures = captures + CASE WHEN $2 = 'CAPTURED' THEN 1 ELSE 0 END,
  captured_at = CASE WHEN $2 = 'CAPTURED' THEN $3::timestamptz ELSE captured_at END,
  state = $2
WHERE reference = $1 AND provider = $4 AND state IN ('PENDING', 'AUTHORIZED') AND state <> $2 RETURNING *`

const refundSql = `
WITH given AS (
  INSERT INTO sandbox_refund (refund_reference, reference, refund_id, amount, created_at)
  SELECT $2, $1, $3, $4::bigint, $5::timestamptz FROM sandbox_charge charge
  WHERE charge.reference = $1 AND charge.state = 'CAPTURED'
    AND charge.amount >= $4::bigint + (SELECT coalesce(sum(amount), 0) FROM sandbox_refund WHERE reference = $1 AND refund_reference <> $2)
  ON CONFLICT (refund_reference) DO UPDATE SET refund_reference = EXCLUDED.refund_reference
  RETURNING refund_id)
SELECT refund_id FROM given`

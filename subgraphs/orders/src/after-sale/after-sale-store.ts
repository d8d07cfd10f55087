/** After-sale cases in the database: opened, decided, refunded, each by one conditional statement. */
import { consumersOf, type Ids, type Money, money } from '@souk/contracts'
import type { SqlExecutor } from '@souk/kit'
import { refundLimits, resumeLimits } from '../config.ts'
import type { PaymentMethod } from '../order/order.ts'
import { afterSaleStates, type OrderState } from '../order/order-state.ts'
import * as sql from './after-sale-sql.ts'
import type { CaseKind, CaseState, CaseStep, PricedLine } from './case-state.ts'

export type AfterSaleCase = {
  readonly id: string
  readonly number: string
  readonly orderId: string
  readonly buyerId: string
  readonly shopId: string
  readonly kind: CaseKind
  readonly state: CaseState
  readonly step: CaseStep
  readonly reason: string
  readonly decisionReason: string | null
  readonly restock: boolean
  readonly amount: Money
  readonly decisionKey: string | null
  readonly returnKey: string | null
  readonly openedAt: Date
  readonly decidedAt: Date | null
  readonly returnedAt: Date | null
  readonly refundedAt: Date | null
  readonly attempts: number
  readonly lines: readonly AfterSaleLine[]
}

export type AfterSaleLine = PricedLine & { readonly skuId: string }

/** A case that a run holds, with what its steps need. */
export type Refunding = {
  readonly case: AfterSaleCase
  readonly runId: string
  readonly method: PaymentMethod | null
}

export type NewCase = Pick<AfterSaleCase, 'id' | 'orderId' | 'buyerId' | 'kind' | 'reason' | 'openedAt'> & {
  readonly key: string
  readonly hash: string
  readonly lines: readonly PricedLine[]
}

export type AfterSaleStore = ReturnType<typeof openAfterSaleStore>

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms)

export const openAfterSaleStore = (database: SqlExecutor, ids: Ids) => ({
  ...openCases(database),
  ...openDecisions(database),
  ...openRefunds(database, ids),
})

function openCases(database: SqlExecutor) {
  const find = async (where: string, ...values: unknown[]): Promise<readonly AfterSaleCase[]> => {
    const rows = await database.$queryRawUnsafe<{ found: CaseRow }[]>(sql.find(where), ...values)
    return rows.map((row) => toCase(row.found))
  }
  return {
    byIds: (caseIds: readonly string[]) => find('c.id = ANY($1::text[])', caseIds),
    ofOrders: async (orderIds: readonly string[]) =>
      Map.groupBy(await find('c.order_id = ANY($1::text[])', orderIds), (each) => each.orderId),
    findByKey: async (
      buyerId: string,
      key: string,
    ): Promise<{ found: AfterSaleCase; hash: string } | null> => {
      const [row] = await database.$queryRawUnsafe<{ found: CaseRow; hash: string }[]>(
        sql.findByKey,
        buyerId,
        key,
      )
      return row === undefined ? null : { found: toCase(row.found), hash: row.hash }
    },
    /**
     * Opens a case and claims its units. Null if the order is no longer in a state for it or the key is taken; `exceeded` if
     * the units were claimed by another case in the meantime: the check constraint of the lines has the last word.
     */
    open: async (wanted: NewCase): Promise<AfterSaleCase | 'exceeded' | null> => {
      const { id, orderId, buyerId, kind, reason, key, hash, openedAt } = wanted
      const lines = JSON.stringify(
        wanted.lines.map((line) => ({ id: line.orderLineId, quantity: line.quantity })),
      )
      try {
        const [row] = await database.$queryRawUnsafe<{ found: CaseRow }[]>(
          sql.open,
          id,
          orderId,
          buyerId,
          kind,
          reason,
          key,
          hash,
          lines,
          openedAt,
          afterSaleStates,
        )
        return row === undefined ? null : toCase(row.found)
      } catch (error) {
        if (isCheckViolation(error)) return 'exceeded'
        throw error
      }
    },
  }
}

function openDecisions(database: SqlExecutor) {
  const decide = async (statement: string, ...values: unknown[]): Promise<Refunding | null> => {
    const [row] = await database.$queryRawUnsafe<ClaimedRow[]>(statement, ...values)
    return row === undefined ? null : toRefunding(row)
  }
  return {
    /** OPEN to `state`, with the order's state of this very moment deciding on the stock. The run has the lease. */
    approve: (change: {
      id: string
      state: CaseState
      restockStates: readonly OrderState[]
      key: string
      runId: string
      now: Date
    }) =>
      decide(
        sql.approve,
        change.id,
        change.runId,
        change.now,
        after(change.now, refundLimits.leaseMs),
        change.key,
        change.state,
        change.restockStates,
      ),
    reject: (change: { id: string; reason: string; key: string; now: Date }) =>
      decide(sql.reject, change.id, change.now, change.key, change.reason),
    receiveReturn: (change: { id: string; key: string; runId: string; now: Date }) =>
      decide(
        sql.receiveReturn,
        change.id,
        change.runId,
        change.now,
        after(change.now, refundLimits.leaseMs),
        change.key,
      ),
  }
}

/** The writes of the refund flow, each conditional on the lease and the step it leaves. */
function openRefunds(database: SqlExecutor, ids: Ids) {
  return {
    /** The units are back in stock. */
    returned: async ({ case: each, runId }: Refunding, now: Date): Promise<boolean> =>
      (await database.$executeRawUnsafe(sql.returned, each.id, runId, after(now, refundLimits.leaseMs))) ===
      1,
    /** REFUNDED everywhere: case, lines, order, payment, and the event. */
    refunded: async ({ case: each, runId }: Refunding, now: Date): Promise<AfterSaleCase | null> => {
      const eventId = ids.next()
      const rows = consumersOf('order.refunded.v1').map((consumer) => ({
        id: eventId,
        consumer,
        type: 'order.refunded.v1',
        entity_id: each.orderId,
      }))
      const [row] = await database.$queryRawUnsafe<{ found: CaseRow }[]>(
        sql.refunded,
        each.id,
        runId,
        now,
        JSON.stringify(rows),
        now.toISOString(),
      )
      return row === undefined ? null : toCase(row.found)
    },
    giveBack: async ({ case: each, runId }: Refunding, now: Date): Promise<void> => {
      const wait = Math.min(refundLimits.retryMsMin * 2 ** each.attempts, refundLimits.retryMsMax)
      await database.$executeRawUnsafe(sql.giveBack, each.id, runId, after(now, wait))
    },
    claimDue: async (runId: string, now: Date): Promise<readonly Refunding[]> => {
      const rows = await database.$queryRawUnsafe<ClaimedRow[]>(
        sql.claimDue,
        runId,
        after(now, refundLimits.leaseMs),
        now,
        resumeLimits.batchMax,
      )
      return rows.map(toRefunding)
    },
  }
}

// 23514 is PostgreSQL's check_violation; Prisma passes the server's code on in the message of a raw statement's error.
const isCheckViolation = (error: unknown): boolean =>
  error instanceof Error && /23514|order_line_units_check/.test(error.message)

type CaseRow = {
  id: string
  number: string
  order_id: string
  buyer_id: string
  shop_id: string
  kind: CaseKind
  state: CaseState
  step: CaseStep
  reason: string
  decision_reason: string | null
  restock: boolean
  amount: number
  currency: string
  decision_key: string | null
  return_key: string | null
  opened_at: string
  decided_at: string | null
  returned_at: string | null
  refunded_at: string | null
  attempts: number
  lines: { order_line_id: string; quantity: number; amount: number; sku_id: string }[] | null
}

type ClaimedRow = { found: CaseRow; method: PaymentMethod | null; lease_owner: string | null }

const toRefunding = (row: ClaimedRow): Refunding => ({
  case: toCase(row.found),
  runId: row.lease_owner ?? '',
  method: row.method,
})

const toCase = (row: CaseRow): AfterSaleCase => ({
  id: row.id,
  number: row.number,
  orderId: row.order_id,
  buyerId: row.buyer_id,
  shopId: row.shop_id,
  kind: row.kind,
  state: row.state,
  step: row.step,
  reason: row.reason,
  decisionReason: row.decision_reason,
  restock: row.restock,
  amount: money(row.amount, row.currency),
  decisionKey: row.decision_key,
  returnKey: row.return_key,
  openedAt: new Date(row.opened_at),
  decidedAt: toDate(row.decided_at),
  returnedAt: toDate(row.returned_at),
  refundedAt: toDate(row.refunded_at),
  attempts: row.attempts,
  lines: (row.lines ?? []).map((line) => ({
    orderLineId: line.order_line_id,
    quantity: line.quantity,
    amount: money(line.amount, row.currency),
    skuId: line.sku_id,
  })),
})

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text))
